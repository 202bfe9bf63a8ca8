/** What a word of a formula means. */
export interface CountingRule {
  title: string;
  means: string;
}

export interface IndicatorCard {
  id: string;
  title: string;
  why: string;
  chapter: string;
  direction: string;
  direction_text: string;
  unit: string;
  kind: string;
  decimals: number;
  formula: string;
  numerator: string;
  denominator: string;
  rules: CountingRule[];
  from: string;
  source: string;
  clause: string;
  certainty: string;
  certainty_text: string;
  marks: string[];
  applies_to: string[];
  note: string;
  has_records: boolean;
}

export interface IndicatorChange {
  period: string;
  value: string;
  difference: string;
  kind: string;
  relative: string | null;
  good: boolean | null;
  notable: boolean;
}

export interface SparkPoint {
  period: string;
  value: string | null;
}

export interface IndicatorValue {
  id: string;
  title: string;
  chapter: string;
  direction: string;
  direction_text: string;
  unit: string;
  kind: string;
  decimals: number;
  value: string | null;
  missing: string;
  on_demand: boolean;
  suppressed: boolean;
  numerator: string | null;
  denominator: string | null;
  previous: IndicatorChange | null;
  year_before: IndicatorChange | null;
  course: string;
  course_text: string;
  adrift: boolean;
  spark: SparkPoint[];
  marks: string[];
}

export interface IndicatorProvenance {
  version: number;
  cell_version: number;
  pack: string;
  pack_hash: string;
}

export interface IndicatorValues {
  organisation_name: string;
  period: string;
  items: IndicatorValue[];
  provenance: IndicatorProvenance;
}

export interface IndicatorPoint {
  period: string;
  value: string | null;
  missing: string;
  year_before: string | null;
}

export interface IndicatorTarget {
  plan: string;
  plan_title: string;
  target: string;
  title: string;
  comparator_text: string;
  amount: string | null;
  amount_text: string;
  due: string | null;
  owner: string;
}

export interface IndicatorPeer {
  organisation: string | null;
  name: string;
  value: string;
  is_own: boolean;
}

export interface IndicatorPeers {
  items: IndicatorPeer[];
  place: number | null;
  without: number;
  hidden: number;
  note: string;
}

export interface IndicatorPart {
  kind: string;
  code: string;
  name: string;
  value: string | null;
  missing: string;
  suppressed: boolean;
  numerator: string | null;
  denominator: string | null;
}

export interface IndicatorEffect {
  name: string;
  mix: string;
  rate: string;
}

export interface IndicatorMovement {
  from: string;
  before: string;
  after: string;
  mix: string;
  rate: string;
  effects: IndicatorEffect[];
}

export interface IndicatorReport {
  dataset: string;
  organisations: number;
  is_own: boolean;
}

export interface IndicatorPage {
  definition: IndicatorCard;
  organisation_name: string;
  department: string;
  period: string;
  value: IndicatorValue;
  says: string;
  trend: IndicatorPoint[];
  targets: IndicatorTarget[];
  peers: IndicatorPeers | null;
  parts: IndicatorPart[];
  movement: IndicatorMovement | null;
  reports: IndicatorReport[];
  may_see_records: boolean;
  provenance: IndicatorProvenance;
}

export interface IndicatorRecord {
  record_key: string;
  organisation_code: string;
  month: string;
  day: string | null;
  department: string;
  department_name: string;
  diagnosis: string | null;
  drg: string | null;
  weight: string | null;
  days: number | null;
  numerator: string;
  denominator: string | null;
}

export interface ReconcileCase {
  key: string;
  amount: string | null;
}

export interface ReconcileBody {
  indicator: string;
  organisation: string;
  department: string | null;
  period: string;
  cases: ReconcileCase[];
}

export interface ReconciledCase {
  key: string;
  agreement: string;
  agreement_text: string;
  system: string | null;
  list: string | null;
  record_key: string | null;
  department: string | null;
  reason: string;
}

export interface ReconcileCount {
  agreement: string;
  agreement_text: string;
  cases: number;
}

export interface Reconciliation {
  title: string;
  system: string;
  list: string;
  counts: ReconcileCount[];
  cases: ReconciledCase[];
}

/** A page of records. */
export interface PageOfRecords {
  items: IndicatorRecord[];
  next: string | null;
  total?: number;
}
