/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type RecordRow = Schemas['RecordRow'];
export type RecordField = Schemas['RecordField'];
export type RecordTable = Schemas['RecordTable'];
export type RecordSection = Schemas['RecordSection'];
export type RecordFinding = Schemas['RecordFinding'];
export type RecordGroup = Schemas['RecordGroup'];
export type RecordSource = Schemas['RecordSource'];
export type RecordSuggestion = Schemas['RecordSuggestion'];
export type ChangedField = Schemas['ChangedField'];
export type RecordCorrection = Schemas['RecordCorrection'];
export type WorklistPrice = Schemas['WorklistPrice'];
export type WorklistItem = Schemas['WorklistItem'];
export type WorklistAction = Schemas['WorklistAction'];
export type WorklistDetail = Schemas['WorklistDetail'];
export type WorklistCount = Schemas['WorklistCount'];
export type WorklistCounts = Schemas['WorklistCounts'];
export type WorklistStep = Schemas['WorklistStep'];
export type WorklistSeen = Schemas['WorklistSeen'];
export type WorklistStepsBody = Schemas['WorklistStepsBody'];
export type RecordView = Schemas['RecordView'];
export type NewFieldValue = Schemas['NewFieldValue'];
export type RecordMistake = Schemas['RecordMistake'];
export type RecordCheckAnswer = Schemas['RecordCheckAnswer'];
export type RecordCorrectionAnswer = Schemas['RecordCorrectionAnswer'];
export type RecordNamedCode = Schemas['RecordNamedCode'];
export type GroupingReason = Schemas['GroupingReason'];
export type GroupingStep = Schemas['GroupingStep'];
export type GroupingComplication = Schemas['GroupingComplication'];
export type GroupingChange = Schemas['GroupingChange'];
export type NeighbourGroup = Schemas['NeighbourGroup'];
export type RecordGrouping = Schemas['RecordGrouping'];
export type RecordCode = Schemas['RecordCode'];
export type RecordOpenCount = Schemas['RecordOpenCount'];
export type MonthExport = Schemas['MonthExport'];

export interface PageOf<T> {
  items: T[];
  next: string | null;
  total?: number;
}
