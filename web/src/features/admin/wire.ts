export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface UserAccount {
  name: string;
  title: string;
  organisation: string;
  organisation_name: string;
  state: string;
  state_text: string;
  has_password: boolean;
  must_change_password: boolean;
  second_factor: boolean;
  locked_until: string | null;
  created_by: string;
  created_at: string;
  last_sign_in: string | null;
  revision: number;
  own: boolean;
  may_change: boolean;
  roles: HeldAssignment[];
}

export interface HeldAssignment {
  number: number;
  role: string;
  role_title: string;
  unit: string;
  unit_name: string | null;
  first_day: string;
  last_day: string | null;
  counts: boolean;
  granted_by: string;
  granted_at: string;
  reason: string;
}

export interface NewRoleBody {
  role: string;
  unit: string;
  first_day?: string;
  last_day?: string;
  reason?: string;
}

export interface NewUserBody {
  name: string;
  title?: string;
  organisation?: string;
  program?: boolean;
  role?: NewRoleBody;
}

export interface UserChange {
  revision: number;
  state?: string;
  unlock?: boolean;
  reset_password?: boolean;
  drop_second_factor?: boolean;
  reason?: string;
}

export interface RoleEnd {
  last_day?: string;
  reason?: string;
}

export interface UserAnswer {
  user: UserAccount;
  password: string | null;
  notice: string | null;
}

export interface FactorDraft {
  key: string;
  address: string;
}

export interface OwnSession {
  id: string;
  origin: string;
  second_factor: boolean;
  opened_at: string;
  seen_at: string;
  expires_at: string;
  current: boolean;
}

export interface TokenPermission {
  code: string;
  text: string;
}

export interface TokenInfo {
  id: string;
  account: string;
  title: string;
  permissions: TokenPermission[];
  created_by: string;
  created_at: string;
  expires_at: string;
  seen_at: string | null;
  revoked_at: string | null;
  holds: boolean;
}

export interface NewTokenBody {
  account?: string;
  title: string;
  permissions: string[];
  days: number;
}

export interface MadeTokenAnswer {
  secret: string;
  token: TokenInfo;
  most_days: number;
}

export interface CodedWord {
  code: string;
  text: string;
}

export interface RoleInfo {
  id: string;
  title: string;
  duty: string;
  levels: CodedWord[];
}

export interface MatrixCell {
  role: string;
  action: string;
  resource: string;
  sensitivity: string;
  sensitivity_text: string;
}

export interface RoleMatrix {
  actions: CodedWord[];
  resources: CodedWord[];
  roles: RoleInfo[];
  cells: MatrixCell[];
}

export interface OrganisationNode {
  unit: string;
  kind: string;
  code: string;
  name: string;
  grade: string;
  below: OrganisationNode[];
}

export interface OrganisationTree {
  day: string;
  revision: number;
  roots: OrganisationNode[];
}

export interface NamedUnit {
  unit: string;
  name: string;
}

export interface OrganisationFact {
  title: string;
  value: string;
}

export interface OrganisationCard {
  unit: string;
  name: string;
  day: string;
  facts: OrganisationFact[];
  above: NamedUnit[];
  below: NamedUnit[];
  peers: NamedUnit[];
}

export interface UnitHistory {
  table: string;
  columns: string[];
  rows: string[][];
}

export interface OrganisationChange {
  revision: number;
  actor: string;
  at: string;
  note: string;
  added: number;
  removed: number;
}

export interface TableCount {
  table: string;
  rows: number;
}

export interface ChangeCount {
  table: string;
  came: number;
  changed: number;
  ended: number;
  removed: number;
}

export interface CellDifference {
  column: string;
  before: string;
  after: string;
}

export interface RowChange {
  table: string;
  subject: string;
  kind: string;
  kind_text: string;
  cells: CellDifference[];
}

export interface OrganisationImport {
  problems: string[];
  delivered: TableCount[];
  summary: ChangeCount[];
  changes: RowChange[];
  total: number;
  based_on: number;
  revision: number | null;
}

export interface PackRow {
  id: string;
  title: string;
  kind: string;
  kind_text: string;
  version: string;
  base: string | null;
  own: boolean;
  editable: boolean;
  replaced: boolean;
  active: boolean;
  draft: boolean;
  in_use: boolean;
  warnings: number;
  can_be_base: boolean;
}

export interface PackRemark {
  what: string;
  why: string;
  effect: string;
}

export interface PackSource {
  title: string;
  place: string;
  version: string;
  licence: string;
  used_for: string;
}

export interface PackDefinition {
  id: string;
  title: string;
  detail: string;
}

export interface PackDetail {
  pack: PackRow;
  licence: string;
  document: string[];
  content_hash: string;
  sources: PackSource[];
  damages: PackRemark[];
  mends: PackRemark[];
  definitions: PackDefinition[];
  definitions_problem: string | null;
  files: string[];
  draft_files: string[];
  versions: number[];
  readme: string;
}

export interface NewPackBody {
  id: string;
  title: string;
  base: string;
}

export interface PackFile {
  file: string;
  text: string;
  revision: string;
  editable: boolean;
}

export interface PackFault {
  file: string;
  line: number;
  column: number;
  error: boolean;
  text: string;
}

export interface PackCheck {
  usable: boolean;
  problems: PackFault[];
}

export interface SavedFile {
  revision: string;
  check: PackCheck;
}

export interface PackStep {
  reason?: string;
  version?: number;
  use_for_imports?: boolean;
}

export interface LineDifference {
  kind: string;
  old: number | null;
  new: number | null;
  text: string;
}

export interface FileDifference {
  file: string;
  kind: string;
  lines: LineDifference[];
}

export interface DefinitionDifference {
  kind: string;
  kind_text: string;
  id: string;
  title: string;
  detail: string;
}

export interface PackDiff {
  definitions: DefinitionDifference[];
  files: FileDifference[];
}

export interface AuditRow {
  number: number;
  at: string;
  actor: string;
  origin: string;
  action: string;
  action_text: string;
  resource: string;
  resource_text: string;
  subject: string;
  organisation: string;
  outcome: string;
  outcome_text: string;
  before: string;
  after: string;
  reason: string;
  hash: string;
}

export interface AuditWords {
  actions: CodedWord[];
  resources: CodedWord[];
}

export interface AuditCheck {
  whole: boolean;
  says: string;
  entries: number;
  end: string;
  sealed_from: number | null;
  faults: string[];
}

export interface SettingItem {
  key: string;
  title: string;
  value: string;
  set: boolean;
}

export interface SettingGroup {
  title: string;
  items: SettingItem[];
}

export interface Job {
  id: string;
  kind: string;
  kind_text: string;
  state: string;
  state_text: string;
  organisation: string;
  subject: string;
  created_by: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  done: number;
  total: number | null;
  words: string;
  message: string;
  has_rejects: boolean;
  result: unknown;
  revision: number;
}
