import { Button, Descriptions, Segmented, Select, Space } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { Chart } from '../../charts/Chart';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { movementOption, partsOption, peersOption, trendOption } from './charts';
import { Records } from './Records';
import type { IndicatorPage, IndicatorPart } from './wire';
import { changeText, kindOf, toneOf } from './words';
import './indicators.css';

/** One indicator: what happened, who moved it, what stands behind it. */
export default function IndicatorDetail() {
  const { id = '' } = useParams();
  const { organisation, period } = useSelection();
  const [department, setDepartment] = useUrlState<string>('department', '');
  const found = useGet<IndicatorPage>(
    organisation ? `/indicators/${encodeURIComponent(id)}` : null,
    { organisation, period, department: department || undefined },
    { placeholderData: (before) => before },
  );
  const crumbs = [{ title: '指标目录', to: `/indicators?${new URLSearchParams({ organisation, period }).toString()}` }];
  if (found.error) {
    return (
      <Page title="指标" crumbs={crumbs}>
        <Failure problem={found.error} retry={() => void found.refetch()} />
      </Page>
    );
  }
  const page = found.data;
  if (!page) {
    return (
      <Page title="指标" crumbs={crumbs}>
        <Loading rows={10} />
      </Page>
    );
  }
  return (
    <Shown
      page={page}
      crumbs={crumbs}
      organisation={organisation}
      department={department}
      setDepartment={setDepartment}
    />
  );
}

interface ShownProps {
  page: IndicatorPage;
  crumbs: { title: string; to?: string }[];
  organisation: string;
  department: string;
  setDepartment: (code: string) => void;
}

function Shown({ page, crumbs, organisation, department, setDepartment }: ShownProps) {
  const { definition, value } = page;
  const navigate = useNavigate();
  const [mayEnter, mayAssign] = [useMay('enter', 'task'), useMay('assign', 'task')];
  const mayTask = mayEnter || mayAssign;
  const departments = page.parts.filter((part) => part.kind === 'department');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(window.location.href);
    setCopied(true);
  };
  const task = () => {
    const query = new URLSearchParams({
      indicator: definition.id,
      title: page.says,
      organisation,
      period: page.period,
    });
    navigate(`/plans/tasks/new?${query.toString()}`);
  };
  return (
    <Page
      title={definition.title}
      crumbs={crumbs}
      actions={
        <Space wrap>
          <Button onClick={() => void copy()}>{copied ? '链接已复制' : '复制链接'}</Button>
          {mayTask && (
            <Button type="primary" onClick={task}>
              立项任务
            </Button>
          )}
        </Space>
      }
      filters={
        (departments.length > 0 || department) && (
          <Select
            aria-label="科室"
            value={department}
            onChange={setDepartment}
            showSearch={{ optionFilterProp: 'label' }}
            style={{ width: 220 }}
            options={[
              { value: '', label: '全院' },
              ...departments.map((part) => ({ value: part.code, label: part.name })),
              ...(department && !departments.some((part) => part.code === department)
                ? [{ value: department, label: page.organisation_name }]
                : []),
            ]}
          />
        )
      }
    >
      <section aria-label="本期" className="bc-card">
        <p style={{ fontSize: 18, margin: '0 0 8px' }}>{page.says}</p>
        <Space wrap size={[24, 4]}>
          <Status
            tone={value.adrift ? 'bad' : toneOf(value.course)}
            text={value.adrift ? '明显变差' : value.course_text}
          />
          <span>
            {page.organisation_name} {page.period}：
            <Figure
              value={value.value}
              kind={kindOf(value.kind)}
              unit={value.unit}
              decimals={value.decimals}
              suppressed={value.suppressed}
              hint={value.missing || definition.formula}
            />
          </span>
          {value.numerator !== null && (
            <span>
              分子 <Figure value={value.numerator} kind="plain" />
              {value.denominator !== null && (
                <>
                  ，分母 <Figure value={value.denominator} kind="plain" />
                </>
              )}
            </span>
          )}
          <span>较上期 {changeText(value.previous, value.unit)}</span>
          <span>同比 {changeText(value.year_before, value.unit)}</span>
          {value.marks.map((mark) => (
            <Status key={mark} tone="warn" text={mark} />
          ))}
        </Space>
      </section>
      <div className="indicator-halves">
        <div>
          <Trend page={page} />
          <Movement page={page} />
          <Peers page={page} />
        </div>
        <div>
          <Parts page={page} organisation={organisation} setDepartment={setDepartment} />
        </div>
      </div>
      <Definition page={page} />
      {definition.has_records &&
        (page.may_see_records ? (
          <Records id={definition.id} organisation={organisation} period={page.period} department={department} />
        ) : (
          <Empty title="您的角色只看汇总" hint="病案明细由质控办、病案科和本科室查看。需要核实时，把本页链接发给他们" />
        ))}
    </Page>
  );
}

