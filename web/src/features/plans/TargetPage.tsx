import { Button } from 'antd';
import { Link, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useSelection } from '../../app/selection';
import { Chart } from '../../charts/Chart';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { courseOption, courseSummary } from './charts';
import './plans.css';
import { toneOf } from './status';
import { TaskTable } from './TaskTable';
import type { MemberBody, TargetDetail } from './wire';

/** One target: a sentence, its course, who pulls it, and the tasks that serve it. */
export default function TargetPage() {
  const { id = '', target = '' } = useParams();
  const { organisation, period } = useSelection();
  const mayBegin = useMay('enter', 'task');
  const path = organisation ? `/plans/${encodeURIComponent(id)}/targets/${encodeURIComponent(target)}` : null;
  const found = useGet<TargetDetail>(path, { organisation, period });
  if (found.error) return <Failure problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { standing, members, members_note, plan_title, tasks, sentence } = found.data;
  const about = standing.target;
  const begin = new URLSearchParams({ title: `改进“${about.title}”`, cause: sentence });
  if (about.subject) begin.set('indicator', about.subject);
  const facts: [string, string][] = [
    ['要求', `${about.wanted}${about.softeners.length ? `〔${about.softeners.join('、')}〕` : ''}`],
    ['范围', `${about.scope}（${about.measured}）`],
    ['条款', about.citation],
    ['由什么回答', about.binding_text],
    ['汇总', standing.rolled],
    ['基期', standing.baseline ? `${standing.baseline.value}（${standing.baseline.month}）` : ''],
    ['责任单位', about.responsible.join('、')],
    ['待明确', about.question],
    ['本地决定', about.decided],
    ['口径', about.certainty],
    ['说明', about.note],
  ];
  return (
    <Page
      title={about.title}
      crumbs={[
        { title: '方案', to: '/plans' },
        { title: plan_title, to: `/plans/${id}` },
      ]}
      actions={
        <>
          {about.subject && about.binding === 'indicator' && (
            <Link to={`/indicators/${encodeURIComponent(about.subject)}`}>
              <Button>打开指标</Button>
            </Link>
          )}
          {mayBegin && (
            <Link to={`/plans/tasks/new?${begin}`}>
              <Button type="primary">派成任务</Button>
            </Link>
          )}
        </>
      }
    >
      <p className="plans-sentence">
        <Status tone={toneOf(standing.status)} text={standing.status_text} /> {sentence}
      </p>
      {standing.series.some((one) => one.value !== null) && (
        <Chart
          title={`${about.title}：实际、按期进度和预计`}
          says={`${about.title}${standing.status_text}：${standing.reason}`}
          option={courseOption(standing)}
          summary={courseSummary(standing)}
          height={300}
        />
      )}
      <dl className="plans-facts">
        {facts
          .filter(([, text]) => text)
          .map(([name, text]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
      <h2>谁拉动了它</h2>
      {members ? (
        <Members id={id} target={target} detail={found.data} />
      ) : (
        <Empty title="没有可以分解的成员" hint={members_note} />
      )}
      <h2>对应的任务</h2>
      <TaskTable tasks={tasks} empty="这个目标还没有列入台账的任务。可以从方案的“任务”列入，或点“派成任务”。" />
    </Page>
  );
}

function Members({ id, target, detail }: { id: string; target: string; detail: TargetDetail }) {
  const members = detail.members;
  if (!members) return null;
  const to = (row: MemberBody) =>
    row.organisation.startsWith('department:')
      ? undefined
      : `/plans/${id}/targets/${target}?organisation=${encodeURIComponent(row.organisation)}`;
  const places = members.decimals;
  const effect = members.makeup === 'rate' ? '影响' : members.makeup === 'sum' ? '贡献' : '有无之差';
  const decimal = (key: 'pull' | 'without' | 'rate' | 'mix', title: string, hint: string): Column<MemberBody> => ({
    key,
    title,
    hint,
    align: 'right',
    width: 100,
    sortable: true,
    value: (row) => row[key],
    render: (row) => (
      <Figure value={row[key]} decimals={key === 'without' ? places : Math.max(places, 2)} signed={key !== 'without'} />
    ),
  });
  const columns: Column<MemberBody>[] = [
    {
      key: 'name',
      title: '成员',
      value: (row) => row.name,
      render: (row) => {
        const link = to(row);
        return link ? <Link to={link}>{row.name}</Link> : row.name;
      },
    },
    {
      key: 'value',
      title: '值',
      align: 'right',
      width: 100,
      sortable: true,
      value: (row) => row.value,
      render: (row) => <Figure value={row.value} decimals={places} hint={row.why_none || undefined} />,
    },
    {
      key: 'share',
      title: '占比',
      unit: '%',
      align: 'right',
      width: 90,
      sortable: true,
      value: (row) => row.share,
      render: (row) => <Figure value={row.share} decimals={2} />,
    },
    decimal('pull', effect, members.makeup_text),
    decimal('without', '没有它时', '不含这个成员时的总值'),
    decimal('rate', '水平效应', '一年来它自身水平的变化使总值变化多少'),
    decimal('mix', '构成效应', '一年来它所占比重的变化使总值变化多少'),
  ];
  return (
    <>
      <p className="bc-quiet">
        {members.makeup_text}。{members.silent > 0 && `另有 ${members.silent} 个成员没有病案和填报，不列出。`}
      </p>
      <DataTable
        rows={members.lines}
        columns={columns}
        rowKey="organisation"
        exportName="成员影响"
        label="成员和影响"
        height={420}
      />
    </>
  );
}
