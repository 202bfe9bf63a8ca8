import { DownloadOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Segmented, Switch, Tabs } from 'antd';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { asProblem, download, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSearch } from '../../app/search';
import { useSelection, useUrlState } from '../../app/selection';
import { Chart } from '../../charts/Chart';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { formatPeriod, numberOf } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { points, quadrant, quadrantSummary } from './charts';
import { Cases, Change, groupColumns, Index } from './columns';
import type { GroupRow, GroupTable } from './wire';
import { BY, beyond, leastCases, MEASURES, type Measure, nameOf, tableSays, whyNoPoints, worst } from './words';
import './groups.css';

/** Filters that narrow the table down and stand in the URL. */
const FILTERS = ['mdc', 'adrg', 'department', 'physician'] as const;

const FILTER_TITLES = { mdc: 'MDC', adrg: 'ADRG', department: '科室', physician: '医师' } as const;

/** 病组分析: where a hospital or region spends more than others for the same. */
export default function GroupsPage() {
  const { organisation, period } = useSelection();
  const [by, setBy] = useUrlState<string>('by', 'group');
  const [measure, setMeasure] = useUrlState<Measure>('measure', 'cost_index');
  const [words, setWords] = useUrlState<string>('q', '');
  const [charges, setCharges] = useUrlState<string>('charges', '');
  const [search, change] = useSearch();
  const navigate = useNavigate();
  const mayExport = useMay('export', 'grouping');
  const { message } = App.useApp();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, search.get(name)]));
  const query = { organisation, period, by, charges: charges || undefined, ...filters };
  const { data, error, isPending, isFetching, refetch } = useGet<GroupTable>('/groups', query, {
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    const all = data?.rows ?? [];
    return wanted === '' ? all : all.filter((row) => `${row.key} ${nameOf(row)}`.toLowerCase().includes(wanted));
  }, [data, words]);
  const kept = (extra: Record<string, string>) =>
    `?${new URLSearchParams({ organisation, period, ...Object.fromEntries(Object.entries(filters).filter(([, value]) => value) as [string, string][]), ...extra })}`;
  const open = (row: GroupRow): string | null => {
    if (by === 'group') return `/groups/${encodeURIComponent(row.key)}${kept({})}`;
    if (by === 'mdc') return `/groups${kept({ mdc: row.key })}`;
    if (by === 'adrg') return `/groups${kept({ adrg: row.key })}`;
    if (row.key === '') return null;
    if (by === 'hospital') return `/groups${kept({ organisation: row.key, by: 'department' })}`;
    return `/groups${kept({ [by]: row.key })}`;
  };
  const title = MEASURES[measure].title;
  const oneHospital = !organisation.includes(':') && organisation !== '';
  const save = () =>
    download('/groups/export', query, { name: `病组-${period}.csv` }).catch((problem: unknown) =>
      message.error(asProblem(problem).message),
    );
  const active = FILTERS.filter((name) => filters[name]);
  return (
    <Page
      title="病组分析"
      actions={
        mayExport && (
          <Button icon={<DownloadOutlined />} onClick={save} disabled={!data}>
            导出明细表
          </Button>
        )
      }
      filters={
        <>
          <Input.Search
            allowClear
            aria-label="在表中查找"
            placeholder="编码或名称"
            defaultValue={words}
            onSearch={setWords}
            style={{ width: 200 }}
          />
          {active.map((name) => (
            <Button key={name} size="small" onClick={() => change({ [name]: null }, true)}>
              {FILTER_TITLES[name]}：{filters[name]} ✕
            </Button>
          ))}
          {oneHospital && (
            <span className="bc-switch">
              <Switch
                size="small"
                checked={charges === 'true'}
                onChange={(on) => setCharges(on ? 'true' : '')}
                id="charge-shares"
              />
              <label htmlFor="charge-shares">药占比和耗占比</label>
            </span>
          )}
        </>
      }
    >
      <Tabs
        activeKey={by}
        onChange={(next) => setBy(next)}
        items={BY.filter((one) => one.key !== 'physician' || oneHospital).map((one) => ({
          key: one.key,
          label: one.title,
        }))}
      />
      {error ? (
        <Failure problem={error} retry={() => void refetch()} />
      ) : isPending ? (
        <Loading rows={10} />
      ) : (
        <div className={isFetching ? 'bc-stale' : ''}>
          {data.warnings.map((warning) => (
            <Alert key={warning} type="warning" showIcon title={warning} />
          ))}
          <Totals table={data} />
          <Worst rows={data.rows} measure={measure} open={open} />
          <div className="bc-card">
            <Segmented
              value={measure}
              onChange={(next) => setMeasure(next as Measure)}
              options={[
                { value: 'cost_index', label: MEASURES.cost_index.title },
                { value: 'time_index', label: MEASURES.time_index.title },
              ]}
              aria-label="图中比较的指数"
            />
            <Quadrants
              table={data}
              rows={rows}
              measure={measure}
              onPick={(key) => {
                const row = rows.find((one) => one.key === key);
                const target = row && open(row);
                if (target) navigate(target);
              }}
            />
          </div>
          <DataTable
            rows={rows}
            rowKey="key"
            label="病组分析"
            columns={groupColumns({ to: open, by, months: data.months, charges: charges === 'true', rows })}
            onOpen={(row) => {
              const target = open(row);
              if (target) navigate(target);
            }}
            empty={
              <Empty
                title={`${formatPeriod(period)}没有病案`}
                hint="病案导入以后，这里按病组、科室、医师或医院列出例数、权重、费用和住院日。可以换一个时期或机构。"
              />
            }
          />
          <p className="bc-quiet bc-note">
            {title}以全部 {data.reference_hospitals} 家机构同期同病组的均值为 1。{data.outlier_rule}。分组方案：
            {data.scheme_title}；权重：
            {data.weights ? `${data.weights.title}（${data.weights.nature_text}）` : '未设置'}。
            {data.hidden_rows > 0 && `${data.hidden_rows} 行例数过少，为保护个人信息不显示。`}
          </p>
        </div>
      )}
    </Page>
  );
}

