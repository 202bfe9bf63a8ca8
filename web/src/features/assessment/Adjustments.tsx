import { Alert, Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { post } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status, type Tone } from '../../ui/Status';
import { phaseOf } from './Objections';
import { type Subject, SubjectFields } from './SubjectFields';
import { useStep } from './useStep';
import type { AdjustmentBody, NewAdjustmentBody, RunBody, VerdictBody } from './wire';
import { whyClosed } from './words';

const TONES: Record<string, Tone> = { proposed: 'warn', approved: 'good', refused: 'neutral', replaced: 'neutral' };

/** Changes of values and points: proposed by one person, decided by another; those of one institution, if it is given. */
export function Adjustments(props: { found: RunBody; path: string; organisation?: string }) {
  const { found, path, organisation } = props;
  const me = useMe();
  const whyNot = useWhyNoAdjustment(found);
  const mayDecide = useMay('approve', 'assessment') && found.is_whole;
  const [proposing, setProposing] = useState(false);
  const [deciding, setDeciding] = useState<number | null>(null);
  const closed = whyClosed(found.run);
  const rows = found.adjustments.filter((one) => !organisation || one.organisation === organisation);
  const columns: Column<AdjustmentBody>[] = [
    { key: 'number', title: '编号', align: 'right', width: 60 },
    { key: 'organisation_name', title: '机构', width: 180, sortable: true },
    {
      key: 'about',
      title: '改什么',
      width: 200,
      value: (row) => [phaseOf(found, row.phase), row.item, row.what_text].filter(Boolean).join(' '),
    },
    { key: 'to', title: '改为', align: 'right', width: 80 },
    {
      key: 'reason',
      title: '理由',
      value: (row) => `${row.objection ? `第 ${row.objection} 号异议：` : ''}${row.reason}`,
    },
    {
      key: 'decision',
      title: '决定',
      width: 110,
      sortable: true,
      value: (row) => row.decision_text,
      render: (row) => <Status tone={TONES[row.decision] ?? 'neutral'} text={row.decision_text} />,
    },
    { key: 'proposed_by', title: '提出', width: 110, value: (row) => `${row.proposed_by} ${row.proposed_at}` },
    { key: 'decided_by', title: '决定人', width: 110, value: (row) => `${row.decided_by} ${row.decided_at}`.trim() },
    { key: 'words', title: '决定理由', width: 140 },
    {
      key: 'act',
      title: '办理',
      width: 80,
      value: () => null,
      render: (row) =>
        row.decision === 'proposed' && mayDecide && closed === '' ? (
          <Button
            size="small"
            disabled={row.proposed_by === me.name}
            title={row.proposed_by === me.name ? '您是提出人，须由另一人决定' : undefined}
            onClick={() => setDeciding(row.number)}
          >
            决定
          </Button>
        ) : (
          ''
        ),
    },
  ];
  return (
    <>
      <DataTable
        rows={rows}
        columns={columns}
        rowKey={(row) => String(row.number)}
        label="调整"
        exportName="调整"
        toolbar={
          <Button disabled={whyNot !== ''} title={whyNot || undefined} onClick={() => setProposing(true)}>
            提出调整
          </Button>
        }
        empty={<Empty title="没有调整" hint="异议成立后，由考核单位提出调整，另一人决定；同意后要重新计算。" />}
      />
      <NewAdjustment
        open={proposing}
        found={found}
        path={path}
        {...(organisation ? { about: { organisation } } : {})}
        onClose={() => setProposing(false)}
      />
      <Decide number={deciding} found={found} path={path} onClose={() => setDeciding(null)} />
    </>
  );
}

/** Why nobody here may propose a change; empty when one may. */
export function useWhyNoAdjustment(found: RunBody | undefined): string {
  const mayEnter = useMay('enter', 'assessment');
  if (!found) return '正在读取';
  const closed = whyClosed(found.run);
  if (closed) return `${closed}，不能调整`;
  return mayEnter && found.is_whole ? '' : '由考核单位提出调整：须管得到这次考核的全部机构';
}

