import { Button, Input, Modal, Progress, Select, Space } from 'antd';
import { useState } from 'react';
import { download, post, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Status, type Tone } from '../../ui/Status';
import { Again } from '../data/Again';
import { useStep } from './step';
import type { Job, Page as Rows } from './wire';
import { time } from './words';

const CHANGED = ['/jobs', '/audit'];
const TONES: Record<string, Tone> = {
  queued: 'neutral',
  running: 'info',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};

/** Whether anything still goes on, so that the list is read again. */
export function goesOn(jobs: readonly Job[]): boolean {
  return jobs.some((job) => job.state === 'queued' || job.state === 'running');
}

/** 任务: what runs longer than a request. */
export default function Jobs() {
  const [state, setState] = useUrlState<string>('state', '');
  const [kind, setKind] = useUrlState<string>('kind', '');
  const [organisation, setOrganisation] = useUrlState<string>('of', '');
  const [cancelling, setCancelling] = useState<Job | null>(null);
  const mayAct = useMay('configure', 'system');
  const jobs = useGet<Rows<Job>>(
    '/jobs',
    { state, kind, organisation, limit: 200 },
    {
      staleTime: 0,
      placeholderData: (before) => before,
      refetchInterval: (query) => (goesOn(query.state.data?.items ?? []) ? 2000 : 15_000),
    },
  );
  const { busy, run } = useStep(CHANGED);
  const rows = jobs.data?.items ?? [];
  const columns: Column<Job>[] = [
    { key: 'kind_text', title: '种类', width: 100 },
    { key: 'subject', title: '内容' },
    { key: 'organisation', title: '机构', width: 180 },
    { key: 'created_by', title: '提交人', width: 110 },
    { key: 'created_at', title: '提交时间', width: 170, value: (job) => time(job.created_at) },
    {
      key: 'state',
      title: '状态',
      width: 100,
      value: (job) => job.state_text,
      render: (job) => <Status tone={TONES[job.state] ?? 'neutral'} text={job.state_text} />,
    },
    {
      key: 'progress',
      title: '进度',
      width: 200,
      value: (job) => (job.total ? `${job.done}/${job.total}` : job.words),
      render: (job) =>
        job.state === 'running' ? (
          <Space direction="vertical" size={0} style={{ width: '100%' }}>
            {job.total !== null && (
              <Progress
                size="small"
                percent={Math.floor((100 * job.done) / job.total)}
                aria-label={`${job.kind_text}的进度`}
              />
            )}
            <span className="bc-quiet">{job.words || (job.total ? `${job.done} / ${job.total}` : `${job.done}`)}</span>
          </Space>
        ) : (
          time(job.finished_at)
        ),
    },
    { key: 'message', title: '结果' },
    {
      key: 'act',
      title: '',
      width: 150,
      value: () => null,
      render: (job) => (
        <Space size={4} wrap>
          {mayAct && (job.state === 'queued' || job.state === 'running') && (
            <Button size="small" danger onClick={() => setCancelling(job)}>
              取消
            </Button>
          )}
          {mayAct && (
            <Again
              job={job}
              busy={busy}
              retry={(how) =>
                run(() => post(`/jobs/${job.id}/retry`, { ...how, revision: job.revision }), '已重新排队')
              }
            />
          )}
          {job.has_rejects && (
            <Button size="small" onClick={() => void run(() => download(`/jobs/${job.id}/rejects`))}>
              拒收文件
            </Button>
          )}
        </Space>
      ),
    },
  ];
  return (
    <Page
      title="任务"
      crumbs={[{ title: '管理' }]}
      filters={
        <>
          <Select
            aria-label="状态"
            value={state}
            onChange={setState}
            style={{ width: 140 }}
            options={[
              { value: '', label: '全部状态' },
              { value: 'queued,running', label: '没有完成的' },
              { value: 'failed', label: '失败的' },
              { value: 'done', label: '完成的' },
              { value: 'cancelled', label: '取消的' },
            ]}
          />
          <Select
            aria-label="种类"
            value={kind}
            onChange={setKind}
            style={{ width: 140 }}
            options={[
              { value: '', label: '全部种类' },
              { value: 'import', label: '导入病案' },
              { value: 'recheck', label: '重新质控' },
              { value: 'indicators', label: '计算指标' },
              { value: 'document', label: '生成文档' },
            ]}
          />
          <Input.Search
            aria-label="机构代码"
            placeholder="机构代码"
            allowClear
            defaultValue={organisation}
            onSearch={setOrganisation}
            style={{ width: 220 }}
          />
        </>
      }
    >
      <DataTable
        label="任务"
        rows={rows}
        columns={columns}
        rowKey="id"
        loading={jobs.isPending}
        failure={jobs.error}
        retry={() => void jobs.refetch()}
        exportName="任务"
        toolbar={jobs.data?.next ? `最近 ${rows.length} 个` : `${rows.length} 个任务`}
        empty={<Empty title="没有任务" hint="导入、重新质控、计算指标和生成文档在这里排队，可以看进度、取消和重试。" />}
      />
      <Modal
        open={cancelling !== null}
        title={`取消“${cancelling?.kind_text ?? ''} ${cancelling?.subject ?? ''}”`}
        okText="取消任务"
        cancelText="继续运行"
        okButtonProps={{ danger: true }}
        confirmLoading={busy}
        onCancel={() => setCancelling(null)}
        onOk={() =>
          void run(
            () => post(`/jobs/${cancelling?.id ?? ''}/cancel`, { revision: cancelling?.revision }),
            '已要求取消',
          ).then(() => setCancelling(null))
        }
      >
        <p>已经做完的部分作废，数据保持任务开始前的样子。可以重试，从头再做。</p>
      </Modal>
    </Page>
  );
}
