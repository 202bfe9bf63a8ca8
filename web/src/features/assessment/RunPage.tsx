import { Alert, App, Button, Dropdown, Modal, Space, Tabs } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { address, post, useGet } from '../../api/client';
import { useDocument } from '../../app/documents';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { useAsk } from '../plans/useAsk';
import './assessment.css';
import { Adjustments } from './Adjustments';
import { History } from './History';
import { Objections } from './Objections';
import { RunStages } from './RunStages';
import { useStep } from './useStep';
import type { InstitutionScore, ProofBody, RunBody } from './wire';
import { gradeRemark, gradeTone, runTone, whatBecomesFinal, whyNotPublished } from './words';

/** One assessment: scores, places, objections, changes, history; publishing and its bulletin. */
export default function RunPage() {
  const { run = '' } = useParams();
  const path = `/assessments/${encodeURIComponent(run)}`;
  const [tab, setTab] = useUrlState<string>('tab', 'scores');
  const found = useGet<RunBody>(path);
  const [publishing, setPublishing] = useState(false);
  // What somebody saw when the question was asked is published, and nothing else.
  const [seen, setSeen] = useState('');
  const mayCompute = useMay('compute', 'assessment');
  const mayPublish = useMay('publish', 'assessment');
  const mayExport = useMay('export', 'report');
  const mayEnter = useMay('enter', 'assessment');
  const mayJudge = useMay('approve', 'assessment');
  const { attempt, busy } = useAsk();
  const take = useDocument();
  const { message } = App.useApp();
  const again = useStep();
  const publish = useStep();
  const proof = useGet<ProofBody>(`${path}/verify`, {}, { enabled: false });
  if (found.error) return <Failure problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { objections, adjustments, institutions, grades, is_whole } = found.data;
  const about = found.data.run;
  const blocked = whyNotPublished(about, objections, adjustments);
  const published = about.state === 'published';
  const latest = found.data.history.at(-1);
  const closePublishing = () => {
    publish.forget();
    setPublishing(false);
  };
  const verify = () =>
    attempt(async () => {
      const { data, error } = await proof.refetch();
      if (error) throw error;
      if (data?.holds) message.success('重新计算，与存下的结果逐字节相同');
      else message.warning('与存下的结果不同：方案内容或数据可能被改动过，请联系信息科', 8);
    });
  const files = {
    items: [
      { key: 'preview', label: '预览通报（新标签页）', disabled: !is_whole && !published },
      { key: 'pdf', label: '下载通报（PDF）', disabled: !is_whole && !published },
      { key: 'xlsx', label: '下载得分表（XLSX）' },
    ],
    onClick: ({ key }: { key: string }) => {
      if (key === 'preview') window.open(address(`${path}/bulletin`, { preview: true }), '_blank', 'noopener');
      else void attempt(() => take(`${path}/bulletin`, { format: key }));
    },
  };
  const actions = (
    <Space wrap>
      {is_whole && mayCompute && !published && (
        <Button
          onClick={() => void again.attempt(() => post(`${path}/compute`, {}), '已重新计算')}
          loading={again.busy}
        >
          重新计算
        </Button>
      )}
      {is_whole && (
        <Button loading={busy} onClick={() => void verify()}>
          核验
        </Button>
      )}
      {mayExport && (
        <Dropdown menu={files} trigger={['click']}>
          <Button>通报和得分表</Button>
        </Dropdown>
      )}
      {is_whole && !published && (
        <Button
          type="primary"
          disabled={!mayPublish || blocked !== ''}
          title={mayPublish ? blocked || undefined : '您没有发布考核的权限'}
          onClick={() => {
            setSeen(about.result_hash);
            setPublishing(true);
          }}
        >
          发布
        </Button>
      )}
    </Space>
  );
  return (
    <Page
      title={`${about.title} ${about.period}`}
      crumbs={[{ title: '绩效考核', to: '/assessments' }]}
      actions={actions}
    >
      <div className="assessment-head">
        <Status tone={runTone(about.state)} text={about.state_text} />
        <span className="bc-quiet">
          {about.run}，{about.actor} {about.at} 冻结，数据版本 {about.data_version ?? '—'}
        </span>
        {!is_whole && !published && <span>这里只有您管理的机构；发布后可以看到全部名次。</span>}
        {is_whole && blocked && !published && <span>还不能发布：{blocked}。</span>}
        {published && <span>考核已发布，结果不再改动；如需更正，请重新考核。</span>}
        {(mayEnter || mayJudge) && (
          <Link to={`/assessments/inputs?scheme=${encodeURIComponent(about.scheme)}&period=${about.period}`}>
            录入和加扣分事项
          </Link>
        )}
      </div>
      {again.conflict && <Alert type="warning" showIcon title={again.conflict} closable={{ onClose: again.forget }} />}
      <RunStages found={found.data} />
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          { key: 'scores', label: `得分和名次 ${institutions.length}`, children: <Scores found={found.data} /> },
          {
            key: 'objections',
            label: `异议 ${objections.length}`,
            children: <Objections found={found.data} path={path} />,
          },
          {
            key: 'adjustments',
            label: `调整 ${adjustments.length}`,
            children: <Adjustments found={found.data} path={path} />,
          },
          {
            key: 'history',
            label: '经过',
            children: <History found={found.data} />,
          },
        ]}
      />
      <Modal
        open={publishing}
        title="发布考核结果"
        okText="确认发布"
        cancelText="取消"
        confirmLoading={publish.busy}
        okButtonProps={{ disabled: blocked !== '' || seen !== about.result_hash }}
        onCancel={closePublishing}
        onOk={() =>
          void publish
            .attempt(() => post(`${path}/publish`, { result_hash: seen, words: '' }), '已发布，可以下载通报')
            .then((done) => done && closePublishing())
        }
      >
        {(publish.conflict || seen !== about.result_hash) && (
          <Alert
            type="warning"
            showIcon
            title={publish.conflict || '结果在您打开之后又重新计算过'}
            description={latest && `最近：${latest.at} ${latest.actor} ${latest.action_text} ${latest.note}`}
            action={
              seen !== about.result_hash && (
                <Button size="small" onClick={() => setSeen(about.result_hash)}>
                  按现在的结果
                </Button>
              )
            }
          />
        )}
        <p>
          {about.title}（{about.period}）：{whatBecomesFinal(institutions, grades)}
        </p>
        <p className="bc-quiet">如需更正，只能重新考核。</p>
      </Modal>
    </Page>
  );
}

