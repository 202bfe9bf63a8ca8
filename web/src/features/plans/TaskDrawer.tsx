import { useQueryClient } from '@tanstack/react-query';
import { Button, Timeline, Upload } from 'antd';
import { useState } from 'react';
import { download, invalidatePaths, upload, useGet } from '../../api/client';
import { Detail } from '../../ui/Detail';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import './plans.css';
import { StepForm } from './StepForm';
import { stateTone, urgencyTone } from './status';
import { useAsk } from './useAsk';
import type { TaskDetailBody } from './wire';

/** Paths whose answers a step with a task makes outdated. */
export const TOUCHED = ['/tasks', '/plans', '/plan-tallies'] as const;

/** A task with its history, evidence and supervision, and the steps that can be taken. */
export function TaskDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const path = id ? `/tasks/${encodeURIComponent(id)}` : null;
  const found = useGet<TaskDetailBody>(path);
  const client = useQueryClient();
  const [step, setStep] = useState<string | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const { attempt, busy } = useAsk();
  const task = found.data?.task;
  const bring = async (file: File) => {
    if (!task || !path) return;
    const form = new FormData();
    form.set('revision', String(task.revision));
    form.set('file', file);
    setShare(0);
    await attempt(() => upload(`${path}/evidence`, form, setShare), '佐证材料已存入');
    setShare(null);
    await invalidatePaths(client, TOUCHED);
  };
  const canBring = found.data?.steps.find((one) => one.step === 'report')?.why_not;
  return (
    <Detail open={id !== null} title={task?.title ?? '任务'} onClose={onClose} width={620}>
      {found.error ? (
        <Failure problem={found.error} retry={() => void found.refetch()} />
      ) : !found.data || !task ? (
        <Loading />
      ) : (
        <>
          <p>
            <Status tone={stateTone(task.state)} text={`${task.state_text} ${task.progress}%`} />{' '}
            {task.urgency_text && <Status tone={urgencyTone(task)} text={task.urgency_text} />}
            {task.told && <span className="bc-quiet"> 应报 {task.told}</span>}
          </p>
          <dl className="plans-facts">
            <dt>机构</dt>
            <dd>{task.organisation_name}</dd>
            <dt>条款或起因</dt>
            <dd>{task.clause || '—'}</dd>
            <dt>完成标志</dt>
            <dd>{task.deliverable || '—'}</dd>
            <dt>责任</dt>
            <dd>{[task.department, task.assignee].filter(Boolean).join(' ') || '还没有分派'}</dd>
            <dt>期限</dt>
            <dd>{[task.start, task.due].filter(Boolean).join(' 至 ') || '未定'}</dd>
            {task.order && (
              <>
                <dt>督办</dt>
                <dd>
                  {task.order}，{task.reply_due} 前回复
                </dd>
              </>
            )}
          </dl>
          <div className="plans-steps">
            {found.data.steps.map((one) => (
              <Button
                key={one.step}
                size="small"
                type={step === one.step ? 'primary' : 'default'}
                disabled={one.why_not !== ''}
                title={one.why_not || undefined}
                onClick={() => setStep(step === one.step ? null : one.step)}
              >
                {one.title}
              </Button>
            ))}
          </div>
          {step && (
            <StepForm
              key={step}
              task={task}
              step={step}
              milestones={found.data.milestones}
              onDone={() => setStep(null)}
            />
          )}
          <h3>佐证材料</h3>
          {found.data.evidence.length === 0 && <p className="bc-quiet">还没有材料。</p>}
          <ul>
            {found.data.evidence.map((file) => (
              <li key={file.number}>
                <Button
                  type="link"
                  size="small"
                  disabled={busy}
                  onClick={() =>
                    void attempt(() => download(`${path}/evidence/${file.number}`, {}, { name: file.name }))
                  }
                >
                  {file.name}
                </Button>
                <span className="bc-quiet">
                  {file.size.toLocaleString('zh-CN')} 字节，{file.actor} {file.at}
                </span>
              </li>
            ))}
          </ul>
          <Upload
            accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.csv,.txt"
            showUploadList={false}
            disabled={canBring !== ''}
            beforeUpload={(file) => {
              void bring(file);
              return false;
            }}
          >
            <Button loading={share !== null} disabled={canBring !== ''} title={canBring || undefined}>
              {share === null ? '上传材料（每份最多 20 MB）' : `正在上传 ${Math.round(share * 100)}%`}
            </Button>
          </Upload>
          {found.data.milestones.length > 0 && (
            <>
              <h3>节点</h3>
              <ul>
                {found.data.milestones.map((one) => (
                  <li key={one.number}>
                    {one.title}，{one.due} 前{one.reached ? `，${one.reached} 完成` : ''}
                  </li>
                ))}
              </ul>
            </>
          )}
          <h3>经过</h3>
          <Timeline
            items={[...found.data.history].reverse().map((one) => ({
              key: one.revision,
              content: (
                <>
                  {one.at} {one.actor} <strong>{one.action_text}</strong>（{one.state_text} {one.progress}%）
                  {one.note && <div className="bc-quiet">{one.note}</div>}
                </>
              ),
            }))}
          />
        </>
      )}
    </Detail>
  );
}
