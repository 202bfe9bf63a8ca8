import { Button, Checkbox, Radio, Select } from 'antd';
import { Link } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Board } from './Board';
import './plans.css';
import { STATES } from './status';
import { TaskDrawer } from './TaskDrawer';
import { taskColumns } from './TaskTable';
import { TaskTimeline } from './TaskTimeline';
import type { PlanSummary, TaskPage } from './wire';

/** The ledger of tasks as a table, a board and a timeline. */
export default function TasksPage() {
  const { organisation } = useSelection();
  const [shape, setShape] = useUrlState<string>('view', 'table');
  const [plan, setPlan] = useUrlState<string>('plan', '');
  const [state, setState] = useUrlState<string>('state', '');
  const [late, setLate] = useUrlState<string>('overdue', '');
  const [orders, setOrders] = useUrlState<string>('orders', '');
  const [assignee, setAssignee] = useUrlState<string>('assignee', '');
  const [open, setOpen] = useUrlState<string>('task', '');
  const mayBegin = useMay('enter', 'task');
  const plans = useGet<PlanSummary[]>('/plans');
  // A commission looks at all below it, not at its own office alone.
  const isArea = organisation.includes(':');
  const found = useGet<TaskPage>('/tasks', {
    organisation: isArea ? '' : organisation,
    plan,
    state,
    overdue: late === '1',
    with_order: orders === '1',
    assignee,
    limit: 500,
  });
  const tasks = found.data?.items ?? [];
  const counts = found.data?.counts ?? [];
  const label = (one: string) => {
    const known = counts.find((count) => count.state === one);
    return known && state === '' ? ` ${known.count}` : '';
  };
  return (
    <Page
      title="任务台账"
      crumbs={[{ title: '方案', to: '/plans' }]}
      actions={
        mayBegin && (
          <Link to="/plans/tasks/new">
            <Button type="primary">新任务</Button>
          </Link>
        )
      }
      filters={
        <>
          <Radio.Group value={shape} onChange={(event) => setShape(event.target.value as string)} aria-label="怎样看">
            <Radio.Button value="table">表格</Radio.Button>
            <Radio.Button value="board">看板</Radio.Button>
            <Radio.Button value="timeline">时间线</Radio.Button>
          </Radio.Group>
          <Select
            aria-label="方案"
            style={{ width: 260 }}
            value={plan}
            onChange={setPlan}
            options={[
              { value: '', label: '全部方案' },
              ...(plans.data ?? []).map((one) => ({ value: one.id, label: one.title })),
              { value: 'own', label: '不出自方案' },
            ]}
          />
          <Select
            aria-label="状态"
            mode="multiple"
            allowClear
            placeholder="全部状态"
            style={{ minWidth: 180 }}
            value={state.split(',').filter(Boolean)}
            onChange={(next: string[]) => setState(next.join(','))}
            options={STATES.map((one) => ({ value: one.state, label: `${one.title}${label(one.state)}` }))}
          />
          <Checkbox checked={assignee === 'me'} onChange={(event) => setAssignee(event.target.checked ? 'me' : '')}>
            由我负责
          </Checkbox>
          <Checkbox checked={late === '1'} onChange={(event) => setLate(event.target.checked ? '1' : '')}>
            逾期{found.data ? ` ${found.data.overdue}` : ''}
          </Checkbox>
          <Checkbox checked={orders === '1'} onChange={(event) => setOrders(event.target.checked ? '1' : '')}>
            督办未回复{found.data ? ` ${found.data.orders}` : ''}
          </Checkbox>
        </>
      }
    >
      {found.error ? (
        <Failure problem={found.error} retry={() => void found.refetch()} />
      ) : found.isLoading ? (
        <Loading />
      ) : tasks.length === 0 ? (
        <Empty
          title="台账里没有符合条件的任务"
          hint="打开一个方案，在“任务”里把它的任务列入台账；也可以从偏离的目标或指标派出任务。"
          action={<Link to="/plans">打开方案</Link>}
        />
      ) : shape === 'board' ? (
        <Board tasks={tasks} onOpen={setOpen} />
      ) : shape === 'timeline' ? (
        <TaskTimeline tasks={tasks} onOpen={setOpen} />
      ) : (
        <DataTable
          rows={tasks}
          columns={taskColumns}
          rowKey="id"
          exportName="任务台账"
          label="任务台账"
          selectedKey={open || null}
          onOpen={(row) => setOpen(row.id)}
        />
      )}
      {found.data?.next && (
        <p className="bc-quiet">
          共 {found.data.total} 项，只列出前 {tasks.length} 项，请缩小范围。
        </p>
      )}
      <TaskDrawer id={open || null} onClose={() => setOpen('')} />
    </Page>
  );
}
