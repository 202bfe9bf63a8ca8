import { Button, Form, Input, Select, Space } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useGet, useSend } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Page } from '../../ui/Page';
import { Status, type Tone } from '../../ui/Status';
import type { IndicatorCard, ReconcileBody, ReconciledCase, Reconciliation } from './wire';
import { pastedCases } from './words';

const TONES: Record<string, Tone> = {
  both: 'good',
  different: 'warn',
  only_first: 'warn',
  only_second: 'bad',
  repeated: 'info',
};

const COLUMNS: Column<ReconciledCase>[] = [
  { key: 'key', title: '名单中的号码', value: (row) => row.key || '—' },
  {
    key: 'agreement',
    title: '结果',
    width: 190,
    render: (row) => <Status tone={TONES[row.agreement] ?? 'info'} text={row.agreement_text} />,
    value: (row) => row.agreement_text,
    sortable: true,
  },
  { key: 'system', title: '系统', align: 'right', width: 110, value: (row) => row.system, sortable: true },
  { key: 'list', title: '名单', align: 'right', width: 110, value: (row) => row.list, sortable: true },
  {
    key: 'record_key',
    title: '病案',
    width: 140,
    render: (row) => row.record_key?.slice(0, 12) ?? '—',
    value: (row) => row.record_key,
  },
  { key: 'reason', title: '原因', value: (row) => row.reason },
];

/** One's own list against the figure of the system, case by case. */
export default function Reconcile() {
  const { organisation, period } = useSelection();
  const navigate = useNavigate();
  const [indicator, setIndicator] = useUrlState<string>('indicator', '');
  const [text, setText] = useState('');
  const catalogue = useGet<{ items: IndicatorCard[] }>('/indicators', {}, { staleTime: 5 * 60_000 });
  const cases = useMemo(() => pastedCases(text), [text]);
  const send = useSend<Reconciliation, ReconcileBody>('post', '/indicators/reconcile');
  const options = (catalogue.data?.items ?? [])
    .filter((one) => one.has_records)
    .map((one) => ({ value: one.id, label: `${one.title}（${one.id}）` }));
  const found = send.data;
  const why = !indicator ? '先选择指标' : cases.length === 0 ? '先粘贴名单' : '';
  return (
    <Page title="核对" crumbs={[{ title: '指标目录', to: '/indicators' }]}>
      <Form
        layout="vertical"
        onFinish={() => send.mutate({ indicator, organisation, department: null, period, cases })}
      >
        <Form.Item label="指标" htmlFor="reconcile-indicator">
          <Select
            id="reconcile-indicator"
            showSearch={{ optionFilterProp: 'label' }}
            value={indicator || null}
            onChange={(value) => setIndicator(value ?? '')}
            options={options}
            placeholder="选择要核对的指标"
            loading={catalogue.isPending}
            style={{ maxWidth: 480 }}
          />
        </Form.Item>
        <Form.Item
          label="自己的名单"
          htmlFor="reconcile-list"
          extra={`从表格复制两列粘贴：第一列病案号或记录键，第二列金额（可省）。已读出 ${cases.length} 行`}
        >
          <Input.TextArea id="reconcile-list" rows={8} value={text} onChange={(event) => setText(event.target.value)} />
        </Form.Item>
        <Space>
          <Button type="primary" htmlType="submit" disabled={why !== ''} title={why} loading={send.isPending}>
            核对
          </Button>
          {why && <span className="bc-quiet">{why}</span>}
        </Space>
      </Form>
      {send.error && <Failure problem={send.error} />}
      {found && (
        <section aria-label="核对结果">
          <h2>{found.title}</h2>
          <Space wrap size={[24, 4]}>
            <span>
              系统 <Figure value={found.system} kind="plain" />
            </span>
            <span>
              名单 <Figure value={found.list} kind="plain" />
            </span>
            {found.counts.map((count) => (
              <Status
                key={count.agreement}
                tone={TONES[count.agreement] ?? 'info'}
                text={`${count.agreement_text} ${count.cases}`}
              />
            ))}
          </Space>
          <DataTable<ReconciledCase>
            label="不一致的病例"
            rows={found.cases}
            columns={COLUMNS}
            rowKey={(row) => `${row.agreement}/${row.key}/${row.record_key ?? ''}`}
            exportName={`核对 ${found.title} ${period}`}
            onOpen={(row) => row.record_key && navigate(`/records/${encodeURIComponent(row.record_key)}`)}
            empty={<Empty title="两边一致" hint="名单和系统中的病例完全相同" />}
          />
        </section>
      )}
    </Page>
  );
}
