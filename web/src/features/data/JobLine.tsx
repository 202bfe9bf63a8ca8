import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress, Space } from 'antd';
import { useEffect, useState } from 'react';
import { asProblem, invalidatePaths, post, useProgress } from '../../api/client';
import { useMe } from '../../app/me';
import { formatFigure, formatTime } from '../../ui/format';
import { Status } from '../../ui/Status';
import { fewerRecords } from './fewer';
import { useRejects } from './HistoryTable';
import { inWords, type Mark, marked, pace, percent } from './rate';
import { isOver, jobTone } from './states';
import type { Job } from './wire';

/** How far an import is, followed while it runs; what it came to afterwards. */
export function JobLine({ job }: { job: Job }) {
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const me = useMe();
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
  const fewer = fewerRecords(shown);
  const nameOf = (code: string) => me.organisations.find((one) => one.code === code)?.name ?? `机构 ${code}`;
  const send = async (verb: 'cancel' | 'retry', how: { allow_fewer?: boolean; mode?: string } = {}) => {
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
  const confirm = () =>
    modal.confirm({
      title: '确认整月替换',
      content: (
        <>
          <p>下面这些月份的原有病案将整月换成文件里的病案，文件里没有的会被移除：</p>
          <ul className="bc-job-months">
            {fewer.map(({ organisation, month, before, after }) => (
              <li key={`${organisation}/${month}`}>
                {nameOf(organisation)} · {month}：现有 {formatFigure(String(before), 'plain')} 份，文件里{' '}
                {formatFigure(String(after), 'plain')} 份
              </li>
            ))}
          </ul>
          <p>文件只是这个月的一部分时，请取消后选“按更正导入”。</p>
        </>
      ),
      okText: '确认替换',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: () => send('retry', { allow_fewer: true }),
    });
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
          {fewer.length > 0 && (
            <>
              <Button
                size="small"
                type="primary"
                loading={sending}
                title="只补充和替换文件里有的病案，其余不动"
                onClick={() => void send('retry', { mode: 'correction' })}
              >
                按更正导入
              </Button>
              <Button size="small" danger disabled={sending} onClick={confirm}>
                确认替换
              </Button>
            </>
          )}
          {over && fewer.length === 0 && (shown.state === 'failed' || shown.state === 'cancelled') && (
            <Button size="small" loading={sending} onClick={() => void send('retry')}>
              重试
            </Button>
          )}
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
