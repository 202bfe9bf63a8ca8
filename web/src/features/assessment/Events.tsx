import { Alert, Button, DatePicker, Form, Input, Modal, Radio, Select, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { post, upload } from '../../api/client';
import { useMe } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Figure } from '../../ui/Figure';
import { Status, type Tone } from '../../ui/Status';
import { ChooseFiles, Proofs } from './Evidence';
import { useStep } from './useStep';
import type { EventBody, EventVerdictBody, EventWithdrawalBody, InputEventKind, InputsBody } from './wire';

const TONES: Record<string, Tone> = { reported: 'warn', approved: 'good', refused: 'neutral', withdrawn: 'neutral' };
const EFFECTS: Record<string, string> = { bonus: '加分', deduction: '扣分', veto: '一票否决' };
const keyOf = (event: EventBody) => `${event.organisation}/${event.number}`;

type Opened = { what: 'report' } | { what: 'correct' | 'judge' | 'withdraw'; key: string; version: number };

/** Bonuses, deductions and vetoes: reported with evidence, judged by another person. */
export function Events({ inputs, path }: { inputs: InputsBody; path: string }) {
  const me = useMe();
  const [opened, setOpened] = useState<Opened | null>(null);
  const mayReport = inputs.institutions.some((one) => one.may_report);
  const nameOf = (code: string) => inputs.institutions.find((one) => one.organisation === code)?.name ?? code;
  const rows = inputs.events.filter((one) => inputs.institutions.some((own) => own.organisation === one.organisation));
  const chosen =
    opened && opened.what !== 'report' ? inputs.events.find((one) => keyOf(one) === opened.key) : undefined;
  const open = (what: 'correct' | 'judge' | 'withdraw', row: EventBody) =>
    setOpened({ what, key: keyOf(row), version: row.version });
  const columns: Column<EventBody>[] = [
    { key: 'organisation', title: '机构', width: 180, sortable: true, value: (row) => nameOf(row.organisation) },
    { key: 'number', title: '编号', align: 'right', width: 60 },
    {
      key: 'rule',
      title: '事项',
      width: 190,
      sortable: true,
      value: (row) => [EFFECTS[row.effect], row.rule_title, row.level_title].filter(Boolean).join(' · '),
    },
    { key: 'title', title: '事由' },
    { key: 'date', title: '日期', width: 100, sortable: true },
    {
      key: 'proof',
      title: '文号或原文',
      width: 160,
      value: (row) => [row.issuer, row.document_number, row.wording].filter(Boolean).join(' '),
      render: (row) => (
        <>
          {[row.issuer, row.document_number, row.wording].filter(Boolean).join(' ') || '—'}
          <Proofs
            files={row.file ? [row.file] : []}
            path={`${path}/evidence/${encodeURIComponent(row.organisation)}`}
            query={{ period: inputs.period }}
          />
          {row.lacks && <Status tone="warn" text={`缺${row.lacks}，不计`} />}
        </>
      ),
    },
    {
      key: 'points',
      title: '分值',
      align: 'right',
      width: 80,
      value: (row) => row.points,
      render: (row) => (row.effect === 'veto' ? '否决' : row.points === null ? '未定' : <Figure value={row.points} />),
    },
    {
      key: 'state',
      title: '状态',
      width: 110,
      sortable: true,
      value: (row) => row.state_text,
      render: (row) => <Status tone={TONES[row.state] ?? 'neutral'} text={row.state_text} />,
    },
    {
      key: 'actor',
      title: '经办',
      width: 150,
      value: (row) => {
        const judged = row.actor === row.reporter ? '' : `，${row.actor} ${row.at} 审核`;
        return `${row.reporter} 报告${judged}${row.note ? `：${row.note}` : ''}`;
      },
    },
    {
      key: 'act',
      title: '办理',
      width: 170,
      value: () => null,
      render: (row) => {
        const mayJudge = inputs.institutions.some((one) => one.organisation === row.organisation && one.may_judge);
        const own = row.reporter === me.name;
        return (
          <Space wrap>
            {mayJudge && row.state !== 'withdrawn' && (
              <Button
                size="small"
                disabled={own}
                title={own ? '您是报告人，须由另一人审核' : undefined}
                onClick={() => open('judge', row)}
              >
                {row.state === 'reported' ? '审核' : '重新审核'}
              </Button>
            )}
            {own && (row.state === 'reported' || row.state === 'refused') && (
              <Button size="small" onClick={() => open('correct', row)}>
                改正
              </Button>
            )}
            {own && row.state === 'reported' && (
              <Button size="small" onClick={() => open('withdraw', row)}>
                撤回
              </Button>
            )}
          </Space>
        );
      },
    },
  ];
  return (
    <>
      <DataTable
        rows={rows}
        columns={columns}
        rowKey={keyOf}
        label="加扣分和否决事项"
        exportName="加扣分和否决事项"
        toolbar={
          <Button
            disabled={!mayReport}
            title={mayReport ? undefined : '您没有报告事项的权限'}
            onClick={() => setOpened({ what: 'report' })}
          >
            报告事项
          </Button>
        }
        empty={
          <Empty title="没有事项" hint="表彰、批评和否决事项由机构或考核单位报告，附文号和佐证，另一人审核后计分。" />
        }
      />
      {opened && (opened.what === 'report' || opened.what === 'correct') && (
        <Report
          inputs={inputs}
          path={path}
          event={chosen}
          version={opened.what === 'correct' ? opened.version : 0}
          onClose={() => setOpened(null)}
        />
      )}
      {chosen && opened && (opened.what === 'judge' || opened.what === 'withdraw') && (
        <Judge
          event={chosen}
          what={opened.what}
          version={opened.version}
          name={nameOf(chosen.organisation)}
          path={path}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

/** What others did meanwhile, and the way to go on with it. */
function Overtaken(props: { event: EventBody; conflict: string; onGoOn: () => void }) {
  const { event, conflict, onGoOn } = props;
  return (
    <Alert
      type="warning"
      showIcon
      title={conflict || '您打开之后，另一人改动过这件事项'}
      description={`现在是“${event.state_text}”，${event.actor} ${event.at}：${event.note || event.title}`}
      action={
        <Button size="small" onClick={onGoOn}>
          看过了，继续
        </Button>
      }
    />
  );
}

interface ReportValues {
  organisation: string;
  rule: string;
  level?: string;
  date: Dayjs;
  title: string;
  issuer?: string;
  document_number?: string;
  wording?: string;
  matter?: string;
}

function levelLabel(level: InputEventKind['levels'][number]): string {
  return `${level.title}（${level.points === null ? '分值未定，不计分' : `${level.points} 分`}）`;
}

function Report(props: {
  inputs: InputsBody;
  path: string;
  /** The one that is corrected; a new one without it. */
  event: EventBody | undefined;
  version: number;
  onClose: () => void;
}) {
  const { inputs, path, event, version, onClose } = props;
  const [form] = Form.useForm<ReportValues>();
  const rule = Form.useWatch('rule', form) as string | undefined;
  const kind = inputs.kinds.find((one) => one.id === rule);
  const needs = (proof: string) => kind?.proof.includes(proof) ?? false;
  const { attempt, busy, conflict } = useStep();
  const [seen, setSeen] = useState(version);
  const [files, setFiles] = useState<File[]>([]);
  const overtaken = event !== undefined && event.version !== seen;
  const groups = Object.entries(EFFECTS).map(([effect, label]) => ({
    label,
    options: inputs.kinds.filter((one) => one.effect === effect).map((one) => ({ value: one.id, label: one.title })),
  }));
  const finish = async ({ organisation, date, ...texts }: ReportValues) => {
    const body = new FormData();
    for (const [name, text] of Object.entries(texts)) if (text) body.set(name, text);
    body.set('date', date.format('YYYY-MM-DD'));
    if (event) {
      body.set('number', String(event.number));
      body.set('version', String(seen));
    }
    for (const file of files) body.append('file', file);
    const where = `${path}/events?${new URLSearchParams({ organisation })}`;
    if (await attempt(() => upload<EventBody>(where, body), '已报告，等待另一人审核')) onClose();
  };
  const proofNeeded = needs('file') && files.length === 0 && !event?.file;
  return (
    <Modal
      open
      title={event ? `改正第 ${event.number} 号事项` : '报告加分、扣分或否决事项'}
      okText={event ? '改正' : '报告'}
      cancelText="取消"
      width={640}
      confirmLoading={busy}
      okButtonProps={{ disabled: overtaken }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {event && overtaken && <Overtaken event={event} conflict={conflict} onGoOn={() => setSeen(event.version)} />}
      {conflict && !overtaken && <Alert type="warning" showIcon title={conflict} />}
      <Form<ReportValues>
        form={form}
        layout="vertical"
        initialValues={event ? { ...event, date: dayjs(event.date) } : {}}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="organisation" label="机构" rules={[{ required: true, message: '请选择机构' }]}>
          <Select
            showSearch
            optionFilterProp="label"
            disabled={event !== undefined}
            options={inputs.institutions
              .filter((one) => one.may_report)
              .map((one) => ({ value: one.organisation, label: one.name }))}
          />
        </Form.Item>
        <Form.Item
          name="rule"
          label="事项"
          rules={[{ required: true, message: '请选择事项' }]}
          extra={kind && [kind.clause, kind.proof_text && `须有${kind.proof_text}`].filter(Boolean).join('；')}
        >
          <Select options={groups} onChange={() => form.setFieldsValue({ level: '' })} />
        </Form.Item>
        {kind && kind.levels.length > 0 && (
          <Form.Item name="level" label="层级" rules={[{ required: true, message: '请选择层级' }]}>
            <Select options={kind.levels.map((one) => ({ value: one.id, label: levelLabel(one) }))} />
          </Form.Item>
        )}
        <Form.Item name="title" label="事由" rules={[{ required: true, whitespace: true, message: '请写明事由' }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="date" label="发生日期" rules={[{ required: true, message: '请选择发生日期' }]}>
          <DatePicker disabledDate={(day) => day.isAfter(dayjs())} />
        </Form.Item>
        <Form.Item name="issuer" label="发文单位">
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item
          name="document_number"
          label="正式文号"
          rules={[{ required: needs('document_number'), whitespace: true, message: '没有正式文号的不计分' }]}
        >
          <Input maxLength={120} />
        </Form.Item>
        {needs('wording') && (
          <Form.Item
            name="wording"
            label="批示原文"
            rules={[{ required: true, whitespace: true, message: '没有批示原文的不计分' }]}
          >
            <Input.TextArea rows={2} maxLength={2000} />
          </Form.Item>
        )}
        <Form.Item name="matter" label="同一事项的名称（同一事项受几个层级表彰时写成一样）">
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item
          label={event?.file ? `佐证材料（现有 ${event.file.name}，另选则替代）` : '佐证材料'}
          extra={proofNeeded ? '没有佐证文件的不计分' : undefined}
        >
          <ChooseFiles files={files} most={1} onChange={setFiles} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Judge(props: {
  event: EventBody;
  what: 'judge' | 'withdraw';
  version: number;
  name: string;
  path: string;
  onClose: () => void;
}) {
  const { event, what, version, name, path, onClose } = props;
  const [form] = Form.useForm<{ approve: boolean; words: string }>();
  const { attempt, busy, conflict } = useStep();
  const [seen, setSeen] = useState(version);
  const overtaken = event.version !== seen;
  const withdraws = what === 'withdraw';
  const base = `${path}/events/${encodeURIComponent(event.organisation)}/${event.number}`;
  const finish = async ({ approve, words }: { approve: boolean; words: string }) => {
    const decision: EventVerdictBody = { version: seen, approve, words };
    const withdrawal: EventWithdrawalBody = { version: seen, words };
    const work = () => (withdraws ? post(`${base}/withdrawal`, withdrawal) : post(`${base}/decision`, decision));
    if (await attempt(work, withdraws ? '已撤回' : '已审核，计入以后冻结的考核')) onClose();
  };
  return (
    <Modal
      open
      title={`${withdraws ? '撤回' : '审核'}${name}第 ${event.number} 号事项`}
      okText={withdraws ? '撤回' : '决定'}
      cancelText="取消"
      confirmLoading={busy}
      okButtonProps={{ disabled: overtaken }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>
        {EFFECTS[event.effect]} {event.rule_title} {event.level_title}，{event.date}：{event.title}。{event.issuer}{' '}
        {event.document_number} {event.wording}
      </p>
      {event.lacks && <Alert type="warning" showIcon title={`缺${event.lacks}：认定了也不计分`} />}
      {overtaken && <Overtaken event={event} conflict={conflict} onGoOn={() => setSeen(event.version)} />}
      {conflict && !overtaken && <Alert type="warning" showIcon title={conflict} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ approve: event.state !== 'approved' }}
        onFinish={(values: { approve: boolean; words: string }) => void finish(values)}
      >
        {!withdraws && (
          <Form.Item name="approve" label="决定">
            <Radio.Group>
              <Radio value={true} disabled={event.state === 'approved'}>
                认定
              </Radio>
              <Radio value={false} disabled={event.state === 'refused'}>
                不予认定
              </Radio>
            </Radio.Group>
          </Form.Item>
        )}
        <Form.Item name="words" label="理由" rules={[{ required: true, whitespace: true, message: '请写明理由' }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
