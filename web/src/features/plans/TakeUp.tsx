import { Button, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useSend } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { useSelection } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { useAsk } from './useAsk';
import type { AddedTasks, NewTasksBody, PlanBody, PlanTaskBody } from './wire';

/** What a plan wants to be done, and taking it into the ledger. */
export function TakeUp({ plan }: { plan: PlanBody }) {
  const { organisation } = useSelection();
  const me = useMe();
  const may = useMay('enter', 'task');
  const [open, setOpen] = useState(false);
  const { attempt, busy } = useAsk();
  const send = useSend<AddedTasks, NewTasksBody>('post', '/tasks', {
    invalidate: ['/tasks', '/plans', '/plan-tallies'],
  });
  const name = me.organisations.find((one) => one.code === organisation)?.name ?? organisation;
  const columns: Column<PlanTaskBody>[] = [
    { key: 'id', title: '编号', width: 70 },
    { key: 'title', title: '任务' },
    { key: 'responsible', title: '责任单位', width: 160, value: (row) => row.responsible.join('、') },
    { key: 'due', title: '期限', width: 110, sortable: true },
    { key: 'deliverable', title: '完成标志' },
    { key: 'evidence', title: '佐证材料', value: (row) => row.evidence.join('；') },
    {
      key: 'targets',
      title: '对应目标',
      width: 110,
      value: (row) => row.targets.join('、'),
      render: (row) =>
        row.targets.map((target) => (
          <Link key={target} to={`/plans/${plan.summary.id}/targets/${target}`}>
            {target}{' '}
          </Link>
        )),
    },
  ];
  const takeUp = async () => {
    const body = { organisation, plan: plan.summary.id, tasks: [] };
    const done = await attempt(() => send.mutateAsync(body), '已列入任务台账');
    if (done) setOpen(false);
  };
  return (
    <>
      <DataTable
        rows={plan.tasks}
        columns={columns}
        rowKey="id"
        exportName="方案任务"
        label="方案的任务"
        toolbar={
          <>
            <Button
              type="primary"
              disabled={!may || !organisation}
              title={may ? undefined : '您没有登记任务的权限'}
              onClick={() => setOpen(true)}
            >
              列入台账
            </Button>
            <Link to={`/plans/tasks?plan=${plan.summary.id}`}>查看台账</Link>
          </>
        }
      />
      <Modal
        open={open}
        title={`把任务列入 ${name} 的台账`}
        okText="列入台账"
        cancelText="取消"
        confirmLoading={busy}
        onOk={() => void takeUp()}
        onCancel={() => setOpen(false)}
      >
        <p>
          {plan.summary.title}的 {plan.tasks.length} 项任务将列入 {name} 的台账。已在台账里的保持原样。
        </p>
      </Modal>
    </>
  );
}