function Trend({ page }: { page: IndicatorPage }) {
  const known = page.trend.filter((point) => point.value !== null);
  if (known.length === 0) return null;
  const target = page.targets[0];
  return (
    <div>
      <Chart
        title={`${page.definition.title}走势`}
        option={trendOption(page)}
        summary={`近 ${page.trend.length} 期：${known.map((point) => `${point.period} ${point.value}`).join('，')}`}
      />
      {page.targets.map((one) => (
        <p key={`${one.plan}/${one.target}`} className="bc-quiet">
          目标：
          <Link to={`/plans/${encodeURIComponent(one.plan)}/targets/${encodeURIComponent(one.target)}`}>
            {one.title}
          </Link>
          {` ${one.comparator_text}${one.amount_text}`}
          {one.due && `，期限 ${one.due}`}
          {one.owner && `，责任 ${one.owner}`}
        </p>
      ))}
      {!target && <p className="bc-quiet">已承接的方案没有对它提目标</p>}
    </div>
  );
}

function Peers({ page }: { page: IndicatorPage }) {
  const { peers } = page;
  if (!peers) return null;
  if (peers.items.length < 2) {
    return peers.note ? <p className="bc-quiet">同级同类比较：{peers.note}</p> : null;
  }
  const place = peers.place === null ? '' : `本机构第 ${peers.place} 位，`;
  return (
    <Chart
      title="同级同类机构"
      says={`${place}共 ${peers.items.length} 家有值`}
      option={peersOption(peers, page.definition.unit)}
      summary={`${place}${peers.items.map((peer) => `${peer.is_own ? '本机构' : peer.name || '同类机构'} ${peer.value}`).join('，')}；${peers.without} 家没有值，${peers.hidden} 家例数过少不显示`}
    />
  );
}

function Parts({
  page,
  organisation,
  setDepartment,
}: {
  page: IndicatorPage;
  organisation: string;
  setDepartment: (code: string) => void;
}) {
  const navigate = useNavigate();
  if (page.parts.length === 0) return null;
  const { definition } = page;
  const open = (part: IndicatorPart) => {
    if (part.kind === 'department') setDepartment(part.code);
    else navigate(`?${new URLSearchParams({ organisation: part.code, period: page.period }).toString()}`);
  };
  const columns: Column<IndicatorPart>[] = [
    { key: 'name', title: page.parts[0]?.kind === 'department' ? '科室' : '机构', value: (part) => part.name },
    {
      key: 'value',
      title: '本期',
      unit: definition.unit,
      align: 'right',
      render: (part) => (
        <Figure
          value={part.value}
          kind={kindOf(definition.kind)}
          unit=""
          decimals={definition.decimals}
          suppressed={part.suppressed}
          hint={part.missing}
        />
      ),
      value: (part) => part.value,
      sortable: true,
    },
    { key: 'numerator', title: '分子', align: 'right', value: (part) => part.numerator, sortable: true },
    { key: 'denominator', title: '分母', align: 'right', value: (part) => part.denominator, sortable: true },
  ];
  const shown = page.parts.filter((part) => part.value !== null);
  const title = page.parts[0]?.kind === 'department' ? '按科室' : '按机构';
  return (
    <div>
      {shown.length > 0 && (
        <Chart
          title={title}
          option={partsOption(page.parts.slice(0, 20), definition.unit)}
          height={Math.max(160, Math.min(shown.length, 20) * 24 + 40)}
          summary={shown.map((part) => `${part.name} ${part.value}`).join('，')}
        />
      )}
      <DataTable<IndicatorPart>
        label={`${definition.title}${title}`}
        rows={page.parts}
        columns={columns}
        rowKey="code"
        height={280}
        onOpen={open}
        exportName={`${definition.title} ${title} ${organisation} ${page.period}`}
      />
    </div>
  );
}

