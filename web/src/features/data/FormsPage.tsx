import { Segmented, Space } from 'antd';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { formatPeriod, formatTime } from '../../ui/format';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { formPath, standing, stateTone } from './states';
import type { Calendar, CalendarCell, Page as Rows, SubmissionRow } from './wire';
import './data.css';

type Show = 'todo' | 'waiting' | 'all';

function fits(show: Show, cell: CalendarCell): boolean {
  if (show === 'all') return true;
  if (show === 'waiting') return cell.state === 'submitted';
  return ['none', 'draft', 'returned'].includes(cell.state);
}

const OWED: Column<CalendarCell>[] = [
  { key: 'title', title: '数据集', sortable: true },
  { key: 'organisation_name', title: '填报单位', width: 200, sortable: true },
  { key: 'period', title: '期间', width: 130, value: (row) => row.period, render: (row) => formatPeriod(row.period) },
  { key: 'filler', title: '填报科室', width: 120 },
  { key: 'due', title: '截止', width: 110, sortable: true },
  {
    key: 'state',
    title: '状态',
    width: 150,
    sortable: true,
    value: (row) => standing(row).text,
    render: (row) => <Status {...standing(row)} />,
  },
  {
    key: 'faults',
    title: '问题',
    width: 140,
    value: (row) => `${row.errors} 处错误，${row.warnings} 处需要核实`,
    render: (row) => (row.errors + row.warnings === 0 ? '—' : `${row.errors} 处错误，${row.warnings} 处需要核实`),
  },
  { key: 'comment', title: '最近说明', value: (row) => row.comment },
];

const WAITING: Column<SubmissionRow>[] = [
  { key: 'title', title: '数据集', sortable: true },
  { key: 'organisation_name', title: '填报单位', width: 220, sortable: true },
  { key: 'period', title: '期间', width: 140, value: (row) => row.period, render: (row) => row.period_text },
  { key: 'submitter', title: '提交人', width: 120 },
  { key: 'submitted_at', title: '提交时间', width: 160, sortable: true, value: (row) => formatTime(row.submitted_at) },
  {
    key: 'warnings',
    title: '需要核实',
    unit: '处',
    align: 'right',
    width: 110,
    value: (row) => row.warnings,
  },
  { key: 'comment', title: '说明' },
  {
    key: 'state',
    title: '状态',
    width: 110,
    value: (row) => row.state_text,
    render: (row) => <Status tone={stateTone(row.state)} text={row.state_text} />,
  },
];

/** 数据填报: what this organisation owes, and what waits for approval. */
export default function FormsPage() {
  const { organisation, period } = useSelection();
  const navigate = useNavigate();
  const approves = useMay('approve', 'dataset');
  const [show, setShow] = useUrlState<Show>('show', 'todo');
  const owed = useGet<Calendar>(organisation ? '/calendar' : null, { organisation, period });
  const waiting = useGet<Rows<SubmissionRow>>(approves && organisation ? '/submissions' : null, {
    organisation,
    state: 'submitted',
    limit: 200,
  });
  const cells = useMemo(() => owed.data?.cells.filter((cell) => fits(show, cell)) ?? [], [owed.data, show]);
  const counts = owed.data?.counts;
  const total = (wanted: Show) => owed.data?.cells.filter((cell) => fits(wanted, cell)).length ?? 0;
  const columns = organisation.includes(':') ? OWED : OWED.filter((column) => column.key !== 'organisation_name');
  return (
    <Page
      title="数据填报"
      crumbs={[{ title: '数据' }]}
      filters={
        <Space wrap>
          <Segmented<Show>
            aria-label="显示"
            value={show}
            onChange={setShow}
            options={[
              { value: 'todo', label: `待填 ${total('todo')}` },
              { value: 'waiting', label: `待审核 ${total('waiting')}` },
              { value: 'all', label: `全部 ${total('all')}` },
            ]}
          />
          {counts && (
            <span className="bc-quiet">
              {formatPeriod(period)}应报 {counts.asked} 份：已审核 {counts.approved}，待审核 {counts.waiting}，逾期未报{' '}
              {counts.overdue}
            </span>
          )}
          <Link to="/data/calendar">填报日历</Link>
        </Space>
      }
    >
      {approves && (waiting.data?.items.length ?? 0) > 0 && (
        <section aria-label="等我审核" className="bc-section">
          <h2>等我审核 {waiting.data?.total ?? 0} 份</h2>
          <DataTable
            rows={waiting.data?.items ?? []}
            columns={WAITING}
            rowKey="id"
            onOpen={(row) => navigate(formPath(row))}
            height={240}
            label="等我审核"
          />
        </section>
      )}
      <DataTable
        rows={cells}
        columns={columns}
        rowKey="id"
        loading={owed.isFetching}
        failure={owed.error}
        retry={() => void owed.refetch()}
        onOpen={(row) => navigate(formPath(row))}
        exportName={`填报_${period}`}
        label="应报数据"
        empty={
          show === 'all' ? (
            <Empty title="这个期间没有要填的数据" hint="季报、年报列在期末那个月；可以在页面上方换一个时期或机构。" />
          ) : (
            <Empty title="这里没有要办的" hint="已审核的在“全部”里；其他期间请在页面上方换时期。" />
          )
        }
      />
    </Page>
  );
}
