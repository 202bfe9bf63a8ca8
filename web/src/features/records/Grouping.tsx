import { Collapse } from 'antd';
import { Link } from 'react-router';
import { useGet } from '../../api/client';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { formatFigure } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Scrolled } from '../../ui/Scrolled';
import { Status } from '../../ui/Status';
import { type Named, searchPath } from './links';
import type { GroupingChange, GroupingStep, NeighbourGroup, RecordGrouping } from './wire';

const LEVELS: Record<string, string> = { mdc: '主要诊断大类', adrg: 'ADRG', drg: 'DRG' };

function useGrouping(of: Named) {
  return useGet<RecordGrouping>(`/records/${of.record_key}/grouping`, {
    organisation: of.organisation,
    month: of.month,
  });
}

/** Why the record is in its group: a path from top to bottom, and what would change it. */
export function Grouping({ of }: { of: Named }) {
  const { data, error, refetch } = useGrouping(of);
  if (error) return <Failure problem={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const path = data.steps.filter((step) => step.on_path);
  const others = data.steps.filter((step) => !step.on_path);
  const entered = path[0]?.code;
  return (
    <div className="rf-grouping">
      <p>
        {data.scheme_title} · {data.status_text}
        {data.drg.code && (
          <>
            {' '}
            · <b>{data.drg.code}</b> {data.drg.name}，权重 <Figure value={data.weight} kind="weight" />
          </>
        )}
      </p>
      <Steps steps={path} label="入组路径" />
      {data.complications.length > 0 && (
        <section aria-label="并发症与合并症">
          <h3>并发症与合并症</h3>
          <ul className="rf-plain">
            {data.complications.map((one) => (
              <li key={`${one.position}/${one.code}`}>
                <Status tone={one.counted ? 'good' : 'neutral'} text={one.counted ? '计入' : '排除'} /> {one.level}{' '}
                {one.code} {one.name}
                {!one.counted && one.table && <span className="bc-quiet">，由排除表 {one.table} 排除</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {data.remarks.length > 0 && (
        <section aria-label="编码提示">
          <h3>编码提示</h3>
          <ul className="rf-plain">
            {data.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </section>
      )}
      <Collapse
        size="small"
        items={[
          {
            key: 'what-if',
            label: `什么会改变分组（${data.what_if.length}）`,
            children: <WhatIf changes={data.what_if} notice={data.notice} />,
          },
          {
            key: 'others',
            label: `试过而不符合的条件（${others.length}）`,
            children: <Steps steps={others} label={entered ? `${entered} 及之前试过的` : '试过的'} />,
          },
        ]}
      />
    </div>
  );
}

/** Steps with keys: an ADRG may be tried by several entries. */
function keyed(steps: readonly GroupingStep[]): [string, GroupingStep][] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const name = `${step.level}/${step.code}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return [`${name}/${times}`, step];
  });
}

function Steps({ steps, label }: { steps: readonly GroupingStep[]; label: string }) {
  if (steps.length === 0) return <Empty title="没有进入任何病组" hint="看“试过而不符合的条件”，并核对主要诊断" />;
  return (
    <Scrolled label={label}>
      <table className="rf-table rf-path" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">层级</th>
            <th scope="col">条件</th>
            <th scope="col">本例的值</th>
            <th scope="col">符合</th>
          </tr>
        </thead>
        <tbody>
          {keyed(steps).map(([key, step]) => (
            <tr key={key}>
              <th scope="row">
                {LEVELS[step.level]} <b>{step.code}</b>
                <div className="bc-quiet">{step.name}</div>
              </th>
              <td>
                {step.reasons.length === 0
                  ? '没有条件'
                  : step.reasons.map((one) => <div key={one.text}>{one.text}</div>)}
              </td>
              <td>
                {step.reasons.map((one) => (
                  <div key={one.text}>{one.found || '—'}</div>
                ))}
              </td>
              <td>
                <span className={step.holds ? 'bc-status bc-good' : 'bc-status bc-bad'}>
                  <span aria-hidden="true">{step.holds ? '✓' : '✗'}</span> {step.holds ? '符合' : '不符合'}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

function WhatIf({ changes, notice }: { changes: readonly GroupingChange[]; notice: string }) {
  return (
    <>
      <p className="bc-quiet">{notice}</p>
      {changes.length === 0 ? (
        <p>没有单项变化会改变分组</p>
      ) : (
        <DataTable<GroupingChange>
          rows={changes}
          rowKey={(row) => `${row.kind}/${row.code}`}
          label="会改变分组的单项变化"
          columns={[
            { key: 'kind', title: '变化', width: 130, value: (row) => row.kind },
            { key: 'code', title: '编码', width: 130, value: (row) => row.code },
            { key: 'name', title: '名称', value: (row) => row.name },
            { key: 'drg', title: '病组', value: (row) => `${row.drg} ${row.drg_name ?? ''}` },
            {
              key: 'weight',
              title: '权重',
              align: 'right',
              width: 90,
              value: (row) => row.weight,
              render: (row) => formatFigure(row.weight, 'weight'),
            },
            {
              key: 'difference',
              title: '权重差',
              align: 'right',
              width: 90,
              value: (row) => row.difference,
              render: (row) => formatFigure(row.difference, 'weight', { signed: true }),
            },
          ]}
        />
      )}
    </>
  );
}

/** Groups of the same ADRG with their weights, and what the hospital has in each. */
export function Neighbours({ of }: { of: Named }) {
  const { data, error, refetch } = useGrouping(of);
  return (
    <DataTable<NeighbourGroup>
      rows={data?.neighbours ?? []}
      rowKey="drg"
      loading={!data && !error}
      failure={error ?? undefined}
      retry={() => void refetch()}
      exportName="同组病例"
      label="同一 ADRG 的病组"
      empty={<Empty title="没有入组，也就没有相邻的病组" hint="改正主要诊断等问题后重新分组" />}
      selectedKey={data?.drg.code}
      columns={[
        {
          key: 'drg',
          title: '病组',
          width: 110,
          value: (row) => row.drg,
          render: (row) => (
            <Link to={searchPath({ group: row.drg, organisation: of.organisation })}>
              {row.drg}
              {row.own ? '（本例）' : ''}
            </Link>
          ),
        },
        { key: 'name', title: '名称', value: (row) => row.name },
        {
          key: 'weight',
          title: '权重',
          align: 'right',
          width: 100,
          value: (row) => row.weight,
          render: (row) => formatFigure(row.weight, 'weight'),
        },
        { key: 'cases', title: '本院例数', align: 'right', width: 110, value: (row) => row.cases },
        {
          key: 'mean_charges',
          title: '次均费用',
          unit: '元',
          align: 'right',
          width: 130,
          value: (row) => row.mean_charges,
          render: (row) => formatFigure(row.mean_charges, 'money'),
        },
        {
          key: 'mean_days',
          title: '平均住院日',
          align: 'right',
          width: 110,
          value: (row) => row.mean_days,
        },
      ]}
    />
  );
}
