import { useState } from 'react';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status } from '../../ui/Status';
import { stateTone, urgencyTone } from './status';
import { TaskDrawer } from './TaskDrawer';
import type { TaskLine } from './wire';

/** Columns of tasks, the same everywhere. */
export const taskColumns: Column<TaskLine>[] = [
  {
    key: 'state',
    title: '状态',
    width: 96,
    sortable: true,
    value: (row) => row.state_text,
    render: (row) => <Status tone={stateTone(row.state)} text={row.state_text} />,
  },
  { key: 'title', title: '任务', value: (row) => row.title },
  { key: 'organisation_name', title: '机构', width: 150, sortable: true },
  { key: 'department', title: '科室', width: 110, sortable: true },
  { key: 'assignee', title: '责任人', width: 90, sortable: true },
  { key: 'due', title: '期限', width: 100, sortable: true },
  {
    key: 'urgency',
    title: '提醒',
    width: 150,
    value: (row) => row.urgency_text,
    render: (row) => (
      <>
        {row.urgency_text && <Status tone={urgencyTone(row)} text={row.urgency_text} />}
        {row.order && (
          <Status tone={row.reply_overdue ? 'bad' : 'warn'} text={row.reply_overdue ? '督办逾期' : '督办中'} />
        )}
      </>
    ),
  },
  { key: 'progress', title: '进度', unit: '%', align: 'right', width: 80, sortable: true },
];

/** Tasks of something, opened beside it. */
export function TaskTable({ tasks, empty }: { tasks: readonly TaskLine[]; empty: string }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <DataTable
        rows={tasks}
        columns={taskColumns}
        rowKey="id"
        label="任务"
        height={360}
        selectedKey={open}
        onOpen={(row) => setOpen(row.id)}
        empty={<Empty title="没有任务" hint={empty} />}
      />
      <TaskDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}