/** The form of a change. */
export function NewAdjustment(props: {
  open: boolean;
  found: RunBody;
  path: string;
  about?: Subject;
  onClose: () => void;
}) {
  const { open, found, path, about, onClose } = props;
  const [form] = Form.useForm<NewAdjustmentBody>();
  const { attempt, busy, conflict, forget } = useStep();
  const upheld = found.objections.filter(
    (one) => one.state === 'upheld' && (!about || one.organisation === about.organisation),
  );
  const close = () => {
    forget();
    onClose();
  };
  const finish = async (values: NewAdjustmentBody) => {
    const body = { ...values, item: values.item ?? '' };
    if (await attempt(() => post(`${path}/adjustments`, body), '调整已提出，等待另一人决定')) close();
  };
  return (
    <Modal
      open={open}
      title="提出调整"
      okText="提出"
      cancelText="取消"
      confirmLoading={busy}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={close}
    >
      {conflict && <Alert type="warning" showIcon title={conflict} />}
      <Form<NewAdjustmentBody>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ what: 'points', ...about }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="objection" label="由哪件异议引起（可不选）">
          <Select
            allowClear
            options={upheld.map((one) => ({
              value: one.number,
              label: `第 ${one.number} 号 ${one.organisation_name}：${one.claim}`,
            }))}
            onChange={(number: number | undefined) => {
              const own = upheld.find((one) => one.number === number);
              if (own) form.setFieldsValue({ organisation: own.organisation, phase: own.phase, item: own.item });
            }}
          />
        </Form.Item>
        <SubjectFields found={found} all phaseRequired />
        <Form.Item name="what" label="改什么">
          <Radio.Group>
            <Radio value="points">得分</Radio>
            <Radio value="reading">指标值（重新计分，须选项目）</Radio>
          </Radio.Group>
        </Form.Item>
        <Form.Item
          name="to"
          label="改为"
          rules={[
            { required: true, message: '请填写新的数' },
            { pattern: /^\s*-?\d+(\.\d+)?\s*$/, message: '请填写一个数' },
          ]}
        >
          <Input maxLength={20} inputMode="decimal" />
        </Form.Item>
        <Form.Item name="reason" label="理由" rules={[{ required: true, whitespace: true, message: '请写明为什么' }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Decide(props: { number: number | null; found: RunBody; path: string; onClose: () => void }) {
  const { number, found, path, onClose } = props;
  const adjustment = found.adjustments.find((one) => one.number === number);
  const [form] = Form.useForm<VerdictBody>();
  const { attempt, busy, conflict, forget } = useStep();
  const held = found.adjustments.find(
    (one) =>
      one.decision === 'approved' &&
      one.number !== number &&
      one.organisation === adjustment?.organisation &&
      one.phase === adjustment.phase &&
      one.item === adjustment.item,
  );
  const close = () => {
    forget();
    onClose();
  };
  const finish = async (values: VerdictBody) => {
    const verdict = values.verdict === 'approve' && held ? 'replace' : values.verdict;
    const work = () => post(`${path}/adjustments/${number ?? 0}/decision`, { ...values, verdict });
    if (await attempt(work, '已决定；同意的调整要重新计算后生效')) close();
  };
  const settled = adjustment !== undefined && adjustment.decision !== 'proposed';
  return (
    <Modal
      open={number !== null}
      title={`决定第 ${number ?? ''} 号调整`}
      okText="决定"
      cancelText={settled ? '关闭' : '取消'}
      confirmLoading={busy}
      okButtonProps={{ disabled: settled }}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={close}
    >
      <p>
        {adjustment?.organisation_name} {phaseOf(found, adjustment?.phase ?? '')} {adjustment?.item}{' '}
        {adjustment?.what_text}改为 {adjustment?.to}：{adjustment?.reason}（{adjustment?.proposed_by} 提出）
      </p>
      {(conflict || settled) && (
        <Alert
          type="warning"
          showIcon
          title={conflict || '另一人已经决定'}
          description={
            settled &&
            `${adjustment.decided_by} ${adjustment.decided_at} 决定为“${adjustment.decision_text}”：${adjustment.words}`
          }
        />
      )}
      {held && !settled && (
        <p>
          同一项目已有第 {held.number} 号调整生效（{held.proposed_by} 提出，{held.decided_by} 同意，改为 {held.to}）。
          同意这一项须替代它。
        </p>
      )}
      <Form<VerdictBody>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ verdict: 'approve' }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="verdict" label="决定">
          <Radio.Group>
            <Radio value="approve">{held ? '同意并替代' : '同意'}</Radio>
            <Radio value="refuse">不同意</Radio>
          </Radio.Group>
        </Form.Item>
        <Form.Item name="words" label="理由" rules={[{ required: true, whitespace: true, message: '请写明理由' }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
