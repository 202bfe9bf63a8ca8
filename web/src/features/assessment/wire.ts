/** A run in a list. */
export interface RunSummary {
  run: string;
  scheme: string;
  title: string;
  period: string;
  state: string;
  state_text: string;
  revision: number;
  data_version: number | null;
  result_hash: string;
  actor: string;
  at: string;
}

/** A run with what the caller may see of it. */
export interface RunBody {
  run: RunSummary;
  full: string;
  parts: NamedPart[];
  phases: NamedPart[];
  grades: string[];
  is_whole: boolean;
  institutions: InstitutionScore[];
  objections: ObjectionBody[];
  adjustments: AdjustmentBody[];
  history: RunActionBody[];
}

/** Something of a scheme with its title. */
export interface NamedPart {
  id: string;
  title: string;
}

/** How an institution came off. */
export interface InstitutionScore {
  organisation: string;
  name: string;
  table: string;
  place: number | null;
  of: number;
  score: string | null;
  grade: string | null;
  grade_by_score: string | null;
  gate: string;
  veto: boolean;
  next_grade: string;
  next_missing: string | null;
  parts: (string | null)[];
  bonus: string;
  deduction: string;
  absent: number | null;
  can_open: boolean;
}

/** An objection with its reply. */
export interface ObjectionBody {
  number: number;
  organisation: string;
  organisation_name: string;
  phase: string;
  item: string;
  claim: string;
  state: string;
  state_text: string;
  actor: string;
  at: string;
  reply: string;
  replied_by: string;
}

/** A change of a value or of points. */
export interface AdjustmentBody {
  number: number;
  organisation: string;
  organisation_name: string;
  objection: number | null;
  phase: string;
  item: string;
  what: string;
  what_text: string;
  to: string;
  reason: string;
  decision: string;
  decision_text: string;
  proposed_by: string;
  decided_by: string;
  words: string;
}

/** Something that happened to a run. */
export interface RunActionBody {
  action_text: string;
  organisation: string;
  actor: string;
  at: string;
  note: string;
}

/** A line of an explanation. */
export interface LineBody {
  depth: number;
  text: string;
  clause: string;
}

/** A scheme or an index. */
export interface SchemeBody {
  id: string;
  title: string;
  version: string;
  kind: string;
  period: string | null;
  full: string | null;
  parameters: ParameterBody[];
}

/** A value that may be set. */
export interface ParameterBody {
  id: string;
  title: string;
  value: string;
  assumed: boolean;
  question: string;
}

/** What shall be assessed. */
export interface NewRunBody {
  scheme: string;
  organisation: string;
  period?: string | null;
  parameters?: Record<string, string>;
}

/** How an institution came to its score. */
export interface InstitutionBody {
  run: RunSummary;
  organisation: string;
  name: string;
  same_content: boolean;
  score: string | null;
  grade: string | null;
  lines: LineBody[];
  items: ScoredItem[];
}

/** An item in a phase. */
export interface ScoredItem {
  phase: string;
  phase_title: string;
  item: string;
  title: string;
  points: string;
  score: string | null;
  excluded: boolean;
  value: string | null;
  unit: string;
  reason: string;
  lost: string;
}

/** How an item came to its points, phase by phase. */
export interface ItemBody {
  item: string;
  title: string;
  records_shown: boolean;
  phases: ItemPhase[];
}

/** An item in a phase. */
export interface ItemPhase {
  phase: string;
  period: string;
  lines: LineBody[];
  document: string;
  indicator: ItemIndicator | null;
  record_count: number;
  records: ItemRecord[];
  submissions: ItemSubmission[];
  entry: string;
  remark: string;
}

/** The definition of an indicator. */
export interface ItemIndicator {
  id: string;
  title: string;
  numerator: string;
  denominator: string;
  source: string;
  unconfirmed: string[];
}

/** A record behind a value, without direct identifiers. */
export interface ItemRecord {
  record_key: string;
  file: string;
  line: number;
  numerator: string;
  denominator: string | null;
}

/** An approved submission behind a value. */
export interface ItemSubmission {
  dataset: string;
  title: string;
  period: string;
  version: number;
  submitter: string;
  approver: string;
  cells: string[];
}

/** What an institution objects to. */
export interface NewObjectionBody {
  organisation: string;
  phase?: string;
  item?: string;
  claim: string;
}

/** A reply to an objection. */
export interface ReplyBody {
  uphold: boolean;
  words: string;
}

/** A change that somebody proposes. */
export interface NewAdjustmentBody {
  organisation: string;
  objection?: number | null;
  phase: string;
  item?: string;
  what: string;
  to: string;
  reason: string;
}

/** A decision about a change. */
export interface VerdictBody {
  verdict: string;
  words: string;
}

/** Making a run final. */
export interface PublishBody {
  result_hash: string;
  words?: string;
}

/** What computing a run anew shows. */
export interface ProofBody {
  holds: boolean;
  inputs: boolean;
  content: boolean;
  stored: boolean;
  computed: boolean | null;
}

/** An index over institutions. */
export interface IndexBody {
  index: string;
  title: string;
  period: string;
  data_version: number | null;
  assumed: boolean;
  classes: IndexClass[];
}

/** The index of a class. */
export interface IndexClass {
  id: string;
  title: string;
  standings: IndexStanding[];
  shifts: IndexShift[];
}

/** An institution in the index. */
export interface IndexStanding {
  organisation: string;
  name: string;
  place: number | null;
  value: string | null;
  coverage: string;
  low: number | null;
  high: number | null;
  same: string | null;
}

/** What a shifted weight does. */
export interface IndexShift {
  component: string;
  percent: string;
  moved: number;
  most: number;
}
