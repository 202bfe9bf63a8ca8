/** A page of a list. */
export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface NamedOrganisation {
  code: string;
  name: string;
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

export interface ImportPublication {
  version: number;
  published_at: string;
  mode: string;
  mode_text: string;
  files: string[];
  organisations: NamedOrganisation[];
  first_month: string | null;
  last_month: string | null;
  counts: ImportCounts | null;
  duration_ms: number;
  scheme: string;
  has_rejects: boolean;
}

export interface ImportCounts {
  read: number;
  came: number;
  changed: number;
  went: number;
  unchanged: number;
  rejected: number;
  problems: number;
  grouped: number;
}

export interface DataSetSummary {
  id: string;
  title: string;
  purpose: string;
  frequency: string;
  frequency_text: string;
  example_period: string;
  filled_by: string;
  filled_by_text: string;
  filler: string;
  approver: string;
  due_day: number;
  applies_to: string[];
  field_count: number;
  rule_count: number;
  certainty: string;
  certainty_text: string;
}

export interface DataSetDefinition {
  summary: DataSetSummary;
  pack: string;
  note: string;
  breakdown: FormBreakdown | null;
  fields: FormField[];
  rules: FormRule[];
}

export interface FormBreakdown {
  id: string;
  title: string;
  choices: string[];
  complete: boolean;
}

export interface FormField {
  id: string;
  title: string;
  section: string;
  kind: string;
  places: number;
  choices: string[];
  unit: string;
  definition: string;
  required: boolean;
  min: string | null;
  max: string | null;
  example: string | null;
  sum_of: string[];
  part_of: string | null;
  certainty_text: string;
}

export interface FormRule {
  id: string;
  severity: string;
  severity_text: string;
  mend: string;
}

export interface FormFinding {
  severity: string;
  severity_text: string;
  breakdown: string;
  field: string;
  rule: string;
  place: string;
  message: string;
}

export interface SubmissionRow {
  id: string;
  organisation: string;
  organisation_name: string;
  dataset: string;
  title: string;
  period: string;
  period_text: string;
  state: string;
  state_text: string;
  version: number;
  revision: number;
  errors: number;
  warnings: number;
  origin: string;
  filler: string;
  filled_at: string;
  submitter: string;
  submitted_at: string | null;
  approver: string;
  approved_at: string | null;
  comment: string;
  published: boolean;
}

export interface FormRow {
  breakdown: string;
  values: Record<string, string>;
  unread: Record<string, string>;
  previous: Record<string, string>;
  year_before: Record<string, string>;
}

export interface StepChoice {
  step: string;
  step_text: string;
  allowed: boolean;
  why: string;
  needs_comment: boolean;
}

export interface FormView {
  id: string;
  dataset: string;
  title: string;
  organisation: string;
  organisation_name: string;
  period: string;
  period_text: string;
  previous_period: string | null;
  year_before_period: string | null;
  due: string;
  timeliness: string;
  timeliness_text: string;
  days: number;
  submission: SubmissionRow | null;
  definition_changed: boolean;
  rows: FormRow[];
  findings: FormFinding[];
  steps: StepChoice[];
}

export interface TypedRow {
  breakdown: string;
  values: Record<string, string>;
}

export interface TypedForm {
  rows: TypedRow[];
}

export interface FormDraft {
  rows: TypedRow[];
  comment: string;
  version: number | null;
  revision: number | null;
}

export interface FormJudgement {
  rows: FormRow[];
  findings: FormFinding[];
  errors: number;
  warnings: number;
}

export interface StepBody {
  step: string;
  comment: string;
  version: number;
  revision: number;
}

export interface StepResult {
  form: FormView;
  publishing: boolean;
}

export interface ImportedForms {
  dataset: string;
  drafts: ImportedForm[];
}

export interface ImportedForm {
  submission: SubmissionRow;
  findings: FormFinding[];
}

export interface FormHistory {
  steps: FormStep[];
  versions: FormVersion[];
}

export interface FormStep {
  version: number;
  actor: string;
  at: string;
  step: string;
  step_text: string;
  state: string;
  state_text: string;
  comment: string;
}

export interface FormVersion {
  submission: SubmissionRow;
  changes: CellChange[];
}

export interface CellChange {
  breakdown: string;
  field: string;
  title: string;
  before: string | null;
  after: string | null;
}

export interface Calendar {
  period: string;
  period_text: string;
  today: string;
  organisations: NamedOrganisation[];
  datasets: DataSetSummary[];
  cells: CalendarCell[];
  counts: CalendarCounts;
}

export interface CalendarCell {
  id: string;
  organisation: string;
  organisation_name: string;
  dataset: string;
  title: string;
  period: string;
  filler: string;
  due: string;
  state: string;
  state_text: string;
  timeliness: string;
  timeliness_text: string;
  days: number;
  errors: number;
  warnings: number;
  submitter: string;
  comment: string;
}

export interface CalendarCounts {
  asked: number;
  approved: number;
  waiting: number;
  begun: number;
  overdue: number;
}
