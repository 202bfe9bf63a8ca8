// The types of the API's answers, named and written as in crates/api/src/groups.

export interface GroupCount {
  value: number | null;
  hidden: boolean;
}

export interface WeightsTitle {
  id: string;
  title: string;
  nature_text: string;
  note: string;
}

export interface GroupReference {
  cases: GroupCount;
  mean_charges: string | null;
  mean_days: string | null;
}

export interface GroupThen {
  cases: GroupCount;
  mean_weight: string | null;
  mean_charges: string | null;
  mean_days: string | null;
  cost_index: string | null;
  time_index: string | null;
}

export interface GroupRow {
  key: string;
  title: string;
  adrg: string | null;
  mdc: string | null;
  cases: GroupCount;
  grouped: GroupCount;
  ambiguous: GroupCount;
  ungrouped: GroupCount;
  groups: number | null;
  share: string | null;
  total_weight: string | null;
  mean_weight: string | null;
  total_charges: string | null;
  mean_charges: string | null;
  mean_days: string | null;
  cost_index: string | null;
  time_index: string | null;
  deaths: GroupCount;
  mortality: string | null;
  high: GroupCount;
  low: GroupCount;
  drug_share: string | null;
  consumable_share: string | null;
  reference: GroupReference | null;
  previous: GroupThen | null;
  year_before: GroupThen | null;
  trend: (number | null)[];
}

export interface GroupTable {
  by: string;
  period: string;
  scheme: string;
  scheme_title: string;
  weights: WeightsTitle | null;
  total: GroupRow;
  rows: GroupRow[];
  months: string[];
  reference_hospitals: number;
  hidden_rows: number;
  may_see_records: boolean;
  outlier_rule: string;
  warnings: string[];
}

export interface GroupName {
  code: string;
  title: string | null;
}

export interface GroupSibling {
  drg: string;
  title: string | null;
  condition: string | null;
  weight: string | null;
}

export interface GroupEntry {
  id: string;
  condition: string;
  groups: GroupSibling[];
}

export interface GroupCodeSet {
  title: string;
  size: number;
  codes: GroupName[];
}

export interface GroupDefinition {
  mdc_condition: string;
  entries: GroupEntry[];
  sets: GroupCodeSet[];
  mcc: number;
  cc: number;
}

export interface GroupMonth {
  month: string;
  cases: GroupCount;
  mean_charges: string | null;
  mean_days: string | null;
  reference_charges: string | null;
  reference_days: string | null;
}

export interface GroupQuantiles {
  cases: number;
  p10: string;
  p25: string;
  p50: string;
  p75: string;
  p90: string;
}

export interface GroupBin {
  from: string;
  to: string | null;
  cases: GroupCount;
  reference_cases: GroupCount;
}

export interface GroupSpread {
  own: GroupQuantiles | null;
  reference: GroupQuantiles | null;
  bins: GroupBin[];
}

export interface GroupPage {
  drg: string;
  title: string;
  adrg: GroupName;
  mdc: GroupName;
  scheme: string;
  scheme_title: string;
  weight: string | null;
  weights: WeightsTitle | null;
  pays: string | null;
  definition: GroupDefinition | null;
  row: GroupRow;
  trend_months: string[];
  months: GroupMonth[];
  hospitals: GroupRow[];
  departments: GroupRow[];
  charges: GroupSpread;
  days: GroupSpread;
  may_see_records: boolean;
  outlier_rule: string;
}

export interface GroupRecord {
  record_key: string;
  organisation_code: string;
  organisation_title: string;
  month: string;
  department: string | null;
  department_title: string | null;
  days: number | null;
  charges: string | null;
  times: string | null;
  outlier: 'high' | 'low' | null;
  died: boolean;
  score: string | null;
  complications: string[];
}

export interface GroupRecordPage {
  items: GroupRecord[];
  next: string | null;
  total?: number;
}

export interface SchemeRemark {
  what: string;
  why: string;
  effect: string;
}

export interface GroupScheme {
  id: string;
  title: string;
  version: string;
  place: string;
  base: string | null;
  status: string;
  status_text: string;
  recommended: string;
  document: string;
  licence: string;
  mdcs: number;
  adrgs: number;
  drgs: number;
  content_hash: string;
  warning: string | null;
  damages: SchemeRemark[];
  mends: SchemeRemark[];
  weights: WeightsTitle[];
  in_use: boolean;
}

export interface ComparedScheme {
  id: string;
  title: string;
  groups: number;
  grouped: GroupCount;
  mean_weight: string | null;
  warning: string | null;
}

export interface SchemeMove {
  from: string;
  from_title: string | null;
  to: string;
  to_title: string | null;
  records: number;
  weight_difference: string | null;
}

export interface SchemeDifference {
  drg: string;
  kind: string;
  title_a: string | null;
  title_b: string | null;
  weight_a: string | null;
  weight_b: string | null;
  condition_differs: boolean;
}

export interface SchemeComparison {
  a: ComparedScheme;
  b: ComparedScheme;
  records: number;
  moved: GroupCount;
  moves: SchemeMove[];
  hidden_moves: number;
  differences: SchemeDifference[];
  cut: boolean;
}

export interface CodeHit {
  code: string;
  title: string | null;
  edition_text: string;
  status_text: string;
  usable: boolean;
  reason_text: string;
}

export interface CalculateBody {
  scheme?: string | null;
  diagnoses: string[];
  procedures: string[];
  sex?: number | null;
  age?: number | null;
  age_days?: number | null;
  birth_weight?: number | null;
  length_of_stay?: number | null;
  icu_hours?: number | null;
  ventilator_hours?: number | null;
  department?: string | null;
  disposition?: string | null;
  translate?: boolean | null;
}

export interface CalculatedStep {
  level: string;
  code: string;
  title: string | null;
  condition: string;
  holds: boolean;
  taken: boolean;
}

export interface CalculatedComplication {
  position: number;
  code: string;
  level: string;
  counted: boolean;
  table: string | null;
  text: string;
}

export interface CalculatedChange {
  kind_text: string;
  code: string;
  drg: string;
  title: string | null;
  status_text: string;
  weight: string | null;
  weight_difference: string | null;
}

export interface Calculated {
  scheme: string;
  scheme_title: string;
  warning: string | null;
  status: string;
  status_text: string;
  mdc: GroupName;
  adrg: GroupName;
  drg: GroupName;
  weight: string | null;
  pays: string | null;
  path: CalculatedStep[];
  complications: CalculatedComplication[];
  remarks: string[];
  changes: CalculatedChange[];
  notice: string;
}

export interface CalculatedGroup {
  drg: string;
  title: string | null;
  cases: number;
}

export interface CalculatedFile {
  scheme_title: string;
  warning: string | null;
  records: number;
  grouped: number;
  rejects: number;
  incomplete: number;
  mean_weight: string | null;
  groups: CalculatedGroup[];
  csv: string;
}
