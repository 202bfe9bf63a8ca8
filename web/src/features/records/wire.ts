export interface RecordRow {
  organisation: string;
  month: string;
  record_key: string;
  medical_record_number: string | null;
  admission_count: number | null;
  sex: string | null;
  age_years: number | null;
  discharge_time: string | null;
  department: string | null;
  physician: string | null;
  coder: string | null;
  length_of_stay: number | null;
  diagnosis_code: string | null;
  diagnosis_name: string | null;
  procedure_code: string | null;
  procedure_name: string | null;
  total_charges: string | null;
  status: string | null;
  drg: string | null;
  weight: string | null;
  score: string | null;
  grade: string | null;
  errors: number | null;
  warnings: number | null;
  suspects: number | null;
  blocking: number | null;
}

export interface PageOf<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface RecordField {
  field: string;
  index: number;
  name: string;
  value: string | null;
  meaning: string | null;
  hidden: boolean;
  unreadable: boolean;
  marked: boolean;
  delivered: string | null;
  kind: string;
  unit: string;
  value_set: string;
  length: number;
  required: boolean;
  editable: boolean;
}

export interface RecordTable {
  id: string;
  title: string;
  rows: RecordField[][];
  blank: RecordField[];
  most: number;
}

export interface RecordSection {
  id: string;
  title: string;
  fields: RecordField[];
  tables: RecordTable[];
}

export interface RecordFinding {
  check: string;
  title: string;
  severity: string;
  severity_text: string;
  stage: string;
  stage_text: string;
  fields: string[];
  places: number;
  message: string;
  mend: string;
  source: string;
  changes_group: boolean | null;
  mended_drg: string | null;
  weight_difference: string | null;
  across: boolean;
}

export interface RecordGroup {
  scheme: string;
  status: string;
  status_text: string;
  mdc: string;
  adrg: string;
  drg: string;
  drg_name: string | null;
  weight: string | null;
}

export interface RecordSource {
  import_id: string;
  file: string;
  row: number;
}

export interface RecordSuggestion {
  field: string;
  index: number;
  name: string;
  before: string;
  after: string;
  kind_text: string;
  usable: boolean;
}

export interface ChangedField {
  field: string;
  index: number;
  name: string;
  before: string;
  after: string;
}

export interface RecordCorrection {
  version: number;
  actor: string;
  at: string;
  reason: string;
  changes: ChangedField[];
}

export interface WorklistPrice {
  weight: string | null;
  payment: string | null;
  changes_group: boolean;
}

export interface WorklistItem {
  id: string;
  organisation: string;
  month: string;
  record_key: string;
  medical_record_number: string | null;
  discharge_time: string | null;
  drg: string | null;
  check: string;
  check_title: string;
  severity: string;
  severity_text: string;
  stage: string;
  stage_text: string;
  fields: string[];
  message: string;
  mend: string;
  department: string;
  department_name: string;
  physician: string;
  coder: string;
  due: string;
  overdue: boolean;
  price: WorklistPrice | null;
  state: string;
  state_text: string;
  reason: string;
  assignee: string | null;
  opened_at: string;
  updated_at: string;
  times_found: number;
  revision: number;
}

export interface WorklistAction {
  actor: string;
  at: string;
  kind: string;
  kind_text: string;
  state_text: string;
  note: string;
}

export interface WorklistDetail {
  item: WorklistItem;
  history: WorklistAction[];
}

export interface WorklistCount {
  value: string;
  title: string;
  items: number | null;
}

export interface WorklistCounts {
  by: string;
  counts: WorklistCount[];
}

export type WorklistStep = 'assign' | 'release' | 'accept' | 'send-back' | 'note';

export interface WorklistSeen {
  id: string;
  revision: number;
}

export interface WorklistStepsBody {
  items: WorklistSeen[];
  step: WorklistStep;
  to?: string;
  reason?: string;
  text?: string;
}

export interface RecordView {
  record_key: string;
  organisation: string;
  month: string;
  medical_record_number: string;
  revision: number;
  identified: boolean;
  layout: string;
  layout_title: string;
  sections: RecordSection[];
  findings: RecordFinding[];
  score: string | null;
  grade: string | null;
  group: RecordGroup | null;
  source: RecordSource;
  suggestions: RecordSuggestion[];
  corrections: RecordCorrection[];
  worklist: WorklistItem[];
}

export interface NewFieldValue {
  field: string;
  index: number;
  value: string;
}

export interface RecordMistake {
  field: string;
  index: number;
  message: string;
}

export interface RecordCheckAnswer {
  score: string | null;
  grade: string | null;
  findings: RecordFinding[];
  group: RecordGroup;
  mistakes: RecordMistake[];
}

export interface RecordCorrectionAnswer {
  record: RecordView;
  drg_before: string;
  drg_after: string;
  score_before: string | null;
  score_after: string | null;
  mended: string[];
  arisen: string[];
}

export interface RecordNamedCode {
  code: string;
  name: string | null;
}

export interface GroupingReason {
  text: string;
  found: string;
  holds: boolean;
}

export interface GroupingStep {
  level: string;
  code: string;
  name: string | null;
  holds: boolean;
  on_path: boolean;
  reasons: GroupingReason[];
}

export interface GroupingComplication {
  position: number;
  code: string;
  name: string | null;
  level: string;
  counted: boolean;
  table: string | null;
  text: string;
}

export interface GroupingChange {
  kind: string;
  code: string;
  name: string | null;
  drg: string;
  drg_name: string | null;
  weight: string | null;
  difference: string | null;
}

export interface NeighbourGroup {
  drg: string;
  name: string | null;
  weight: string | null;
  cases: number;
  mean_charges: string | null;
  mean_days: string | null;
  own: boolean;
}

export interface RecordGrouping {
  scheme: string;
  scheme_title: string;
  status_text: string;
  mdc: RecordNamedCode;
  adrg: RecordNamedCode;
  drg: RecordNamedCode;
  weight: string | null;
  steps: GroupingStep[];
  complications: GroupingComplication[];
  remarks: string[];
  what_if: GroupingChange[];
  notice: string;
  neighbours: NeighbourGroup[];
}

export interface RecordCode {
  code: string;
  name: string;
}

export interface RecordOpenCount {
  code: string;
  title: string;
  items: number;
}

export interface MonthExport {
  organisation: string;
  month: string;
  records: number;
  blocked: number;
  ungrouped: number;
  corrected: number;
  by_state: RecordOpenCount[];
  open_by_severity: RecordOpenCount[];
  open_by_check: RecordOpenCount[];
  open_by_department: RecordOpenCount[];
  layouts: RecordOpenCount[];
}