function Movement({ page }: { page: IndicatorPage }) {
  const { movement } = page;
  if (!movement || movement.effects.length < 2) return null;
  const unit = page.definition.unit === '%' ? ' 个百分点' : '';
  return (
    <Chart
      title="什么使它变动"
      says={`构成 ${movement.mix}${unit}，水平 ${movement.rate}${unit}`}
      option={movementOption(movement)}
      height={Math.max(200, Math.min(movement.effects.length, 12) * 24 + 64)}
      summary={`${movement.from} 为 ${movement.before}，${page.period} 为 ${movement.after}；${movement.effects
        .slice(0, 6)
        .map((effect) => `${effect.name}：构成 ${effect.mix}，水平 ${effect.rate}`)
        .join('；')}`}
    />
  );
}

function Definition({ page }: { page: IndicatorPage }) {
  const { definition, provenance } = page;
  const [shown, setShown] = useState<'words' | 'rules'>('words');
  return (
    <section aria-label="定义与来源">
      <Space align="center">
        <h2>定义与来源</h2>
        <Segmented
          aria-label="定义"
          value={shown}
          onChange={setShown}
          options={[
            { value: 'words', label: '定义' },
            { value: 'rules', label: '统计口径' },
          ]}
        />
      </Space>
      {shown === 'rules' ? (
        definition.rules.length === 0 ? (
          <p className="bc-quiet">公式中没有另行定义的词</p>
        ) : (
          <Descriptions
            className="indicator-definition"
            bordered
            size="small"
            column={1}
            items={definition.rules.map((rule) => ({
              key: rule.title,
              label: rule.title,
              children: <code>{rule.means}</code>,
            }))}
          />
        )
      ) : (
        <Descriptions
          className="indicator-definition"
          bordered
          size="small"
          column={{ xs: 1, md: 2 }}
          items={[
            { key: 'formula', label: '计算', children: definition.formula },
            { key: 'why', label: '为什么看它', children: definition.why || '—' },
            { key: 'numerator', label: '分子', children: definition.numerator || '—' },
            { key: 'denominator', label: '分母', children: definition.denominator || '—' },
            { key: 'direction', label: '导向', children: definition.direction_text },
            { key: 'from', label: '数据来源', children: definition.from },
            {
              key: 'source',
              label: '依据',
              children: `${definition.source}${definition.clause ? `，${definition.clause}` : ''}`,
            },
            {
              key: 'certainty',
              label: '核对情况',
              children: definition.marks.length > 0 ? definition.marks.join('；') : definition.certainty_text,
            },
            { key: 'note', label: '说明', children: definition.note || '—' },
            {
              key: 'provenance',
              label: '版本',
              children: `数据版本 ${provenance.version}，合计表版本 ${provenance.cell_version}，指标包 ${provenance.pack}（${provenance.pack_hash.slice(0, 12)}）`,
            },
          ]}
        />
      )}
    </section>
  );
}
