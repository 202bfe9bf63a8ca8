import { DownloadOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, App, Button, Descriptions, Dropdown, Input, Modal, Select, Space } from 'antd';
import { useEffect, useState } from 'react';
import { asProblem, download, get, post, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { DayPicker } from '../../ui/DayPicker';
import { Detail } from '../../ui/Detail';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { useStep } from './step';
import type { AuditCheck, AuditRow, AuditWords, Page as Rows } from './wire';
import { time } from './words';
import './admin.css';

const CHANGED: string[] = [];

const COLUMNS: Column<AuditRow>[] = [
  { key: 'number', title: '序号', width: 68, align: 'right' },
  { key: 'at', title: '时间', width: 160, value: (row) => time(row.at) },
  { key: 'actor', title: '操作人', width: 96 },
  { key: 'origin', title: '来源', width: 92 },
  { key: 'action_text', title: '操作', width: 108 },
  { key: 'resource_text', title: '对象类别', width: 92 },
  { key: 'subject', title: '对象', width: 136 },
  {
    key: 'outcome',
    title: '结果',
    width: 82,
    value: (row) => row.outcome_text,
    render: (row) => <Status tone={row.outcome === 'done' ? 'good' : 'bad'} text={row.outcome_text} />,
  },
  { key: 'change', title: '变化', value: (row) => (row.before ? `${row.before} → ${row.after}` : row.after) },
  { key: 'reason', title: '理由', width: 110 },
];

/** 审计: the trail searched, taken out, verified. */
export default function Audit() {
  const [text, setText] = useUrlState<string>('text', '');
  const [actor, setActor] = useUrlState<string>('actor', '');
  const [action, setAction] = useUrlState<string>('action', '');
  const [resource, setResource] = useUrlState<string>('resource', '');
  const [outcome, setOutcome] = useUrlState<string>('outcome', '');
  const [from, setFrom] = useUrlState<string>('from', '');
  const [until, setUntil] = useUrlState<string>('until', '');
  const query = { text, actor, action, resource, outcome, from, until };
  const asked = JSON.stringify(query);
  const words = useGet<AuditWords>('/audit/words');
  const first = useGet<Rows<AuditRow>>(
    '/audit',
    { ...query, limit: 200 },
    { staleTime: 0, placeholderData: (before) => before },
  );
  const [more, setMore] = useState<{ asked: string; items: AuditRow[]; next: string | null } | null>(null);
  const [open, setOpen] = useState<AuditRow | null>(null);
  const [verifying, setVerifying] = useState(false);
  const mayExport = useMay('export', 'audit');
  const { message } = App.useApp();
  const { busy, run } = useStep(CHANGED);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins from its first page
  useEffect(() => setMore(null), [asked, first.dataUpdatedAt]);
  const further = more?.asked === asked ? more : null;
  const rows = [...(first.data?.items ?? []), ...(further?.items ?? [])];
  const next = further ? further.next : (first.data?.next ?? null);
  const go = async () => {
    const page = await run(() => get<Rows<AuditRow>>('/audit', { ...query, limit: 200, cursor: next }));
    if (page) setMore({ asked, items: [...(further?.items ?? []), ...page.items], next: page.next });
  };
  const save = (format: string) =>
    void download('/audit/export', { ...query, format }).catch((error: unknown) =>
      message.error(asProblem(error).message),
    );
  const all = (title: string, list: { code: string; text: string }[] | undefined) => [
    { value: '', label: title },
    ...(list ?? []).map((one) => ({ value: one.code, label: one.text })),
  ];
  return (
    <Page
      title="审计"
      crumbs={[{ title: '管理' }]}
      actions={
        <Space wrap>
          <Dropdown
            disabled={!mayExport}
            trigger={['click']}
            menu={{
              items: [
                { key: 'xlsx', label: 'Excel 工作簿（XLSX）' },
                { key: 'csv', label: '文本表格（CSV）' },
              ],
              onClick: ({ key }) => save(key),
            }}
          >
            <Button icon={<DownloadOutlined />} disabled={!mayExport} title={mayExport ? undefined : '由审计员导出'}>
              导出日志
            </Button>
          </Dropdown>
          <Button
            type="primary"
            icon={<SafetyCertificateOutlined />}
            disabled={!mayExport}
            title={mayExport ? undefined : '由审计员核验'}
            onClick={() => setVerifying(true)}
          >
            核验
          </Button>
        </Space>
      }
      filters={
        <>
          <Input.Search
            aria-label="查找文字"
            placeholder="对象、变化、理由中的文字"
            allowClear
            defaultValue={text}
            onSearch={setText}
            style={{ width: 220 }}
          />
          <Input.Search
            aria-label="操作人"
            placeholder="操作人"
            allowClear
            defaultValue={actor}
            onSearch={setActor}
            style={{ width: 140 }}
          />
          <Select
            aria-label="操作"
            value={action}
            onChange={setAction}
            style={{ width: 150 }}
            showSearch={{ optionFilterProp: 'label' }}
            options={all('全部操作', words.data?.actions)}
          />
          <Select
            aria-label="对象类别"
            value={resource}
            onChange={setResource}
            style={{ width: 140 }}
            options={all('全部对象', words.data?.resources)}
          />
          <Select
            aria-label="结果"
            value={outcome}
            onChange={setOutcome}
            style={{ width: 110 }}
            options={[
              { value: '', label: '全部结果' },
              { value: 'done', label: '完成' },
              { value: 'refused', label: '拒绝' },
            ]}
          />
          <DayPicker label="起始日" placeholder="起始日" value={from} onChange={setFrom} />
          <DayPicker label="截止日" placeholder="截止日" value={until} onChange={setUntil} />
        </>
      }
    >
      <DataTable
        label="审计日志"
        fixed
        rows={rows}
        columns={COLUMNS}
        rowKey={(row) => String(row.number)}
        loading={first.isFetching}
        failure={first.error}
        retry={() => void first.refetch()}
        onOpen={setOpen}
        selectedKey={open ? String(open.number) : null}
        toolbar={`已列出 ${rows.length} 条，最新的在前`}
        empty={<Empty title="没有符合条件的记录" hint="放宽条件，或换一段日期。" />}
      />
      {next && (
        <Button loading={busy} onClick={() => void go()} style={{ marginTop: 8 }}>
          更早的
        </Button>
      )}
      <Detail open={open !== null} title={open ? `第 ${open.number} 条` : ''} onClose={() => setOpen(null)}>
        {open && (
          <Descriptions
            column={1}
            size="small"
            items={[
              ['时间', time(open.at)],
              ['操作人', open.actor || '—'],
              ['来源', open.origin],
              ['操作', open.action_text],
              ['对象类别', open.resource_text],
              ['对象', open.subject],
              ['机构', open.organisation || '—'],
              ['结果', open.outcome_text],
              ['之前', open.before || '—'],
              ['之后', open.after || '—'],
              ['理由', open.reason || '—'],
              ['哈希', open.hash],
            ].map(([label, value]) => ({
              key: label,
              label,
              children: <span className="bc-admin-hash">{value}</span>,
            }))}
          />
        )}
      </Detail>
      {verifying && <Verifier onClose={() => setVerifying(false)} />}
    </Page>
  );
}

/** Verifies the trail and says in words what was found. */
function Verifier({ onClose }: { onClose: () => void }) {
  const [noted, setNoted] = useState('');
  const [found, setFound] = useState<AuditCheck | null>(null);
  const { busy, run } = useStep(CHANGED);
  const verify = async () => {
    const answer = await run(() => post<AuditCheck>('/audit/verify', noted.trim() ? { noted: noted.trim() } : {}));
    if (answer) setFound(answer);
  };
  return (
    <Modal
      open
      title="核验审计日志"
      okText={found ? '再核验一次' : '开始核验'}
      cancelText="关闭"
      confirmLoading={busy}
      onOk={() => void verify()}
      onCancel={onClose}
      width={640}
    >
      <p className="bc-quiet">逐条核对哈希链和封签。可填写以前抄存的末尾，证明此前的日志没有被整体重写。</p>
      <Input
        aria-label="以前抄存的末尾"
        placeholder="序号:哈希（可不填）"
        value={noted}
        onChange={(event) => setNoted(event.target.value)}
      />
      {found && (
        <Alert
          style={{ marginTop: 12 }}
          showIcon
          type={found.whole ? 'success' : 'error'}
          title={found.says}
          description={
            found.faults.length > 0 ? (
              <ul>
                {found.faults.map((fault) => (
                  <li key={fault}>{fault}</li>
                ))}
              </ul>
            ) : (
              <>
                <p>末尾，请抄存在别处：</p>
                <p className="bc-admin-hash">{found.end}</p>
                <p>{found.sealed_from ? `第 ${found.sealed_from} 条起有工作区密钥的封签` : '还没有带封签的记录'}</p>
              </>
            )
          }
        />
      )}
    </Modal>
  );
}
