import { FileDoneOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Badge, Button, Popover, Progress, Space } from 'antd';
import { useCallback } from 'react';
import { ApiProblem, asProblem, invalidatePaths, post, type Query, useGet } from '../api/client';
import { type DocumentJob, fetchDocument, isUnderWay, wantDocument } from '../api/document';
import { useReason } from '../ui/ReasonDialog';

/** How long a document that failed is told of, in milliseconds. */
const TOLD = 24 * 3600 * 1000;

/** Downloads a document. What takes longer than a moment goes on as a job, and `false` comes back. */
export function useDocument(): (path: string, query?: Query, reason?: string) => Promise<boolean> {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useCallback(
    async (path, query, reason) => {
      const job = await wantDocument(path, query, { reason });
      await invalidatePaths(client, ['/jobs']);
      if (job.has_document) {
        await fetchDocument(job, { reason });
        return true;
      }
      if (!isUnderWay(job)) throw new ApiProblem(409, job.state, job.message || '文件没有生成，请重试');
      message.info('文件还在生成，可以离开本页；进度和下载在右上角“文档”中', 6);
      return false;
    },
    [client, message],
  );
}

/** Whether a document of one's own is worth a line: it is being made, can be fetched, or failed not long ago. */
export function isWorthALine(job: DocumentJob, now: number): boolean {
  if (isUnderWay(job) || job.has_document) return true;
  return job.state === 'failed' && job.finished_at !== null && now - Date.parse(job.finished_at) < TOLD;
}

/** One's own documents: those that are being made with how far they are, and those that can be fetched. */
export function Documents() {
  const jobs = useGet<{ items: DocumentJob[] }>(
    '/jobs',
    { kind: 'document', own: true, limit: 10 },
    { refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? 1000 : false) },
  );
  const lines = (jobs.data?.items ?? []).filter((job) => isWorthALine(job, Date.now()));
  if (lines.length === 0) return null;
  const list = (
    <ul className="bc-jobs">
      {lines.map((job) => (
        <Line key={job.id} job={job} />
      ))}
    </ul>
  );
  return (
    <Popover trigger="click" placement="bottomRight" title="文档" content={list}>
      <Badge count={lines.filter(isUnderWay).length} size="small">
        <Button type="text" icon={<FileDoneOutlined />} aria-label="文档">
          <span className="bc-wide-only">文档</span>
        </Button>
      </Badge>
    </Popover>
  );
}

function Line({ job }: { job: DocumentJob }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const { reason, ask } = useReason();
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      message.error(asProblem(error).message, 6);
    }
    await invalidatePaths(client, ['/jobs']);
  };
  const fetch = async () => {
    try {
      await fetchDocument(job, { reason });
    } catch (error) {
      // A document with names of patients takes a reason, each time it is fetched.
      if (asProblem(error).code !== 'reason_needed') throw error;
      const given = await ask();
      if (given) await fetchDocument(job, { reason: given });
    }
  };
  const step = (verb: 'cancel' | 'retry') =>
    post(`/jobs/${encodeURIComponent(job.id)}/${verb}`, { revision: job.revision });
  const share = job.total ? Math.floor((100 * job.done) / job.total) : 0;
  return (
    <li className="bc-job" aria-label={job.subject}>
      <div className="bc-job-head">
        <strong className="bc-ellipsis" title={job.subject}>
          {job.subject}
        </strong>
        <Space size="small" className="bc-job-actions">
          {isUnderWay(job) && (
            <Button size="small" onClick={() => void attempt(() => step('cancel'))}>
              取消
            </Button>
          )}
          {job.has_document && (
            <Button size="small" type="primary" ghost onClick={() => void attempt(fetch)}>
              下载
            </Button>
          )}
          {job.state === 'failed' && (
            <Button size="small" onClick={() => void attempt(() => step('retry'))}>
              重试
            </Button>
          )}
        </Space>
      </div>
      {isUnderWay(job) && <Progress percent={share} size="small" status="active" aria-label="生成进度" />}
      <p className={job.state === 'failed' ? 'bc-job-words bc-bad' : 'bc-job-words bc-quiet'} aria-live="polite">
        {isUnderWay(job) ? job.words || job.state_text : job.message}
      </p>
    </li>
  );
}
