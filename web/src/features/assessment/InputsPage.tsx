import { Alert, Input, Select, Tabs } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useGet } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Entries } from './Entries';
import { Events } from './Events';
import type { InputsBody, SchemeBody } from './wire';
import { slotsOf } from './words';

const KINDS = [
  ['phase', '阶段得分'],
  ['item', '项目的值'],
  ['attribute', '其他考核的等次'],
] as const;

/** What people enter for an assessment before it is frozen: scores of phases, values of items, events. */
export default function InputsPage() {
  const { organisation, period } = useSelection();
  const year = period.slice(0, 4);
  const [tab, setTab] = useUrlState<string>('tab', 'phase');
  const [wanted, setWanted] = useUrlState<string>('scheme', '');
  const [text, setText] = useState('');
  const schemes = useGet<SchemeBody[]>('/assessment-schemes');
  const known = (schemes.data ?? []).filter((one) => one.kind === 'scheme');
  const scheme = wanted || known[0]?.id;
  const path = scheme ? `/assessment-schemes/${encodeURIComponent(scheme)}` : null;
  const found = useGet<InputsBody>(path && organisation ? `${path}/inputs` : null, { organisation, period: year });
  const problem = schemes.error ?? found.error;
  const filters = (
    <>
      <Select
        aria-label="方案"
        style={{ minWidth: 320 }}
        value={scheme}
        onChange={setWanted}
        options={known.map((one) => ({ value: one.id, label: one.title }))}
      />
      <Input.Search
        aria-label="机构名称"
        placeholder="机构名称"
        allowClear
        style={{ width: 220 }}
        onSearch={setText}
        onChange={(event) => event.target.value === '' && setText('')}
      />
      <span className="bc-quiet">{year}年</span>
    </>
  );
  const data = found.data;
  const shown = data && {
    ...data,
    institutions: data.institutions.filter((one) => one.name.includes(text.trim())),
  };
  return (
    <Page title="录入和加扣分事项" crumbs={[{ title: '绩效考核', to: '/assessments' }]} filters={filters}>
      {problem ? (
        <Failure problem={problem} retry={() => void found.refetch()} />
      ) : !shown || !path ? (
        <Loading />
      ) : (
        <>
          {shown.runs.length > 0 && (
            <Alert
              type="info"
              showIcon
              title="这个方案和时期已经冻结过考核：现在录入的只计入以后新建的考核"
              description={shown.runs.map((one) => (
                <span key={one.run}>
                  <Link to={`/assessments/${encodeURIComponent(one.run)}`}>{one.run}</Link>（{one.state_text}）{' '}
                </span>
              ))}
            />
          )}
          <Tabs
            activeKey={tab}
            onChange={setTab}
            items={[
              ...KINDS.map(([kind, label]) => ({
                key: kind,
                label,
                children: <Entries slots={slotsOf(shown, kind)} path={path} period={shown.period} label={label} />,
              })),
              {
                key: 'events',
                label: `加分、扣分和否决 ${shown.events.length}`,
                children: <Events inputs={shown} path={path} />,
              },
            ]}
          />
        </>
      )}
    </Page>
  );
}
