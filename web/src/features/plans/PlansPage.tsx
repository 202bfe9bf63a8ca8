import { Link } from 'react-router';
import { useGet } from '../../api/client';
import { useSelection } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { formatPeriod } from '../../ui/format';
import { Page } from '../../ui/Page';
import { Tally } from './parts';
import './plans.css';
import type { PlanSummary, PlanTally } from './wire';

/** The plans, and how many of their targets stand where for the organisation that is looked at. */
export default function PlansPage() {
  const { organisation, period } = useSelection();
  const plans = useGet<PlanSummary[]>('/plans');
  const tallies = useGet<PlanTally[]>(organisation ? '/plan-tallies' : null, { organisation, period });
  const tallyOf = (id: string) => tallies.data?.find((one) => one.plan === id);
  const link = (id: string, status?: string) => `/plans/${id}${status ? `?status=${status}` : ''}`;
  // Plans that ask something of the organisation come first.
  const rows = [...(plans.data ?? [])].sort(
    (one, other) => (tallyOf(other.id)?.about ?? 0) - (tallyOf(one.id)?.about ?? 0),
  );
  const columns: Column<PlanSummary>[] = [
    {
      key: 'title',
      title: '方案',
      width: 380,
      value: (row) => row.title,
      render: (row) => <Link to={link(row.id)}>{row.title}</Link>,
    },
    { key: 'place', title: '适用于', width: 110 },
    { key: 'until', title: '到期', width: 100, sortable: true },
    { key: 'targets', title: '目标', align: 'right', width: 70, sortable: true },
    { key: 'tasks', title: '任务', align: 'right', width: 70, sortable: true },
    { key: 'open', title: '待明确', align: 'right', width: 80, hint: '文件没有写明、须先作决定的目标' },
    {
      key: 'tally',
      title: '目标现状',
      value: (row) => (tallyOf(row.id)?.tally ?? []).map((one) => `${one.status_text} ${one.count}`).join('，') || null,
      render: (row) => {
        const tally = tallyOf(row.id);
        if (!tally) return <span className="bc-quiet">{tallies.isError ? '—' : '正在判定'}</span>;
        return <Tally tally={tally.tally} to={(status) => link(row.id, status)} />;
      },
    },
  ];
  return (
    <Page title="方案和目标">
      <p className="bc-quiet">目标现状按顶部所选机构判定，截至 {formatPeriod(period)}末（未到期末的截至今天）。</p>
      <DataTable
        rows={rows}
        columns={columns}
        rowKey="id"
        loading={plans.isLoading}
        failure={plans.error ?? undefined}
        retry={() => void plans.refetch()}
        exportName="方案"
        label="方案"
      />
      {tallies.isError && <p role="alert">{tallies.error.message}</p>}
    </Page>
  );
}
