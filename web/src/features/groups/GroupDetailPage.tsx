import { Collapse, Segmented, Tabs } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSelection } from '../../app/selection';
import { Chart } from '../../charts/Chart';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { figureText } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { histogram, monthLines } from './charts';
import { Cases, Change, groupColumns, Index } from './columns';
import { Records } from './Records';
import type { GroupCodeSet, GroupDefinition, GroupPage } from './wire';
import { monthsSay, nameOf, spreadSays } from './words';
import './groups.css';

/** A group: what it is, how many, where, how dear and how long. */
export default function GroupDetailPage() {
  const { drg = '' } = useParams();
  const { organisation, period } = useSelection();
  const { data, error, isPending, refetch } = useGet<GroupPage>(`/groups/${encodeURIComponent(drg)}`, {
    organisation,
    period,
  });
  const query = `?${new URLSearchParams({ organisation, period })}`;
  const crumbs = [{ title: '病组分析', to: `/groups${query}` }];
  if (data) {
    crumbs.push({
      title: `${data.mdc.code} ${data.mdc.title ?? ''}`.trim(),
      to: `/groups${query}&mdc=${data.mdc.code}`,
    });
    crumbs.push({
      title: `${data.adrg.code} ${data.adrg.title ?? ''}`.trim(),
      to: `/groups${query}&adrg=${data.adrg.code}`,
    });
  }
  return (
    <Page title={data ? `${data.drg} ${data.title}` : drg} crumbs={crumbs}>
      {error ? (
        <Failure problem={error} retry={() => void refetch()} />
      ) : isPending ? (
        <Loading rows={12} />
      ) : (
        <Body page={data} organisation={organisation} period={period} query={query} />
      )}
    </Page>
  );
}

interface BodyProps {
  page: GroupPage;
  organisation: string;
  period: string;
  query: string;
}

function Body({ page, organisation, period, query }: BodyProps) {
  const [of, setOf] = useState<'charges' | 'days'>('charges');
  const navigate = useNavigate();
  const maySee = useMay('read', 'grouping', 'de-identified');
  const { row } = page;
  const spread = of === 'charges' ? page.charges : page.days;
  const what = of === 'charges' ? '费用' : '住院日';
  const department = (key: string) => `/groups${query}&department=${encodeURIComponent(key)}`;
  const hospital = (key: string) =>
    `/groups/${encodeURIComponent(page.drg)}?${new URLSearchParams({ organisation: key, period })}`;
  const tabs = [
    ...(maySee
      ? [
          {
            key: 'records',
            label: '病案',
            children: <Records drg={page.drg} organisation={organisation} period={period} />,
          },
        ]
      : []),
    {
      key: 'hospitals',
      label: '医院比较',
      children: (
        <DataTable
          rows={page.hospitals}
          rowKey="key"
          label="医院比较"
          columns={groupColumns({
            to: (one) => hospital(one.key),
            by: 'hospital',
            months: page.trend_months,
            rows: page.hospitals,
          })}
          onOpen={(one) => navigate(hospital(one.key))}
          empty={<Empty title="没有可以比较的医院" hint="这里列出您能看到的、本期有这个病组的医院。" />}
        />
      ),
    },
    ...(page.departments.length > 0
      ? [
          {
            key: 'departments',
            label: '科室比较',
            children: (
              <DataTable
                rows={page.departments}
                rowKey="key"
                label="科室比较"
                columns={groupColumns({
                  to: (one) => (one.key === '' ? null : department(one.key)),
                  by: 'department',
                  months: page.trend_months,
                  rows: page.departments,
                })}
              />
            ),
          },
        ]
      : []),
    {
      key: 'definition',
      label: '定义',
      children: page.definition ? (
        <DefinitionView definition={page.definition} page={page} query={query} />
      ) : (
        <Empty title="没有定义" hint="这个病组不在当前的分组方案中。" />
      ),
    },
  ];
  return (
    <>
      <dl className="bc-figures">
        <div>
          <dt>例数</dt>
          <dd>
            <Cases count={row.cases} />
          </dd>
          <dd>
            同比 <Change now={row.cases.value} then={row.year_before?.cases.value ?? null} />
          </dd>
        </div>
        <div>
          <dt>权重</dt>
          <dd>
            <Figure value={page.weight} kind="weight" hint={page.weights?.title} />
          </dd>
          <dd className="bc-quiet">
            {page.pays
              ? `支付标准 ${figureText(page.pays, 'money', '元')}`
              : (page.weights?.nature_text ?? '未设置权重表')}
          </dd>
        </div>
        <div>
          <dt>费用消耗指数</dt>
          <dd>
            <Index value={row.cost_index} />
          </dd>
          <dd className="bc-quiet">
            例均 <Figure value={row.mean_charges} kind="money" decimals={0} unit="元" />
            ，全部机构 <Figure value={row.reference?.mean_charges} kind="money" decimals={0} unit="元" />
          </dd>
        </div>
        <div>
          <dt>时间消耗指数</dt>
          <dd>
            <Index value={row.time_index} />
          </dd>
          <dd className="bc-quiet">
            平均 <Figure value={row.mean_days} kind="money" decimals={1} unit="天" />
            ，全部机构 <Figure value={row.reference?.mean_days} kind="money" decimals={1} unit="天" />
          </dd>
        </div>
        <div>
          <dt>高倍率 / 低倍率</dt>
          <dd title={page.outlier_rule}>
            <Cases count={row.high} /> / <Cases count={row.low} />
          </dd>
          <dd className="bc-quiet">
            病死率 <Figure value={row.mortality} kind="percent" />
          </dd>
        </div>
        {row.drug_share !== null && (
          <div>
            <dt>药占比 / 耗占比</dt>
            <dd>
              <Figure value={row.drug_share} kind="percent" /> / <Figure value={row.consumable_share} kind="percent" />
            </dd>
            <dd className="bc-quiet">占住院费用</dd>
          </div>
        )}
      </dl>
      <Segmented
        value={of}
        onChange={(next) => setOf(next as 'charges' | 'days')}
        aria-label="图中的内容"
        options={[
          { value: 'charges', label: '费用' },
          { value: 'days', label: '住院日' },
        ]}
      />
      <div className="bc-pair">
        <div className="bc-card">
          {page.months.every((month) => !month.cases.value) ? (
            <Empty
              title="没有可以画的走势"
              hint="24 个月中各月都没有病案或少于 5 例；少于 5 例的月份不画，以免认出个人。"
            />
          ) : (
            <Chart
              title="24 个月的走势"
              says={of === 'charges' ? monthsSay(page) : `平均住院日 ${figureText(row.mean_days, 'plain', '天')}`}
              summary={page.months.map((month) => `${month.month} ${month.cases.value ?? '少于 5'} 例`).join('；')}
              option={monthLines(page.months, of)}
              exportName={`${page.drg}-走势`}
            />
          )}
        </div>
        <div className="bc-card">
          {spread.bins.length === 0 ? (
            <Empty title={`没有${what}可以统计`} hint="本期没有这个病组的病案，或首页没有填写。" />
          ) : (
            <Chart
              title={`${what}分布，虚线是全部机构`}
              says={spreadSays(spread, what)}
              summary={
                spread.own
                  ? `四分位数 ${spread.own.p25} 至 ${spread.own.p75}，第 90 百分位 ${spread.own.p90}`
                  : '例数过少，不显示'
              }
              option={histogram(spread, of === 'charges' ? '元' : '天')}
              exportName={`${page.drg}-${what}分布`}
            />
          )}
          {spread.bins.some((bin) => bin.cases.hidden) && <p className="bc-quiet">少于 5 例的段不画，以免认出个人。</p>}
        </div>
      </div>
      <Tabs items={tabs} />
    </>
  );
}