function Scores({ found }: { found: RunBody }) {
  const navigate = useNavigate();
  const { run } = found.run;
  const to = (row: InstitutionScore) => `/assessments/${run}/institutions/${encodeURIComponent(row.organisation)}`;
  const columns: Column<InstitutionScore>[] = [
    {
      key: 'place',
      title: '名次',
      align: 'right',
      width: 70,
      sortable: true,
      value: (row) => row.place,
      render: (row) => (row.place === null ? '—' : `${row.place} / ${row.of}`),
    },
    {
      key: 'name',
      title: '机构',
      width: 220,
      sortable: true,
      value: (row) => row.name,
      render: (row) => (row.can_open ? <Link to={to(row)}>{row.name}</Link> : row.name),
    },
    { key: 'table', title: '指标表', width: 140, sortable: true },
    {
      key: 'score',
      title: '得分',
      align: 'right',
      width: 90,
      sortable: true,
      value: (row) => row.score,
      render: (row) => <Figure value={row.score} kind="score" {...(row.can_open ? { to: to(row) } : {})} />,
    },
    {
      key: 'grade',
      title: '建议等次',
      width: 110,
      sortable: true,
      value: (row) => row.grade ?? '待定',
      render: (row) => <Status tone={gradeTone(found.grades, row.grade)} text={row.grade ?? '待定'} />,
    },
    { key: 'remark', title: '等次说明', width: 140, value: (row) => gradeRemark(row) },
    ...found.parts.map(
      (part, place): Column<InstitutionScore> => ({
        key: `part-${part.id}`,
        title: part.title,
        align: 'right',
        width: 96,
        hint: '百分制，尚未乘权重',
        value: (row) => row.parts[place] ?? null,
        render: (row) => <Figure value={row.parts[place]} kind="score" />,
      }),
    ),
    {
      key: 'bonus',
      title: '加分',
      align: 'right',
      width: 70,
      value: (row) => row.bonus,
      render: (row) => <Figure value={row.bonus} kind="score" />,
    },
    {
      key: 'deduction',
      title: '扣分',
      align: 'right',
      width: 70,
      value: (row) => row.deduction,
      render: (row) => <Figure value={row.deduction} kind="score" />,
    },
    { key: 'absent', title: '缺数据', unit: '处', align: 'right', width: 90, value: (row) => row.absent },
  ];
  return (
    <DataTable
      rows={found.institutions}
      columns={columns}
      rowKey="organisation"
      exportName={`${found.run.title}${found.run.period}得分`}
      label="得分和名次"
      onOpen={(row) => {
        if (row.can_open) navigate(to(row));
      }}
    />
  );
}
