import { Form, Input, Radio, Select } from 'antd';
import { post } from '../../api/client';
import { useMay } from '../../app/me';
import type { Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status, type Tone } from '../../ui/Status';
import { phaseOf } from './Objections';
import { ReviewTable, StepDialog } from './Review';
import { type Subject, SubjectFields } from './SubjectFields';
import type { AdjustmentBody, NewAdjustmentBody, RunBody, VerdictBody } from './wire';
import { whyClosed } from './words';

const TONES: Record<string, Tone> = { proposed: 'warn', approved: 'good', refused: 'neutral', replaced: 'neutral' };

/** Changes of values and points: proposed by one person, decided by another; those of one institution, if it is given. */
export function Adjustments(props: { found: RunBody; path: string; organisation?: string }) {
  const { found, path, organisation } = props;
  const whyNot = useWhyNoAdjustment(found);
  const about = organisation ? { about: { organisation } } : {};
  const columns: Column<AdjustmentBody>[] = [
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
  ];
  return (
    <ReviewTable
      found={found}
      rows={found.adjustments}
      organisation={organisation}
      label="调整"
      columns={columns}
      empty={<Empty title="没有调整" hint="异议成立后，由考核单位提出调整，另一人决定；同意后要重新计算。" />}
      begin={{
        verb: '提出调整',
        whyNot,
        form: (open, close) => <NewAdjustment open={open} found={found} path={path} {...about} onClose={close} />,
      }}
      settle={{
        verb: '决定',
        waits: (row) => row.decision === 'proposed',
        broughtBy: (row) => row.proposed_by,
        form: (number, close) => <Decide number={number} found={found} path={path} onClose={close} />,
      }}
    />
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
  const upheld = found.objections.filter(
    (one) => one.state === 'upheld' && (!about || one.organisation === about.organisation),
  );
  return (
    <StepDialog<NewAdjustmentBody>
      open={open}
      title="提出调整"
      verb="提出"
      done="调整已提出，等待另一人决定"
      form={form}
      initial={{ what: 'points', ...about }}
      send={(values) => post(`${path}/adjustments`, { ...values, item: values.item ?? '' })}
      onClose={onClose}
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
    </StepDialog>
  );
}

function Decide(props: { number: number | null; found: RunBody; path: string; onClose: () => void }) {
  const { number, found, path, onClose } = props;
  const adjustment = found.adjustments.find((one) => one.number === number);
  const held = found.adjustments.find(
    (one) =>
      one.decision === 'approved' &&
      one.number !== number &&
      one.organisation === adjustment?.organisation &&
      one.phase === adjustment.phase &&
      one.item === adjustment.item,
  );
  const settled = adjustment !== undefined && adjustment.decision !== 'proposed';
  const send = (values: VerdictBody) => {
    const verdict = values.verdict === 'approve' && held ? 'replace' : values.verdict;
    return post(`${path}/adjustments/${number ?? 0}/decision`, { ...values, verdict });
  };
  return (
    <StepDialog<VerdictBody>
      open={number !== null}
      title={`决定第 ${number ?? ''} 号调整`}
      verb="决定"
      done="已决定；同意的调整要重新计算后生效"
      initial={{ verdict: 'approve' }}
      send={send}
      onClose={onClose}
      above={
        <p>
          {adjustment?.organisation_name} {phaseOf(found, adjustment?.phase ?? '')} {adjustment?.item}{' '}
          {adjustment?.what_text}改为 {adjustment?.to}：{adjustment?.reason}（{adjustment?.proposed_by} 提出）
        </p>
      }
      settled={
        settled
          ? {
              title: '另一人已经决定',
              description: `${adjustment.decided_by} ${adjustment.decided_at} 决定为“${adjustment.decision_text}”：${adjustment.words}`,
            }
          : undefined
      }
    >
      {held && !settled && (
        <p>
          同一项目已有第 {held.number} 号调整生效（{held.proposed_by} 提出，{held.decided_by} 同意，改为 {held.to}）。
          同意这一项须替代它。
        </p>
      )}
      <Form.Item name="verdict" label="决定">
        <Radio.Group>
          <Radio value="approve">{held ? '同意并替代' : '同意'}</Radio>
          <Radio value="refuse">不同意</Radio>
        </Radio.Group>
      </Form.Item>
      <Form.Item name="words" label="理由" rules={[{ required: true, whitespace: true, message: '请写明理由' }]}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
    </StepDialog>
  );
}
