import { Button, Dropdown, Input, Select, Tabs } from 'antd';
import { Link, useNavigate, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { useDocument } from '../../app/documents';
import { useMay } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { decimalsOfUnit } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Spark } from '../../ui/Spark';
import { Status } from '../../ui/Status';
import { Cascade } from './Cascade';
import { courseSummary } from './charts';
import { Tally } from './parts';
import './plans.css';
import { shownTargets, toneOf } from './status';
import { TakeUp } from './TakeUp';
import { useAsk } from './useAsk';
import type { PlanBody, PlanStatusBody, TargetStatusBody } from './wire';

/** One plan: its targets and where they stand, its clauses, and how it carries out the one above. */
export default function PlanPage() {
  const { id = '' } = useParams();
  const [tab, setTab] = useUrlState<string>('tab', 'targets');
  const { organisation, period } = useSelection();
  const plan = useGet<PlanBody>(`/plans/${encodeURIComponent(id)}`);
  const mayExport = useMay('export', 'report');
  const { attempt, busy } = useAsk();
  const take = useDocument();
  if (plan.error) return <Failure problem={plan.error} retry={() => void plan.refetch()} />;
  if (!plan.data) return <Loading />;
  const { summary, note, clauses, tasks } = plan.data;
  const bulletin = (format: string) =>
    attempt(() => take(`/plans/${encodeURIComponent(id)}/bulletin`, { organisation, period, format }));
  const files = {
    items: [
      { key: 'pdf', label: '监测通报（PDF）' },
      { key: 'xlsx', label: '目标工作簿（XLSX）' },
    ],
    onClick: ({ key }: { key: string }) => void bulletin(key),
  };
  return (
    <Page
      title={summary.title}
      crumbs={[{ title: '方案', to: '/plans' }]}
      actions={
        mayExport && (
          <Dropdown menu={files} trigger={['click']}>
            <Button loading={busy}>下载通报</Button>
          </Dropdown>
        )
      }
    >
      <p className="bc-quiet">
        {[summary.issuer, summary.number, summary.from && `${summary.from} 至 ${summary.until ?? '未写明'}`, note]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <Tabs
        activeKey={tab}
        onChange={setTab}
        destroyOnHidden
        items={[
          { key: 'targets', label: `目标 ${summary.targets}`, children: <Targets id={id} /> },
          {
            key: 'clauses',
            label: `条款 ${summary.clauses}`,
            children: clauses.map((clause) => (
              <section key={clause.id} className="plans-clause">
                <h3>
                  {clause.number} {clause.title}
                </h3>
                <p>{clause.text}</p>
                <p className="bc-quiet">{clause.section}</p>
                {plan.data.targets
                  .filter((target) => target.clause === clause.id)
                  .map((target) => (
                    <p key={target.id}>
                      <Link to={`/plans/${id}/targets/${target.id}`}>
                        {target.id} {target.title}
                      </Link>{' '}
                      {target.wanted} {target.due ?? target.due_text}
                    </p>
                  ))}
              </section>
            )),
          },
          { key: 'cascade', label: '分解', children: <Cascade id={id} /> },
          {
            key: 'tasks',
            label: `任务 ${tasks.length}`,
            children: <TakeUp plan={plan.data} />,
          },
        ]}
      />
    </Page>
  );
}

/** Decimals of the values of a target. */
function placesOf(row: TargetStatusBody): number {
  return decimalsOfUnit(row.target.unit);
}

function Targets({ id }: { id: string }) {
  const { organisation, period } = useSelection();
  const [status, setStatus] = useUrlState<string>('status', '');
  const [words, setWords] = useUrlState<string>('q', '');
  const navigate = useNavigate();
  const path = organisation ? `/plans/${encodeURIComponent(id)}/status` : null;
  const found = useGet<PlanStatusBody>(path, { organisation, period });
  const tally = found.data?.tally ?? [];
  const to = (row: TargetStatusBody) => `/plans/${id}/targets/${row.target.id}`;
  const columns: Column<TargetStatusBody>[] = [
    {
      key: 'status',
      title: '状态',
      width: 96,
      sortable: true,
      value: (row) => row.status_text,
      render: (row) => <Status tone={toneOf(row.status)} text={row.status_text} />,
    },
    {
      key: 'title',
      title: '目标',
      width: 240,
      value: (row) => `${row.target.id} ${row.target.title}`,
      render: (row) => (
        <Link to={to(row)} title={row.target.citation}>
          {row.target.title}
        </Link>
      ),
    },
    {
      key: 'wanted',
      title: '要求',
      width: 120,
      value: (row) => row.target.wanted,
      render: (row) => (
        <>
          {row.target.wanted}
          {row.target.softeners.length > 0 && <span className="bc-quiet">〔{row.target.softeners.join('、')}〕</span>}
        </>
      ),
    },
    { key: 'due', title: '期限', width: 100, sortable: true, value: (row) => row.due },
    {
      key: 'value',
      title: '现值',
      align: 'right',
      width: 100,
      value: (row) => row.value,
      render: (row) => (
        <Figure
          value={row.value}
          decimals={placesOf(row)}
          to={to(row)}
          hint={[row.period && `时期 ${row.period}`, row.rolled, row.target.binding_text].filter(Boolean).join('；')}
        />
      ),
    },
    {
      key: 'needed',
      title: '按期应达',
      align: 'right',
      width: 90,
      value: (row) => row.needed,
      render: (row) => <Figure value={row.needed} decimals={placesOf(row)} />,
    },
    {
      key: 'course',
      title: '走势',
      width: 100,
      value: () => null,
      render: (row) => (
        <Spark values={row.series.map((one) => one.value)} target={row.target.number} summary={courseSummary(row)} />
      ),
    },
    {
      key: 'forecast',
      title: '到期预计',
      align: 'right',
      width: 120,
      hint: '按历史趋势；括号内为 80% 区间',
      value: (row) => (row.forecast ? `${row.forecast.value}（${row.forecast.low}～${row.forecast.high}）` : null),
      render: (row) =>
        row.forecast ? (
          <>
            <Figure value={row.forecast.value} decimals={placesOf(row)} />{' '}
            <span className="bc-quiet">
              <Figure value={row.forecast.low} decimals={placesOf(row)} />～
              <Figure value={row.forecast.high} decimals={placesOf(row)} />
            </span>
          </>
        ) : (
          '—'
        ),
    },
    { key: 'reason', title: '理由', width: 180 },
  ];
  const rows = shownTargets(found.data?.targets ?? [], status, words);
  return (
    <>
      {found.data && (
        <p>
          <strong>{found.data.organisation_name}</strong>，截至 {found.data.on}：
          <Tally tally={tally} to={(one) => `/plans/${id}?status=${one}`} />
        </p>
      )}
      <DataTable
        rows={rows}
        columns={columns}
        rowKey={(row) => row.target.id}
        loading={found.isLoading}
        failure={found.error ?? undefined}
        retry={() => void found.refetch()}
        exportName="方案目标"
        label="目标"
        onOpen={(row) => navigate(to(row))}
        empty={
          <Empty
            title={status || words ? '没有符合条件的目标' : '没有目标'}
            hint={found.data?.note || '可以放宽筛选条件，或换一个机构。'}
          />
        }
        toolbar={
          <>
            <Select
              aria-label="状态"
              mode="multiple"
              allowClear
              placeholder="全部状态"
              style={{ minWidth: 200 }}
              value={status.split(',').filter(Boolean)}
              onChange={(next: string[]) => setStatus(next.join(','))}
              options={tally.map((one) => ({ value: one.status, label: `${one.status_text} ${one.count}` }))}
            />
            <Input.Search
              aria-label="查找目标"
              placeholder="目标、条款"
              allowClear
              style={{ width: 200 }}
              defaultValue={words}
              onSearch={setWords}
            />
          </>
        }
      />
    </>
  );
}
