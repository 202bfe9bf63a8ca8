/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type NamedOrganisation = Schemas['NamedOrganisation'];
export type Job = Schemas['Job'];
export type ImportPublication = Schemas['ImportPublication'];
export type ImportCounts = Schemas['ImportCounts'];
export type DataSetSummary = Schemas['DataSetSummary'];
export type DataSetDefinition = Schemas['DataSetDefinition'];
export type FormBreakdown = Schemas['FormBreakdown'];
export type FormField = Schemas['FormField'];
export type FormRule = Schemas['FormRule'];
export type FormFinding = Schemas['FormFinding'];
export type SubmissionRow = Schemas['SubmissionRow'];
export type FormRow = Schemas['FormRow'];
export type StepChoice = Schemas['StepChoice'];
export type FormView = Schemas['FormView'];
export type TypedRow = Schemas['TypedRow'];
export type TypedForm = Schemas['TypedForm'];
export type FormDraft = Schemas['FormDraft'];
export type FormJudgement = Schemas['FormJudgement'];
export type StepBody = Schemas['StepBody'];
export type StepResult = Schemas['StepResult'];
export type ImportedForms = Schemas['ImportedForms'];
export type ImportedForm = Schemas['ImportedForm'];
export type FormHistory = Schemas['FormHistory'];
export type FormStep = Schemas['FormStep'];
export type FormVersion = Schemas['FormVersion'];
export type CellChange = Schemas['CellChange'];
export type Calendar = Schemas['Calendar'];
export type CalendarCell = Schemas['CalendarCell'];
export type CalendarCounts = Schemas['CalendarCounts'];

/** A page of a list. */

export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}
