import { Button, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { type Column, DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { NewAdjustment, useWhyNoAdjustment } from './Adjustments';
import { Lines } from './Lines';
import { NewObjection, useWhyNoObjection } from './Objections';
import type { ItemBody, ItemPhase, ItemRecord, RunBody } from './wire';

/** The points of an item: rule, numbers, and what they were made of. */
export default function ItemPage() {
  const { run = '', code = '', item = '' } = useParams();
  const runPath = `/assessments/${encodeURIComponent(run)}`;
  const base = `${runPath}/institutions/${encodeURIComponent(code)}`;
  const found = useGet<ItemBody>(`${base}/items/${encodeURIComponent(item)}`);
  const about = useGet<RunBody>(runPath).data;
  const noObjection = useWhyNoObjection(about, code);
  const noAdjustment = useWhyNoAdjustment(about);
  const [asking, setAsking] = useState<{ what: 'objection' | 'adjustment'; phase: string } | null>(null);
  if (found.error) return <Failure problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { title, phases, records_shown } = found.data;
  const subject = { organisation: code, phase: asking?.phase ?? '', item };
  return (
    <Page
      title={`${item} ${title}`}
      crumbs={[
        { title: '绩效考核', to: '/assessments' },
        { title: about ? `${about.run.title} ${about.run.period}` : run, to: runPath },
        { title: about?.institutions.find((one) => one.organisation === code)?.name ?? code, to: base },
      ]}
    >
      {phases.map((phase) => (
        <Phase key={phase.phase} phase={phase} recordsShown={records_shown}>
          <Space wrap>
            {noObjection === '' && (
              <Button size="small" onClick={() => setAsking({ what: 'objection', phase: phase.phase })}>
                对这一项提出异议
              </Button>
            )}
            {noAdjustment === '' && (
              <Button size="small" onClick={() => setAsking({ what: 'adjustment', phase: phase.phase })}>
                调整这一项
              </Button>
            )}
          </Space>
        </Phase>
      ))}
      {about && (
        <>
          <NewObjection
            open={asking?.what === 'objection'}
            found={about}
            path={runPath}
            about={subject}
            onClose={() => setAsking(null)}
          />
          <NewAdjustment
            open={asking?.what === 'adjustment'}
            found={about}
            path={runPath}
            about={subject}
            onClose={() => setAsking(null)}
          />
        </>
      )}
    </Page>
  );
}

function Phase(props: { phase: ItemPhase; recordsShown: boolean; children: ReactNode }) {
  const { phase, recordsShown, children } = props;
  const { indicator, records, submissions } = phase;
  const columns: Column<ItemRecord>[] = [
    {
      key: 'record_key',
      title: '病案',
      value: (row) => row.record_key,
      render: (row) => <Link to={`/records/${encodeURIComponent(row.record_key)}`}>{row.record_key.slice(0, 12)}</Link>,
    },
    { key: 'file', title: '来源文件' },
    { key: 'line', title: '行', align: 'right', width: 80 },
    { key: 'numerator', title: '计入分子', align: 'right', width: 100, sortable: true },
    { key: 'denominator', title: '计入分母', align: 'right', width: 100 },
  ];
  return (
    <section>
      <Lines lines={phase.lines} />
      {children}
      {phase.document && <p className="bc-quiet">规则出自：{phase.document}</p>}
      {indicator && (
        <p>
          指标{' '}
          <Link to={`/indicators/${encodeURIComponent(indicator.id)}`}>
            {indicator.id} {indicator.title}
          </Link>
          ，分子：{indicator.numerator}
          {indicator.denominator && `；分母：${indicator.denominator}`}
          {indicator.source && <span className="bc-quiet">（{indicator.source}）</span>}
          {indicator.unconfirmed.length > 0 && `；待核对：${indicator.unconfirmed.join('、')}`}
        </p>
      )}
      {phase.entry && <p>录入：{phase.entry}</p>}
      {submissions.map((one) => (
        <p key={`${one.dataset}/${one.period}`}>
          填报：{one.title} {one.period} 第 {one.version} 版，{one.submitter} 填报，{one.approver} 审核：
          {one.cells.join('，')}
        </p>
      ))}
      {phase.remark && <p className="bc-quiet">{phase.remark}</p>}
      {phase.record_count > 0 && !recordsShown && (
        <p className="bc-quiet">由 {phase.record_count} 份病案算出；您没有查看病案的权限，不列出。</p>
      )}
      {records.length > 0 && (
        <DataTable
          rows={records}
          columns={columns}
          rowKey="record_key"
          exportName="病案"
          label={`${phase.period} 的病案`}
          height={320}
          toolbar={
            phase.record_count > records.length
              ? `共 ${phase.record_count} 份，列出前 ${records.length} 份`
              : `${records.length} 份`
          }
        />
      )}
    </section>
  );
}
