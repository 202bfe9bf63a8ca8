import { Space, Tabs } from 'antd';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import { useGet } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { daysInWords, formatPeriod } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { formPath, standing, worst } from './states';
import type { Calendar, CalendarCell } from './wire';
import './data.css';

const CALLS: Column<CalendarCell>[] = [
  { key: 'organisation_name', title: '填报单位', sortable: true },
  { key: 'title', title: '数据集', sortable: true },
  { key: 'period', title: '期间', width: 130, value: (row) => row.period, render: (row) => formatPeriod(row.period) },
  { key: 'filler', title: '填报科室', width: 130 },
  { key: 'due', title: '截止', width: 110, sortable: true },
  {
    key: 'days',
    title: '逾期',
    align: 'right',
    width: 110,
    sortable: true,
    value: (row) => row.days,
    render: (row) => daysInWords(row.days),
  },
  {
    key: 'state',
    title: '状态',
    width: 110,
    value: (row) => row.state_text,
    render: (row) => <Status tone={row.state === 'none' ? 'bad' : 'warn'} text={row.state_text} />,
  },
  { key: 'comment', title: '最近说明' },
];

/** 填报日历: who owes what, and the list of whom to call. */
export default function CalendarPage() {
  const { organisation, period } = useSelection();
  const [view, setView] = useUrlState<string>('view', 'matrix');
  const navigate = useNavigate();
  const calendar = useGet<Calendar>(organisation ? '/calendar' : null, { organisation, period });
  const overdue = useMemo(
    () =>
      (calendar.data?.cells ?? [])
        .filter((cell) => cell.timeliness === 'overdue')
        .sort((a, b) => b.days - a.days || a.organisation_name.localeCompare(b.organisation_name, 'zh')),
    [calendar.data],
  );
  const counts = calendar.data?.counts;
  if (calendar.error) {
    return (
      <Page title="填报日历" crumbs={[{ title: '数据' }]}>
        <Failure problem={calendar.error} retry={() => void calendar.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title="填报日历"
      crumbs={[{ title: '数据' }]}
      filters={
        counts && (
          <Space wrap size={[24, 4]}>
            <span>
              {formatPeriod(period)}应报 {counts.asked} 份
            </span>
            <Status tone="good" text={`已审核 ${counts.approved}`} />
            <Status tone="info" text={`待审核 ${counts.waiting}`} />
            <Status tone="warn" text={`草稿和退回 ${counts.begun}`} />
            <Status tone="bad" text={`逾期未报 ${counts.overdue}`} />
          </Space>
        )
      }
    >
      <Tabs
        activeKey={view}
        onChange={setView}
        items={[
          {
            key: 'matrix',
            label: '单位和数据集',
            children: calendar.data ? <Matrix calendar={calendar.data} /> : <Loading />,
          },
          {
            key: 'calls',
            label: `催报名单 ${overdue.length}`,
            children: (
              <DataTable
                rows={overdue}
                columns={CALLS}
                rowKey="id"
                loading={calendar.isFetching}
                onOpen={(row) => navigate(formPath(row))}
                exportName={`催报名单_${period}`}
                label="催报名单"
                empty={<Empty title="没有逾期未报的" hint="到截止日还没有提交的单位会列在这里，可以导出后逐一通知。" />}
              />
            ),
          },
        ]}
      />
    </Page>
  );
}

/** Organisations by data sets, with where each form stands. */
function Matrix({ calendar }: { calendar: Calendar }) {
  const byPlace = useMemo(() => {
    const found = new Map<string, CalendarCell[]>();
    for (const cell of calendar.cells) {
      const key = `${cell.organisation}~${cell.dataset}`;
      found.set(key, [...(found.get(key) ?? []), cell]);
    }
    return found;
  }, [calendar]);
  if (calendar.cells.length === 0)
    return <Empty title="这个期间没有要填的数据" hint="季报、年报列在期末那个月；可以在页面上方换一个时期或机构。" />;
  // One organisation reads better downwards.
  const single = calendar.organisations.length === 1;
  const line = (organisation: string, dataset: string) => {
    const cells = byPlace.get(`${organisation}~${dataset}`) ?? [];
    const cell = worst(cells);
    if (!cell) return <span className="bc-quiet">不填</span>;
    return (
      <Link
        to={formPath(cell)}
        className="bc-matrix-link"
        title={`${cell.title}，${formatPeriod(cell.period)}，截止 ${cell.due}，${cell.timeliness_text}`}
      >
        <Status {...standing(cell)} />
        {cells.length > 1 && <span className="bc-quiet"> 共 {cells.length} 期</span>}
      </Link>
    );
  };
  return (
    <div className="bc-table-frame bc-matrix">
      <table className="bc-table" aria-label="填报日历">
        <thead>
          <tr>
            <th scope="col">{single ? '数据集' : '填报单位'}</th>
            {single
              ? calendar.organisations.map((one) => (
                  <th key={one.code} scope="col">
                    {one.name}
                  </th>
                ))
              : calendar.datasets.map((set) => (
                  <th
                    key={set.id}
                    scope="col"
                    title={`${set.frequency_text}，${set.filler}填报，期末后 ${set.due_day} 天截止`}
                  >
                    {set.title}
                  </th>
                ))}
          </tr>
        </thead>
        <tbody>
          {single
            ? calendar.datasets.map((set) => (
                <tr key={set.id}>
                  <th scope="row">{set.title}</th>
                  {calendar.organisations.map((one) => (
                    <td key={one.code}>{line(one.code, set.id)}</td>
                  ))}
                </tr>
              ))
            : calendar.organisations.map((one) => (
                <tr key={one.code}>
                  <th scope="row">{one.name}</th>
                  {calendar.datasets.map((set) => (
                    <td key={set.id}>{line(one.code, set.id)}</td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}
