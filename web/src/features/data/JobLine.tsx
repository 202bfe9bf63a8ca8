import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress, Space } from 'antd';
import { useEffect, useState } from 'react';
import { asProblem, invalidatePaths, post, useProgress } from '../../api/client';
import { formatFigure, formatTime } from '../../ui/format';
import { Status } from '../../ui/Status';
import { Again, type How } from './Again';
import { useRejects } from './HistoryTable';
import { inWords, type Mark, marked, pace, percent } from './rate';
import { isOver, jobTone } from './states';
import type { Job } from './wire';

/** How far an import is, followed while it runs; what it came to afterwards. */
export function JobLine({ job }: { job: Job }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const rejects = useRejects();
  const [sending, setSending] = useState(false);
  const follow = !isOver(job);
  const { latest } = useProgress<Job>(follow ? `/jobs/${encodeURIComponent(job.id)}/events` : null);
  const shown = latest && latest.id === job.id ? latest : job;
  const over = isOver(shown);
  const [marks, setMarks] = useState<Mark[]>([]);
  const { done, total } = shown;
  useEffect(() => {
    if (!over) setMarks((before) => marked(before, { at: Date.now(), done }));
  }, [done, over]);
  useEffect(() => {
    if (over && follow) void invalidatePaths(client, ['/jobs', '/import-history']);
  }, [over, follow, client]);
  const share = percent(done, total);
  const { rate, remaining } = pace(marks, total);
  const send = async (verb: 'cancel' | 'retry', how: How = {}) => {
    setSending(true);
    try {
      await post(`/jobs/${encodeURIComponent(job.id)}/${verb}`, { ...how, revision: shown.revision });
      await invalidatePaths(client, ['/jobs']);
    } catch (error) {
      message.error(asProblem(error).message);
    } finally {
      setSending(false);
    }
  };
  const running = shown.started_at !== null && !over;
  return (
    <li className="bc-job" aria-label={`导入 ${shown.subject}`}>
      <div className="bc-job-head">
        <strong className="bc-ellipsis" title={shown.subject}>
          {shown.subject || '导入病案首页'}
        </strong>
        <Status tone={jobTone(shown.state)} text={shown.state_text} />
        <span className="bc-quiet">
          {shown.created_by} · {formatTime(shown.finished_at ?? shown.started_at ?? shown.created_at)}
        </span>
        <Space size="small" className="bc-job-actions">
          {!over && (
            <Button size="small" loading={sending} onClick={() => void send('cancel')}>
              取消
            </Button>
          )}
          <Again job={shown} busy={sending} retry={(how) => send('retry', how)} />
          {shown.has_rejects && (
            <Button
              size="small"
              type="primary"
              ghost
              onClick={() => void rejects(`/jobs/${encodeURIComponent(shown.id)}/rejects`)}
            >
              下载拒收
            </Button>
          )}
        </Space>
      </div>
      {running && share !== null && <Progress percent={share} size="small" status="active" aria-label="导入进度" />}
      {running && share === null && (
        // Nobody knows how much is left: what is being done and for how long stands below.
        <div role="progressbar" className="bc-job-going" aria-label="导入进度" aria-valuetext={shown.words} />
      )}
      <p className="bc-job-words" aria-live="polite">
        {shown.words}
        {running && rate !== null && total !== null && share !== null && (
          <span className="bc-quiet">
            {shown.words ? '；' : ''}每秒完成 {formatFigure(((rate * 100) / total).toFixed(1), 'plain')}%
            {remaining !== null && `，还需${inWords(remaining)}`}
          </span>
        )}
        {shown.message && <span className={shown.state === 'failed' ? 'bc-bad' : 'bc-quiet'}> {shown.message}</span>}
      </p>
    </li>
  );
}
