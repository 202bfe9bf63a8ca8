import { Tooltip } from 'antd';
import { Link } from 'react-router';
import type { Column } from '../../ui/DataTable';
import { Figure } from '../../ui/Figure';
import { numberOf } from '../../ui/format';
import { Bar, Spark } from '../../ui/Spark';
import type { GroupCount, GroupRow } from './wire';
import { changeOf, changeText, nameOf } from './words';

/** A number of cases, `<5` when it is hidden. */
export function Cases({ count, to }: { count: GroupCount; to?: string | undefined }) {
  const link = to && count.value ? { to } : {};
  return <Figure value={count.value} kind="count" suppressed={count.hidden} {...link} />;
}

/** An index of consumption: above 1 with a sign, not by colour alone. */
export function Index({ value, hint }: { value: string | null; hint?: string }) {
  const number = numberOf(value);
  const tone = number === null ? '' : number >= 1.2 ? 'bc-bad' : number > 1 ? 'bc-warn' : 'bc-good';
  const sign = number === null ? '' : number >= 1.2 ? '▲ ' : number > 1 ? '△ ' : '';
  return (
    <span className={tone}>
      {sign && <span aria-hidden="true">{sign}</span>}
      <Figure value={value} kind="weight" hint={hint} />
    </span>
  );
}

/** The change against an earlier period. */
export function Change({ now, then }: { now: string | number | null; then: string | number | null }) {
  return <span className="bc-quiet">{changeText(changeOf(now, then))}</span>;
}

interface Ways {
  /** Where a row is opened. */
  to?: (row: GroupRow) => string | null;
  by: string;
  months: readonly string[];
  /** Shares of charges are there. */
  charges?: boolean;
  rows: readonly GroupRow[];
}

/** Columns of a table of groups, departments, physicians or hospitals. */
export function groupColumns({ to, by, months, charges, rows }: Ways): Column<GroupRow>[] {
  const most = Math.max(1, ...rows.map((row) => row.cases.value ?? 0));
  const coded = by === 'group' || by === 'adrg' || by === 'mdc';
  const number = (
    key:
      | 'mean_weight'
      | 'total_weight'
      | 'mean_charges'
      | 'mean_days'
      | 'mortality'
      | 'drug_share'
      | 'consumable_share',
    title: string,
    kind: 'weight' | 'money' | 'percent',
    unit?: string,
    decimals?: number,
  ): Column<GroupRow> => ({
    key,
    title,
    align: 'right',
    sortable: true,
    ...(unit ? { unit } : {}),
    value: (row) => row[key],
    render: (row) => <Figure value={row[key]} kind={kind} unit="" {...(decimals === undefined ? {} : { decimals })} />,
  });
  const columns: Column<GroupRow>[] = [];
  if (coded) columns.push({ key: 'key', title: '编码', width: 84, sortable: true, value: (row) => row.key });
  columns.push(
    {
      key: 'title',
      title: '名称',
      width: 220,
      sortable: true,
      value: nameOf,
      render: (row) => {
        const target = to?.(row);
        return (
          <Tooltip title={nameOf(row)}>
            {target ? <Link to={target}>{nameOf(row)}</Link> : <span>{nameOf(row)}</span>}
          </Tooltip>
        );
      },
    },
    {
      key: 'cases',
      title: '例数',
      align: 'right',
      sortable: true,
      value: (row) => (row.cases.hidden ? '<5' : row.cases.value),
      render: (row) => (
        <>
          <Cases count={row.cases} />
          <Bar share={(row.cases.value ?? 0) / most} />
        </>
      ),
    },
    {
      key: 'cost_index',
      title: '费用指数',
      align: 'right',
      sortable: true,
      hint: '费用消耗指数：与全部机构同期同病组的例均费用相比，1 为持平',
      value: (row) => row.cost_index,
      render: (row) => <Index value={row.cost_index} />,
    },
    {
      key: 'time_index',
      title: '时间指数',
      align: 'right',
      sortable: true,
      hint: '时间消耗指数：与全部机构同期同病组的平均住院日相比，1 为持平',
      value: (row) => row.time_index,
      render: (row) => <Index value={row.time_index} />,
    },
    number('mean_weight', by === 'group' ? '权重' : 'CMI', 'weight'),
    number('total_weight', '总权重', 'weight', undefined, 1),
    number('mean_charges', '例均费用', 'money', '元', 0),
    {
      key: 'charges_year',
      title: '费用同比',
      align: 'right',
      sortable: true,
      hint: '例均费用比去年同期的变化',
      value: (row) => changeOf(row.mean_charges, row.year_before?.mean_charges ?? null),
      render: (row) => <Change now={row.mean_charges} then={row.year_before?.mean_charges ?? null} />,
    },
    number('mean_days', '平均住院日', 'money', '天', 1),
    {
      key: 'high',
      title: '高/低倍率',
      unit: '例',
      align: 'right',
      value: (row) =>
        `${row.high.hidden ? '<5' : (row.high.value ?? '')}/${row.low.hidden ? '<5' : (row.low.value ?? '')}`,
      render: (row) => (
        <>
          <Cases count={row.high} /> / <Cases count={row.low} />
        </>
      ),
    },
    number('mortality', '病死率', 'percent', '%'),
  );
  if (!coded) {
    columns.push({
      key: 'groups',
      title: '病组数',
      align: 'right',
      sortable: true,
      value: (row) => row.groups,
      render: (row) => <Figure value={row.groups} kind="count" />,
    });
    columns.push({
      key: 'ambiguous',
      title: '歧义/未入组',
      unit: '例',
      align: 'right',
      value: (row) =>
        `${row.ambiguous.hidden ? '<5' : (row.ambiguous.value ?? '')}/${row.ungrouped.hidden ? '<5' : (row.ungrouped.value ?? '')}`,
      render: (row) => (
        <>
          <Cases count={row.ambiguous} /> / <Cases count={row.ungrouped} />
        </>
      ),
    });
  }
  if (charges) {
    columns.push(number('drug_share', '药占比', 'percent', '%'), number('consumable_share', '耗占比', 'percent', '%'));
  }
  if (months.length > 0) {
    columns.push({
      key: 'trend',
      title: '近 12 个月',
      width: 104,
      value: (row) => row.trend.map((value) => value ?? '').join(' '),
      render: (row) => (
        <Spark
          kind="bar"
          values={row.trend}
          summary={`${months[0]} 至 ${months.at(-1)}的例数：${row.trend.join('、')}`}
        />
      ),
    });
  }
  return columns;
}
