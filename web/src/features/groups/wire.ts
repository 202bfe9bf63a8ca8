/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type GroupCount = Schemas['GroupCount'];
export type WeightsTitle = Schemas['WeightsTitle'];
export type GroupReference = Schemas['GroupReference'];
export type GroupThen = Schemas['GroupThen'];
export type GroupRow = Schemas['GroupRow'];
export type GroupTable = Schemas['GroupTable'];
export type GroupName = Schemas['GroupName'];
export type GroupSibling = Schemas['GroupSibling'];
export type GroupEntry = Schemas['GroupEntry'];
export type GroupCodeSet = Schemas['GroupCodeSet'];
export type GroupDefinition = Schemas['GroupDefinition'];
export type GroupMonth = Schemas['GroupMonth'];
export type GroupQuantiles = Schemas['GroupQuantiles'];
export type GroupBin = Schemas['GroupBin'];
export type GroupSpread = Schemas['GroupSpread'];
export type GroupPage = Schemas['GroupPage'];
export type GroupRecord = Schemas['GroupRecord'];
export type SchemeRemark = Schemas['SchemeRemark'];
export type GroupScheme = Schemas['GroupScheme'];
export type ComparedScheme = Schemas['ComparedScheme'];
export type SchemeMove = Schemas['SchemeMove'];
export type SchemeDifference = Schemas['SchemeDifference'];
export type SchemeComparison = Schemas['SchemeComparison'];
export type CodeHit = Schemas['CodeHit'];
export type CalculateBody = Schemas['CalculateBody'];
export type CalculatedStep = Schemas['CalculatedStep'];
export type CalculatedComplication = Schemas['CalculatedComplication'];
export type CalculatedChange = Schemas['CalculatedChange'];
export type Calculated = Schemas['Calculated'];
export type CalculatedGroup = Schemas['CalculatedGroup'];
export type CalculatedFile = Schemas['CalculatedFile'];

export interface GroupRecordPage {
  items: GroupRecord[];
  next: string | null;
  total?: number;
}
