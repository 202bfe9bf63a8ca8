/** A plan in a list. */
export interface PlanSummary {
  id: string;
  title: string;
  issuer: string;
  number: string;
  place: string;
  parent: string | null;
  from: string | null;
  until: string | null;
  clauses: number;
  targets: number;
  tasks: number;
  indicators: number;
  fields: number;
  milestones: number;
  open: number;
}

/** How many targets stand where. */
export interface StatusCount {
  status: string;
  status_text: string;
  count: number;
}

/** A clause of a plan. */
export interface ClauseBody {
  id: string;
  number: string;
  title: string;
  text: string;
  section: string;
}

/** What a plan wants to be reached. */
export interface TargetBody {
  id: string;
  clause: string;
  citation: string;
  title: string;
  scope: string;
  measured: string;
  binding: string;
  binding_text: string;
  subject: string | null;
  wanted: string;
  number: string | null;
  unit: string;
  lower_is_better: boolean;
  due: string | null;
  due_text: string;
  softeners: string[];
  responsible: string[];
  related: string[];
  question: string;
  decided: string;
  certainty: string;
  note: string;
}

/** What a plan wants to be done. */
export interface PlanTaskBody {
  id: string;
  citation: string;
  title: string;
  responsible: string[];
  supporting: string[];
  due: string;
  deliverable: string;
  evidence: string[];
  targets: string[];
}

/** A value of a series, or a point of the path. */
export interface Point {
  month: string;
  value: string | null;
}

/** What is to be expected at the last day. */
export interface ForecastBody {
  month: string;
  value: string;
  low: string;
  high: string;
  observations: number;
}

/** Where a target stands. */
export interface TargetStatusBody {
  target: TargetBody;
  status: string;
  status_text: string;
  reason: string;
  value: string | null;
  period: string | null;
  gap: string | null;
  needed: string | null;
  due: string | null;
  baseline: Point | null;
  forecast: ForecastBody | null;
  rolled: string;
  series: Point[];
  path: Point[];
}

/** A plan with all it says. */
export interface PlanBody {
  summary: PlanSummary;
  note: string;
  version: string;
  content_hash: string;
  clauses: ClauseBody[];
  targets: TargetBody[];
  tasks: PlanTaskBody[];
}

/** A plan held against the one above it. */
export interface CascadeBody {
  parent: PlanSummary | null;
  compared: ComparedBody[];
  missing: TargetBody[];
  children: PlanSummary[];
}

/** The same subject in two plans. */
export interface ComparedBody {
  difference: string;
  difference_text: string;
  falls_short: boolean;
  parent: TargetBody;
  child: TargetBody;
}

/** Where the targets of a plan stand for an organisation. */
export interface PlanStatusBody {
  plan: string;
  title: string;
  organisation: string;
  organisation_name: string;
  on: string;
  data_version: number;
  tally: StatusCount[];
  targets: TargetStatusBody[];
  note: string;
}

/** How many targets of a plan stand where for an organisation. */
export interface PlanTally {
  plan: string;
  about: number;
  tally: StatusCount[];
}

/** A target with its course. */
export interface TargetDetail {
  plan: string;
  plan_title: string;
  organisation_name: string;
  on: string;
  data_version: number;
  standing: TargetStatusBody;
  sentence: string;
  members: MembersBody | null;
  members_note: string;
  tasks: TaskLine[];
}

/** The members of an organisation and what they do to its value. */
export interface MembersBody {
  makeup: string;
  makeup_text: string;
  value: string;
  before: string | null;
  level: string;
  decimals: number;
  silent: number;
  lines: MemberBody[];
}

/** A member. */
export interface MemberBody {
  organisation: string;
  name: string;
  value: string | null;
  why_none: string;
  share: string | null;
  pull: string | null;
  without: string | null;
  rate: string | null;
  mix: string | null;
}

/** A task of the ledger. */
export interface TaskLine {
  id: string;
  organisation: string;
  organisation_name: string;
  plan: string;
  task: string;
  parent: string | null;
  clause: string;
  title: string;
  deliverable: string;
  department: string;
  assignee: string;
  start: string | null;
  due: string | null;
  state: string;
  state_text: string;
  progress: number;
  urgency: string;
  urgency_text: string;
  told: string;
  order: string;
  reply_due: string | null;
  reply_overdue: boolean;
  orders: number;
  updated_at: string;
  revision: number;
}

/** A task with what belongs to it. */
export interface TaskDetailBody {
  task: TaskLine;
  milestones: MilestoneBody[];
  evidence: EvidenceBody[];
  history: TaskActionBody[];
  steps: PossibleStep[];
}

/** A step that fits the task and the caller, or why it does not. */
export interface PossibleStep {
  step: string;
  title: string;
  why_not: string;
}

/** A step on the way to a task. */
export interface MilestoneBody {
  number: number;
  title: string;
  due: string;
  reached: string | null;
}

/** A file that belongs to a task. */
export interface EvidenceBody {
  number: number;
  name: string;
  size: number;
  sha256: string;
  actor: string;
  at: string;
}

/** Something that happened to a task. */
export interface TaskActionBody {
  revision: number;
  actor: string;
  at: string;
  action: string;
  action_text: string;
  state_text: string;
  progress: number;
  note: string;
}

/** A page of the ledger. */
export interface TaskPage {
  items: TaskLine[];
  next: string | null;
  total: number;
  counts: StateCount[];
  overdue: number;
  orders: number;
}

/** How many tasks stand where. */
export interface StateCount {
  state: string;
  state_text: string;
  count: number;
}

/** What shall come into the ledger: tasks of a plan, or one of its own. */
export interface NewTasksBody {
  organisation: string;
  plan?: string | null;
  tasks?: string[];
  own?: NewTaskBody | null;
}

/** A task that comes from no plan. */
export interface NewTaskBody {
  title: string;
  deliverable?: string;
  indicator?: string;
  cause?: string;
  department?: string;
  assignee?: string;
  due?: string | null;
}

/** What became of it. */
export interface AddedTasks {
  new: number;
  known: number;
  id: string | null;
}

/** A step with a task, as the person saw it. */
export interface TaskStepBody {
  step: string;
  revision: number;
  title?: string;
  department?: string;
  assignee?: string;
  due?: string | null;
  progress?: number | null;
  number?: number | null;
  text?: string;
}
