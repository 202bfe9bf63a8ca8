import { download, get, type Query, type RequestOptions, send } from './request';
import type { components } from './schema';

/** A document on its way: the job that makes it. */
export type DocumentJob = components['schemas']['Job'];

/** How long a person waits for a document without being told that it takes longer, in milliseconds. */
const MOMENT = 1500;

/** How often one looks meanwhile. */
const LOOK = 200;

/** Whether a job is not over yet. */
export function isUnderWay(job: Pick<DocumentJob, 'state'>): boolean {
  return job.state === 'queued' || job.state === 'running';
}

const path = (job: Pick<DocumentJob, 'id'>) => `/jobs/${encodeURIComponent(job.id)}`;

/** Wants a document and waits a moment for it; the job as it stands then. */
export async function wantDocument(where: string, query?: Query, options?: RequestOptions): Promise<DocumentJob> {
  const begun = await send('POST', where, query, undefined, options);
  let job = (await begun.json()) as DocumentJob;
  const until = Date.now() + MOMENT;
  while (isUnderWay(job) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    job = await get<DocumentJob>(path(job));
  }
  return job;
}

/** Hands the document of a job to the person. */
export async function fetchDocument(job: Pick<DocumentJob, 'id'>, options?: RequestOptions): Promise<void> {
  await download(`${path(job)}/document`, {}, options);
}
