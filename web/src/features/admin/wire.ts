/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type UserAccount = Schemas['UserAccount'];
export type HeldAssignment = Schemas['HeldAssignment'];
export type NewRoleBody = Schemas['NewRoleBody'];
export type NewUserBody = Schemas['NewUserBody'];
export type UserChange = Schemas['UserChange'];
export type RoleEnd = Schemas['RoleEnd'];
export type UserAnswer = Schemas['UserAnswer'];
export type OwnSession = Schemas['OwnSession'];
export type OwnIdentity = Schemas['OwnIdentity'];
export type LinkStart = Schemas['LinkStart'];
export type UserIdentity = Schemas['UserIdentity'];
export type TokenPermission = Schemas['TokenPermission'];
export type TokenInfo = Schemas['TokenInfo'];
export type NewTokenBody = Schemas['NewTokenBody'];
export type MadeTokenAnswer = Schemas['MadeTokenAnswer'];
export type CodedWord = Schemas['CodedWord'];
export type RoleInfo = Schemas['RoleInfo'];
export type MatrixCell = Schemas['MatrixCell'];
export type RoleMatrix = Schemas['RoleMatrix'];
export type OrganisationNode = Schemas['OrganisationNode'];
export type OrganisationTree = Schemas['OrganisationTree'];
export type NamedUnit = Schemas['NamedUnit'];
export type OrganisationFact = Schemas['OrganisationFact'];
export type OrganisationCard = Schemas['OrganisationCard'];
export type UnitHistory = Schemas['UnitHistory'];
export type OrganisationChange = Schemas['OrganisationChange'];
export type TableCount = Schemas['TableCount'];
export type ChangeCount = Schemas['ChangeCount'];
export type CellDifference = Schemas['CellDifference'];
export type RowChange = Schemas['RowChange'];
export type OrganisationImport = Schemas['OrganisationImport'];
export type PackRow = Schemas['PackRow'];
export type PackRemark = Schemas['PackRemark'];
export type PackSource = Schemas['PackSource'];
export type PackDefinition = Schemas['PackDefinition'];
export type PackDetail = Schemas['PackDetail'];
export type NewPackBody = Schemas['NewPackBody'];
export type PackFile = Schemas['PackFile'];
export type PackFault = Schemas['PackFault'];
export type PackCheck = Schemas['PackCheck'];
export type SavedFile = Schemas['SavedFile'];
export type PackStep = Schemas['PackStep'];
export type LineDifference = Schemas['LineDifference'];
export type FileDifference = Schemas['FileDifference'];
export type DefinitionDifference = Schemas['DefinitionDifference'];
export type PackDiff = Schemas['PackDiff'];
export type AuditRow = Schemas['AuditRow'];
export type AuditWords = Schemas['AuditWords'];
export type AuditCheck = Schemas['AuditCheck'];
export type SettingItem = Schemas['SettingItem'];
export type SettingGroup = Schemas['SettingGroup'];
export type Job = Schemas['Job'];

export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}
