/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type CountingRule = Schemas['CountingRule'];
export type IndicatorCard = Schemas['IndicatorCard'];
export type IndicatorChange = Schemas['IndicatorChange'];
export type SparkPoint = Schemas['SparkPoint'];
export type IndicatorValue = Schemas['IndicatorValue'];
export type IndicatorProvenance = Schemas['IndicatorProvenance'];
export type IndicatorValues = Schemas['IndicatorValues'];
export type IndicatorPoint = Schemas['IndicatorPoint'];
export type IndicatorTarget = Schemas['IndicatorTarget'];
export type IndicatorPeer = Schemas['IndicatorPeer'];
export type IndicatorPeers = Schemas['IndicatorPeers'];
export type IndicatorPart = Schemas['IndicatorPart'];
export type IndicatorEffect = Schemas['IndicatorEffect'];
export type IndicatorMovement = Schemas['IndicatorMovement'];
export type IndicatorReport = Schemas['IndicatorReport'];
export type IndicatorPage = Schemas['IndicatorPage'];
export type IndicatorRecord = Schemas['IndicatorRecord'];
export type ReconcileCase = Schemas['ReconcileCase'];
export type ReconcileBody = Schemas['ReconcileBody'];
export type ReconciledCase = Schemas['ReconciledCase'];
export type ReconcileCount = Schemas['ReconcileCount'];
export type Reconciliation = Schemas['Reconciliation'];

/** What a word of a formula means. */

/** A page of records. */

export interface PageOfRecords {
  items: IndicatorRecord[];
  next: string | null;
  total?: number;
}