interface DefinitionProps {
  definition: GroupDefinition;
  page: GroupPage;
  query: string;
}

/** What the group is: the ways in, the finer groups, and the tables of codes that conditions name. */
function DefinitionView({ definition, page, query }: DefinitionProps) {
  return (
    <div className="bc-definition">
      <p>
        <strong>{page.mdc.code}</strong> {page.mdc.title}：{definition.mdc_condition}
      </p>
      {definition.entries.map((entry) => (
        <section key={entry.id}>
          <h3>
            {entry.id} {page.adrg.title}
          </h3>
          <p>{entry.condition}</p>
          <ul>
            {entry.groups.map((group) => (
              <li key={group.drg} className={group.drg === page.drg ? 'bc-this' : undefined}>
                {group.drg === page.drg ? (
                  <strong>{group.drg}</strong>
                ) : (
                  <Link to={`/groups/${encodeURIComponent(group.drg)}${query}`}>{group.drg}</Link>
                )}{' '}
                {group.title} <span className="bc-quiet">权重 </span>
                <Figure value={group.weight} kind="weight" />
                <br />
                <span className="bc-quiet">{group.condition ?? '以上细分组都不成立时'}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p className="bc-quiet">
        方案中 MCC 编码 <Figure value={definition.mcc} kind="count" /> 个、CC 编码{' '}
        <Figure value={definition.cc} kind="count" /> 个；主要诊断在排除表中的不计。
      </p>
      <Collapse
        items={definition.sets.map((set) => ({
          key: set.title,
          label: `${set.title}（${figureText(set.size, 'count', '个编码')}）`,
          children: <Codes set={set} />,
        }))}
      />
      <p className="bc-quiet">分组方案：{page.scheme_title}</p>
    </div>
  );
}

function Codes({ set }: { set: GroupCodeSet }) {
  return (
    <>
      <ul className="bc-codes">
        {set.codes.map((code) => (
          <li key={code.code}>
            <code>{code.code}</code> {nameOf({ key: '', title: code.title ?? '' }) === '未填写' ? '' : code.title}
          </li>
        ))}
      </ul>
      {set.size > set.codes.length && <p className="bc-quiet">只列出前 {set.codes.length} 个。</p>}
    </>
  );
}
