/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type PlanSummary = Schemas['PlanSummary'];
export type StatusCount = Schemas['StatusCount'];
export type ClauseBody = Schemas['ClauseBody'];
export type TargetBody = Schemas['TargetBody'];
export type PlanTaskBody = Schemas['PlanTaskBody'];
export type Point = Schemas['Point'];
export type ForecastBody = Schemas['ForecastBody'];
export type TargetStatusBody = Schemas['TargetStatusBody'];
export type PlanBody = Schemas['PlanBody'];
export type CascadeBody = Schemas['CascadeBody'];
export type ComparedBody = Schemas['ComparedBody'];
export type PlanStatusBody = Schemas['PlanStatusBody'];
export type PlanTally = Schemas['PlanTally'];
export type TargetDetail = Schemas['TargetDetail'];
export type MembersBody = Schemas['MembersBody'];
export type MemberBody = Schemas['MemberBody'];
export type TaskLine = Schemas['TaskLine'];
export type TaskDetailBody = Schemas['TaskDetailBody'];
export type PossibleStep = Schemas['PossibleStep'];
export type MilestoneBody = Schemas['MilestoneBody'];
export type EvidenceBody = Schemas['EvidenceBody'];
export type TaskActionBody = Schemas['TaskActionBody'];
export type TaskPage = Schemas['TaskPage'];
export type StateCount = Schemas['StateCount'];
export type NewTasksBody = Schemas['NewTasksBody'];
export type NewTaskBody = Schemas['NewTaskBody'];
export type AddedTasks = Schemas['AddedTasks'];
export type TaskStepBody = Schemas['TaskStepBody'];

/** A plan in a list. */

/** How many targets stand where. */

/** A clause of a plan. */

/** What a plan wants to be reached. */

/** What a plan wants to be done. */

/** A value of a series, or a point of the path. */

/** What is to be expected at the last day. */

/** Where a target stands. */

/** A plan with all it says. */

/** A plan held against the one above it. */

/** The same subject in two plans. */

/** Where the targets of a plan stand for an organisation. */

/** How many targets of a plan stand where for an organisation. */

/** A target with its course. */

/** The members of an organisation and what they do to its value. */

/** A member. */

/** A task of the ledger. */

/** A task with what belongs to it. */

/** A step that fits the task and the caller, or why it does not. */

/** A step on the way to a task. */

/** A file that belongs to a task. */

/** Something that happened to a task. */

/** A page of the ledger. */

/** How many tasks stand where. */

/** What shall come into the ledger: tasks of a plan, or one of its own. */

/** A task that comes from no plan. */

/** What became of it. */

/** A step with a task, as the person saw it. */
