import { Alert, Select, Tabs } from 'antd';
import { useState } from 'react';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Detail } from '../../ui/Detail';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { figureText, formatPeriod, numberOf } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Bar } from '../../ui/Spark';
import { Status } from '../../ui/Status';
import { Cases } from './columns';
import type { GroupScheme, SchemeComparison, SchemeDifference, SchemeMove, SchemeRemark } from './wire';
import './groups.css';

const KINDS: Record<string, string> = {
  only_a: '只在前者',
  only_b: '只在后者',
  renamed: '名称不同',
  condition: '条件不同',
  weight: '权重不同',
};

/** The installed schemes, and what another one would make of the same records. */
export default function SchemesPage() {
  const [tab, setTab] = useUrlState<string>('tab', 'list');
  const schemes = useGet<GroupScheme[]>('/schemes');
  return (
    <Page title="分组方案">
      {schemes.error ? (
        <Failure problem={schemes.error} retry={() => void schemes.refetch()} />
      ) : schemes.isPending ? (
        <Loading rows={10} />
      ) : (
        <Tabs
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          items={[
            { key: 'list', label: '已安装', children: <Installed schemes={schemes.data} /> },
            { key: 'compare', label: '方案比较', children: <Compare schemes={schemes.data} /> },
          ]}
        />
      )}
    </Page>
  );
}

function Installed({ schemes }: { schemes: GroupScheme[] }) {
  const [open, setOpen] = useState<string | null>(null);
  const shown = schemes.find((scheme) => scheme.id === open);
  const columns: Column<GroupScheme>[] = [
    { key: 'id', title: '方案', width: 190, sortable: true, value: (row) => row.id },
    {
      key: 'title',
      title: '名称',
      sortable: true,
      value: (row) => row.title,
      render: (row) => (
        <>
          {row.title} {row.in_use && <Status tone="info" text="入库时使用" />}
        </>
      ),
    },
    { key: 'place', title: '适用地区', sortable: true, value: (row) => row.place },
    { key: 'version', title: '版本', value: (row) => row.version },
    { key: 'adrgs', title: 'ADRG', align: 'right', sortable: true, value: (row) => row.adrgs },
    { key: 'drgs', title: 'DRG', align: 'right', sortable: true, value: (row) => row.drgs },
    {
      key: 'status',
      title: '状态',
      sortable: true,
      value: (row) => row.status_text,
      render: (row) => (
        <Status
          tone={row.status === 'damaged' ? 'warn' : row.status === 'mended' ? 'info' : 'good'}
          text={row.status_text}
        />
      ),
    },
    { key: 'weights', title: '权重表', value: (row) => row.weights.map((table) => table.title).join('；') },
  ];
  return (
    <>
      <DataTable
        rows={schemes}
        rowKey="id"
        label="分组方案"
        exportName="分组方案"
        columns={columns}
        selectedKey={open}
        onOpen={(row) => setOpen(row.id)}
      />
      <Detail open={shown !== undefined} title={shown?.title ?? ''} onClose={() => setOpen(null)}>
        {shown && (
          <>
            {shown.warning && <Alert type="warning" showIcon title={shown.warning} />}
            <dl className="bc-facts">
              <dt>标识</dt>
              <dd>{shown.id}</dd>
              <dt>依据</dt>
              <dd>{shown.document || '—'}</dd>
              <dt>所依据的方案</dt>
              <dd>{shown.base ?? '—'}</dd>
              <dt>建议使用</dt>
              <dd>{shown.recommended}</dd>
              <dt>许可</dt>
              <dd>{shown.licence || '—'}</dd>
              <dt>内容哈希</dt>
              <dd>
                <code className="bc-hash">{shown.content_hash}</code>
              </dd>
            </dl>
            <Remarks title="公布表中的疑点（原样保留）" remarks={shown.damages} />
            <Remarks title="修补" remarks={shown.mends} />
            {shown.weights.map((table) => (
              <p key={table.id}>
                <strong>{table.title}</strong>（{table.nature_text}） <span className="bc-quiet">{table.note}</span>
              </p>
            ))}
          </>
        )}
      </Detail>
    </>
  );
}

