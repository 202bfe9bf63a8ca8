import { Button, Space, Tabs } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Adjustments, NewAdjustment, useWhyNoAdjustment } from './Adjustments';
import './assessment.css';
import { History } from './History';
import { Lines } from './Lines';
import { NewObjection, Objections, useWhyNoObjection } from './Objections';
import { RunStages } from './RunStages';
import type { InstitutionBody, RunBody, ScoredItem } from './wire';
import { gradeRemark, gradeTone, runTone } from './words';

/** How an institution came to its score: item by item, in words, what was said against it, and what can be done now. */
export default function InstitutionPage() {
  const { run = '', code = '' } = useParams();
  const [tab, setTab] = useUrlState<string>('tab', 'items');
  const [asking, setAsking] = useState<'objection' | 'adjustment' | null>(null);
  const navigate = useNavigate();
  const runPath = `/assessments/${encodeURIComponent(run)}`;
  const path = `${runPath}/institutions/${encodeURIComponent(code)}`;
  const found = useGet<InstitutionBody>(path);
  const whole = useGet<RunBody>(runPath);
  const noObjection = useWhyNoObjection(whole.data, code);
  const noAdjustment = useWhyNoAdjustment(whole.data);
  const maySubmit = useMay('submit', 'assessment');
  const mayEnter = useMay('enter', 'assessment');
  const failure = found.error ?? whole.error;
  if (failure) {
    const retry = () => {
      void found.refetch();
      void whole.refetch();
    };
    return <Failure problem={failure} retry={retry} />;
  }
  if (!found.data || !whole.data) return <Loading />;
  const { name, score, grade, lines, items, gates, same_content } = found.data;
  const about = whole.data;
  const own = about.institutions.find((one) => one.organisation === code);
  const count = (rows: readonly { organisation: string }[]) => rows.filter((one) => one.organisation === code).length;
  const to = (row: ScoredItem) => `${path}/items/${encodeURIComponent(row.item)}`;
  const columns: Column<ScoredItem>[] = [
    { key: 'phase_title', title: '阶段', width: 120, sortable: true },
    {
      key: 'title',
      title: '项目',
      value: (row) => `${row.item} ${row.title}`,
      render: (row) => (
        <Link to={to(row)}>
          {row.item} {row.title}
        </Link>
      ),
    },
    { key: 'points', title: '满分', align: 'right', width: 70 },
    {
      key: 'score',
      title: '得分',
      align: 'right',
      width: 80,
      sortable: true,
      value: (row) => row.score,
      render: (row) => (row.excluded ? '不计' : <Figure value={row.score} kind="score" to={to(row)} />),
    },
    {
      key: 'value',
      title: '值',
      align: 'right',
      width: 110,
      value: (row) => row.value,
      render: (row) => <Figure value={row.value} unit={row.unit} to={to(row)} />,
    },
    {
      key: 'lost',
      title: '年度折算失分',
      align: 'right',
      width: 110,
      sortable: true,
      hint: '这个项目各阶段失分折算到年度得分，合计',
    },
    { key: 'reason', title: '理由' },
    { key: 'rule', title: '计分办法', width: 220 },
  ];
  const actions = (
    <Space wrap>
      {(maySubmit || !about.is_whole) && (
        <Button disabled={noObjection !== ''} title={noObjection || undefined} onClick={() => setAsking('objection')}>
          对得分提出异议
        </Button>
      )}
      {mayEnter && about.is_whole && (
        <Button
          disabled={noAdjustment !== ''}
          title={noAdjustment || undefined}
          onClick={() => setAsking('adjustment')}
        >
          提出得分调整
        </Button>
      )}
      {about.is_whole && about.run.state !== 'published' && <Link to={runPath}>到考核页重新计算、发布</Link>}
    </Space>
  );
  return (
    <Page
      title={`${name} ${score ?? '—'} 分，${grade ? `建议等次“${grade}”` : '等次待定'}`}
      crumbs={[
        { title: '绩效考核', to: '/assessments' },
        { title: `${found.data.run.title} ${found.data.run.period}`, to: runPath },
      ]}
      actions={actions}
    >
      <div className="assessment-head">
        <Status tone={runTone(about.run.state)} text={about.run.state_text} />
        <Status tone={gradeTone(about.grades, grade)} text={grade ?? '等次待定'} />
        {own && own.place !== null && (
          <span>
            同类 {own.of} 家中列第 {own.place}
          </span>
        )}
        {own && gradeRemark(own) && <span>{gradeRemark(own)}</span>}
        {own?.absent !== null && own?.absent !== undefined && own.absent > 0 && <span>{own.absent} 处缺数据</span>}
        {about.run.state === 'published' && <span>考核已发布，结果不再改动；如需更正，请重新考核。</span>}
      </div>
      <RunStages found={about} />
      {gates.length > 0 && (
        <ul className="assessment-gates" aria-label="等次的条件">
          {gates.map((gate) => (
            <li key={gate.title}>
              <Status
                tone={gate.met ? 'good' : gate.pending ? 'warn' : 'bad'}
                text={gate.met ? '具备' : gate.pending ? '待提供' : '不具备'}
              />{' '}
              评“{gate.grade}”的条件：{gate.title}（
              {gate.found.map((one) => `${one.title}：${one.value ?? '未提供'}`).join('，')}）
              {!gate.met && !gate.pending && `，改为“${gate.otherwise}”`}
            </li>
          ))}
        </ul>
      )}
      {!same_content && <p role="alert">方案的内容在这次考核之后改过：说明文字按现在的内容，数值是当时的。</p>}
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          {
            key: 'items',
            label: '项目',
            children: (
              <DataTable
                rows={items}
                columns={columns}
                rowKey={(row) => `${row.phase}/${row.item}`}
                exportName={`${name}得分`}
                label="项目得分"
                onOpen={(row) => navigate(to(row))}
              />
            ),
          },
          { key: 'words', label: '得分的由来', children: <Lines lines={lines} /> },
          {
            key: 'objections',
            label: `异议 ${count(about.objections)}`,
            children: <Objections found={about} path={runPath} organisation={code} />,
          },
          {
            key: 'adjustments',
            label: `调整 ${count(about.adjustments)}`,
            children: <Adjustments found={about} path={runPath} organisation={code} />,
          },
          { key: 'history', label: '经过', children: <History found={about} organisation={code} /> },
        ]}
      />
      <NewObjection
        open={asking === 'objection'}
        found={about}
        path={runPath}
        about={{ organisation: code }}
        onClose={() => setAsking(null)}
      />
      <NewAdjustment
        open={asking === 'adjustment'}
        found={about}
        path={runPath}
        about={{ organisation: code }}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}