/** What the whole says: five figures. */
function Totals({ table }: { table: GroupTable }) {
  const { total } = table;
  const then = total.year_before;
  return (
    <dl className="bc-figures">
      <div>
        <dt>出院病案</dt>
        <dd>
          <Cases count={total.cases} />
        </dd>
        <dd>
          同比 <Change now={total.cases.value} then={then?.cases.value ?? null} />
        </dd>
      </div>
      <div>
        <dt>入组</dt>
        <dd>
          <Cases count={total.grouped} />
        </dd>
        <dd className="bc-quiet">
          歧义 <Cases count={total.ambiguous} />
          ，未入组 <Cases count={total.ungrouped} />
        </dd>
      </div>
      <div>
        <dt>CMI</dt>
        <dd>
          <Figure value={total.mean_weight} kind="weight" />
        </dd>
        <dd>
          同比 <Change now={total.mean_weight} then={then?.mean_weight ?? null} />
        </dd>
      </div>
      <div>
        <dt>费用消耗指数</dt>
        <dd>
          <Index value={total.cost_index} />
        </dd>
        <dd>
          例均 <Figure value={total.mean_charges} kind="money" unit="元" decimals={0} />
        </dd>
      </div>
      <div>
        <dt>时间消耗指数</dt>
        <dd>
          <Index value={total.time_index} />
        </dd>
        <dd>
          平均 <Figure value={total.mean_days} kind="money" unit="天" decimals={1} />
        </dd>
      </div>
    </dl>
  );
}

interface WorstProps {
  rows: readonly GroupRow[];
  measure: Measure;
  open: (row: GroupRow) => string | null;
}

/** The five that are furthest above 1, with what that costs. */
function Worst({ rows, measure, open }: WorstProps) {
  const navigate = useNavigate();
  const first = worst(rows, measure, leastCases(rows)).slice(0, 5);
  if (first.length === 0) return null;
  const title = MEASURES[measure].title;
  return (
    <section className="bc-worst" aria-label={`${title}最高的`}>
      <h2>{title}最高的</h2>
      <ol>
        {first.map((row) => {
          const more = measure === 'cost_index' ? beyond(row) : null;
          const target = open(row);
          return (
            <li key={row.key}>
              <Button type="link" disabled={target === null} onClick={() => target && navigate(target)}>
                {row.key === nameOf(row) ? row.key : `${row.key} ${nameOf(row)}`}
              </Button>
              <Index value={row[measure]} />
              <span className="bc-quiet">
                <Cases count={row.cases} /> 例
                {more !== null && (
                  <>
                    ，比均值多 <Figure value={more.toFixed(0)} kind="money" unit="万元" decimals={1} />
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface QuadrantsProps {
  table: GroupTable;
  rows: readonly GroupRow[];
  measure: Measure;
  onPick: (key: string) => void;
}

function Quadrants({ table, rows, measure, onPick }: QuadrantsProps) {
  const all = useMemo(() => points(rows, measure), [rows, measure]);
  const why = whyNoPoints({ rows: [...rows], hidden_rows: table.hidden_rows }, all.length);
  // Without any row the table below says what is missing.
  if (why) return rows.length === 0 ? null : <Empty title="没有可以画的图" hint={why} />;
  const middle = numberOf(table.total.mean_weight) ?? 1;
  return (
    <Chart
      title={`平均权重与${MEASURES[measure].title}，圆的大小是例数`}
      says={tableSays({ ...table, rows: [...rows] }, measure)}
      summary={quadrantSummary(all, measure, middle)}
      option={quadrant(all, measure, middle)}
      height={360}
      exportName={`病组象限图-${table.period}`}
      onPick={({ data }) => {
        const key = (data as { key?: string } | null)?.key;
        if (key) onPick(key);
      }}
    />
  );
}