function Remarks({ title, remarks }: { title: string; remarks: SchemeRemark[] }) {
  if (remarks.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ol>
        {remarks.map((remark) => (
          <li key={`${remark.what}${remark.why}`}>
            {remark.what}：{remark.why}
            <br />
            <span className="bc-quiet">影响：{remark.effect}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Compare({ schemes }: { schemes: GroupScheme[] }) {
  const { organisation, period } = useSelection();
  const own = schemes.find((scheme) => scheme.in_use)?.id ?? schemes[0]?.id ?? '';
  const [a, setA] = useUrlState<string>('a', own);
  const [b, setB] = useUrlState<string>('b', '');
  const found = useGet<SchemeComparison>(b && a !== b ? '/schemes/compare' : null, { a, b, organisation, period });
  const options = schemes.map((scheme) => ({ value: scheme.id, label: `${scheme.title}（${scheme.id}）` }));
  const pick = (value: string, set: (value: string) => void, label: string) => (
    <Select
      showSearch={{ optionFilterProp: 'label' }}
      value={value || undefined}
      onChange={set}
      options={options}
      placeholder="选择方案"
      aria-label={label}
      style={{ width: 360 }}
    />
  );
  return (
    <>
      <div className="bc-page-filters">
        {pick(a, setA, '前一个方案')} 与 {pick(b, setB, '后一个方案')}
      </div>
      {!b || a === b ? (
        <Empty
          title="选两个方案来比较"
          hint="比较病组、条件和权重，并把所选机构和时期的病案按两个方案各分一次，最多 50,000 份。"
        />
      ) : found.error ? (
        <Failure problem={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <>
          <p role="status">正在按两个方案重新分组，几秒钟后显示结果。</p>
          <Loading rows={8} />
        </>
      ) : (
        <Compared comparison={found.data} period={period} />
      )}
    </>
  );
}

function Compared({ comparison, period }: { comparison: SchemeComparison; period: string }) {
  const { a, b, records, moved, moves } = comparison;
  const mayExport = useMay('export', 'grouping');
  const most = Math.max(1, ...moves.map((move) => move.records));
  const share = records > 0 && moved.value !== null ? figureText((moved.value / records) * 100, 'percent') : null;
  const movesColumns: Column<SchemeMove>[] = [
    { key: 'from', title: '前者', sortable: true, value: (row) => row.from },
    { key: 'from_title', title: '名称', value: (row) => row.from_title },
    { key: 'to', title: '后者', sortable: true, value: (row) => row.to },
    { key: 'to_title', title: '名称', value: (row) => row.to_title },
    {
      key: 'records',
      title: '例数',
      align: 'right',
      sortable: true,
      value: (row) => row.records,
      render: (row) => (
        <>
          <Figure value={row.records} kind="count" />
          <Bar share={row.records / most} />
        </>
      ),
    },
    {
      key: 'weight_difference',
      title: '权重合计变化',
      align: 'right',
      sortable: true,
      value: (row) => row.weight_difference,
      render: (row) => <Figure value={row.weight_difference} kind="weight" signed />,
    },
  ];
  const differenceColumns: Column<SchemeDifference>[] = [
    { key: 'drg', title: '病组', width: 84, sortable: true, value: (row) => row.drg },
    { key: 'kind', title: '不同', width: 100, sortable: true, value: (row) => KINDS[row.kind] ?? row.kind },
    { key: 'title_a', title: a.title, value: (row) => row.title_a },
    { key: 'title_b', title: b.title, value: (row) => row.title_b },
    {
      key: 'weight_a',
      title: '前者权重',
      align: 'right',
      sortable: true,
      value: (row) => row.weight_a,
      render: (row) => <Figure value={row.weight_a} kind="weight" />,
    },
    {
      key: 'weight_b',
      title: '后者权重',
      align: 'right',
      sortable: true,
      value: (row) => row.weight_b,
      render: (row) => <Figure value={row.weight_b} kind="weight" />,
    },
  ];
  return (
    <>
      {[a, b].map((scheme) =>
        scheme.warning ? <Alert key={scheme.id} type="warning" showIcon title={scheme.warning} /> : null,
      )}
      <p>
        <strong>
          {records === 0
            ? `${formatPeriod(period)}没有病案可以重新分组`
            : `${figureText(records, 'count', '份')}病案中 ${moved.hidden ? '少于 5' : figureText(moved.value, 'count')} 份分到别的组${share ? `（${share}）` : ''}`}
        </strong>
      </p>
      <table className="bc-table bc-compare" aria-label="两个方案">
        <thead>
          <tr>
            <th scope="col">方案</th>
            <th scope="col" className="bc-right">
              病组数
            </th>
            <th scope="col" className="bc-right">
              入组例数
            </th>
            <th scope="col" className="bc-right">
              CMI
            </th>
          </tr>
        </thead>
        <tbody>
          {[a, b].map((scheme) => (
            <tr key={scheme.id}>
              <td>{scheme.title}</td>
              <td className="bc-right">
                <Figure value={scheme.groups} kind="count" />
              </td>
              <td className="bc-right">
                <Cases count={scheme.grouped} />
              </td>
              <td className="bc-right">
                <Figure
                  value={scheme.mean_weight}
                  kind="weight"
                  hint={scheme.mean_weight ? undefined : '这个方案没有权重表'}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Tabs
        items={[
          {
            key: 'moves',
            label: `病案去向（${moves.length}）`,
            children: (
              <DataTable
                rows={moves}
                rowKey={(row) => `${row.from}→${row.to}`}
                label="病案去向"
                {...(mayExport ? { exportName: `方案比较-去向-${period}` } : {})}
                columns={movesColumns}
                empty={<Empty title="没有病案换组" hint="两个方案把所选的病案分到同样的组。" />}
              />
            ),
          },
          {
            key: 'differences',
            label: `定义不同（${comparison.differences.length}）`,
            children: (
              <DataTable
                rows={comparison.differences}
                rowKey="drg"
                label="定义不同的病组"
                exportName="方案比较-定义"
                columns={differenceColumns}
                empty={<Empty title="定义相同" hint="两个方案的病组、条件和权重都相同。" />}
              />
            ),
          },
        ]}
      />
      {(numberOf(comparison.hidden_moves) ?? 0) > 0 && (
        <p className="bc-quiet">另有 {comparison.hidden_moves} 种去向例数过少，为保护个人信息不显示。</p>
      )}
      {comparison.cut && <p className="bc-quiet">只列出前 2,000 行。</p>}
    </>
  );
}
