import type { Job } from './wire';

/** A hospital's month that a file would leave with far fewer records. */
export interface FewerRecords {
  organisation: string;
  month: string;
  before: number;
  after: number;
}

/** The months for which an import waits to be confirmed; none when it ended otherwise. */
export function fewerRecords(job: Pick<Job, 'state' | 'result'>): FewerRecords[] {
  const told = job.result as { code?: unknown; months?: unknown } | null | undefined;
  if (job.state !== 'failed' || told?.code !== 'fewer_records' || !Array.isArray(told.months)) return [];
  return told.months as FewerRecords[];
}
