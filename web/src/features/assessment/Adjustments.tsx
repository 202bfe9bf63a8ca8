import { Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useSend } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status, type Tone } from '../../ui/Status';
import { useAsk } from '../plans/useAsk';
import { phaseOf } from './Objections';
import type { AdjustmentBody, NewAdjustmentBody, RunBody, VerdictBody } from './wire';

const TONES: Record<string, Tone> = { proposed: 'warn', approved: 'good', refused: 'neutral', replaced: 'neutral' };

/** Changes of values and points: proposed by one person, decided by another. */
export function Adjustments({ found, path }: { found: RunBody; path: string }) {
  const me = useMe();
  const mayPropose = useMay('enter', 'assessment') && found.is_whole;
  const mayDecide = useMay('approve', 'assessment') && found.is_whole;
  const [proposing, setProposing] = useState(false);
  const [deciding, setDeciding] = useState<AdjustmentBody | null>(null);
  const closed = found.run.state === 'published' || found.run.state === 'frozen';
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
    { key: 'proposed_by', title: '提出人', width: 90 },
    { key: 'decided_by', title: '决定人', width: 90 },
    { key: 'words', title: '决定理由', width: 140 },
    {
      key: 'act',
      title: '办理',
      width: 80,
      value: () => null,
      render: (row) =>
        row.decision === 'proposed' && mayDecide && !closed ? (
          <Button
            size="small"
            disabled={row.proposed_by === me.name}
            title={row.proposed_by === me.name ? '您是提出人，须由另一人决定' : undefined}
            onClick={() => setDeciding(row)}
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
        rows={found.adjustments}
        columns={columns}
        rowKey={(row) => String(row.number)}
        label="调整"
        exportName="调整"
        toolbar={
          <Button
            disabled={!mayPropose || closed}
            title={closed ? '考核已发布或还没有计算，不能调整' : mayPropose ? undefined : '由考核单位提出调整'}
            onClick={() => setProposing(true)}
          >
            提出调整
          </Button>
        }
        empty={<Empty title="没有调整" hint="异议成立后，由考核单位提出调整，另一人决定；同意后要重新计算。" />}
      />
      <Propose open={proposing} found={found} path={path} onClose={() => setProposing(false)} />
      <Decide adjustment={deciding} found={found} path={path} onClose={() => setDeciding(null)} />
    </>
  );
}

function Propose(props: { open: boolean; found: RunBody; path: string; onClose: () => void }) {
  const { open, found, path, onClose } = props;
  const [form] = Form.useForm<NewAdjustmentBody>();
  const { attempt, busy } = useAsk();
  const send = useSend<AdjustmentBody, NewAdjustmentBody>('post', `${path}/adjustments`, {
    invalidate: ['/assessments'],
  });
  const upheld = found.objections.filter((one) => one.state === 'upheld');
  const finish = async (values: NewAdjustmentBody) => {
    if (await attempt(() => send.mutateAsync({ ...values, item: values.item ?? '' }), '调整已提出，等待另一人决定'))
      onClose();
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
      onCancel={onClose}
    >
      <Form<NewAdjustmentBody>
        form={form}
        layout="vertical"
        initialValues={{ what: 'points' }}
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
        <Form.Item name="organisation" label="机构" rules={[{ required: true, message: '请选择机构' }]}>
          <Select
            showSearch
            optionFilterProp="label"
            options={found.institutions.map((one) => ({ value: one.organisation, label: one.name }))}
          />
        </Form.Item>
        <Form.Item name="phase" label="阶段" rules={[{ required: true, message: '请选择阶段' }]}>
          <Select options={found.phases.map((one) => ({ value: one.id, label: one.title }))} />
        </Form.Item>
        <Form.Item name="item" label="项目编号（不填则改阶段得分）">
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="what" label="改什么">
          <Radio.Group>
            <Radio value="points">得分</Radio>
            <Radio value="reading">指标值（重新计分）</Radio>
          </Radio.Group>
        </Form.Item>
        <Form.Item name="to" label="改为" rules={[{ required: true, message: '请填写新的数' }]}>
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="reason" label="理由" rules={[{ required: true, whitespace: true, message: '请写明为什么' }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Decide(props: { adjustment: AdjustmentBody | null; found: RunBody; path: string; onClose: () => void }) {
  const { adjustment, found, path, onClose } = props;
  const [form] = Form.useForm<VerdictBody>();
  const { attempt, busy } = useAsk();
  const send = useSend<AdjustmentBody, VerdictBody>('post', `${path}/adjustments/${adjustment?.number ?? 0}/decision`, {
    invalidate: ['/assessments'],
  });
  const held = found.adjustments.find(
    (one) =>
      one.decision === 'approved' &&
      one.organisation === adjustment?.organisation &&
      one.phase === adjustment.phase &&
      one.item === adjustment.item,
  );
  const finish = async (values: VerdictBody) => {
    if (await attempt(() => send.mutateAsync(values), '已决定；同意的调整要重新计算后生效')) onClose();
  };
  return (
    <Modal
      open={adjustment !== null}
      title={`决定第 ${adjustment?.number ?? ''} 号调整`}
      okText="决定"
      cancelText="取消"
      confirmLoading={busy}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>
        {adjustment?.organisation_name} {adjustment?.item || phaseOf(found, adjustment?.phase ?? '')}{' '}
        {adjustment?.what_text}改为 {adjustment?.to}：{adjustment?.reason}
      </p>
      {held && (
        <p>
          同一项目已有第 {held.number} 号调整生效（改为 {held.to}）。同意这一项须替代它。
        </p>
      )}
      <Form<VerdictBody>
        form={form}
        layout="vertical"
        initialValues={{ verdict: held ? 'replace' : 'approve' }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="verdict" label="决定">
          <Radio.Group>
            {held ? <Radio value="replace">同意并替代</Radio> : <Radio value="approve">同意</Radio>}
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
