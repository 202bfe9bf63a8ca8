import { Alert, Button, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { post } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status, type Tone } from '../../ui/Status';
import { type Subject, SubjectFields } from './SubjectFields';
import { useStep } from './useStep';
import type { NewObjectionBody, ObjectionBody, ReplyBody, RunBody } from './wire';
import { whyClosed } from './words';

const TONES: Record<string, Tone> = { open: 'warn', upheld: 'good', rejected: 'neutral' };

/** Objections of institutions, and the replies; those of one, if it is given. */
export function Objections(props: { found: RunBody; path: string; organisation?: string }) {
  const { found, path, organisation } = props;
  const me = useMe();
  const mayReply = useMay('approve', 'assessment') && found.is_whole;
  const whyNot = useWhyNoObjection(found, organisation);
  const [filing, setFiling] = useState(false);
  const [replying, setReplying] = useState<number | null>(null);
  const closed = whyClosed(found.run);
  const rows = found.objections.filter((one) => !organisation || one.organisation === organisation);
  const columns: Column<ObjectionBody>[] = [
    { key: 'number', title: '编号', align: 'right', width: 60 },
    { key: 'organisation_name', title: '机构', width: 180, sortable: true },
    {
      key: 'about',
      title: '对什么',
      width: 140,
      value: (row) => [phaseOf(found, row.phase), row.item].filter(Boolean).join(' ') || '总分',
    },
    { key: 'claim', title: '异议内容' },
    {
      key: 'state',
      title: '状态',
      width: 96,
      sortable: true,
      value: (row) => row.state_text,
      render: (row) => <Status tone={TONES[row.state] ?? 'neutral'} text={row.state_text} />,
    },
    {
      key: 'reply',
      title: '答复',
      value: (row) => (row.reply ? `${row.reply}（${row.replied_by} ${row.replied_at}）` : ''),
    },
    { key: 'actor', title: '提出人', width: 100, value: (row) => `${row.actor} ${row.at}` },
    {
      key: 'act',
      title: '办理',
      width: 80,
      value: () => null,
      render: (row) =>
        row.state === 'open' && mayReply && closed === '' ? (
          <Button
            size="small"
            disabled={row.actor === me.name}
            title={row.actor === me.name ? '您是提出人，须由另一人答复' : undefined}
            onClick={() => setReplying(row.number)}
          >
            答复
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
        label="异议"
        exportName="异议"
        toolbar={
          <Button disabled={whyNot !== ''} title={whyNot || undefined} onClick={() => setFiling(true)}>
            提出异议
          </Button>
        }
        empty={<Empty title="还没有异议" hint="被考核机构对得分有异议，在发布前提出，写明对哪个项目、为什么。" />}
      />
      <NewObjection
        open={filing}
        found={found}
        path={path}
        {...(organisation ? { about: { organisation } } : {})}
        onClose={() => setFiling(false)}
      />
      <Reply number={replying} found={found} path={path} onClose={() => setReplying(null)} />
    </>
  );
}

/** Why nobody here may object; empty when one may. */
export function useWhyNoObjection(found: RunBody | undefined, organisation?: string): string {
  const maySubmit = useMay('submit', 'assessment');
  if (!found) return '正在读取';
  const closed = whyClosed(found.run);
  if (closed) return `${closed}，不再受理异议`;
  if (!maySubmit) return '由被考核机构提出异议，您没有这项权限';
  const own = found.institutions.some((one) => one.can_open && (!organisation || one.organisation === organisation));
  return own ? '' : '这次考核里没有您管理的机构';
}

/** The title of a phase. */
export function phaseOf(found: RunBody, phase: string): string {
  return found.phases.find((one) => one.id === phase)?.title ?? phase;
}

/** The form of an objection. */
export function NewObjection(props: {
  open: boolean;
  found: RunBody;
  path: string;
  about?: Subject;
  onClose: () => void;
}) {
  const { open, found, path, about, onClose } = props;
  const first = found.institutions.find((one) => one.can_open)?.organisation ?? '';
  const [form] = Form.useForm<NewObjectionBody>();
  const { attempt, busy, conflict, forget } = useStep();
  const close = () => {
    forget();
    onClose();
  };
  const finish = async (values: NewObjectionBody) => {
    if (await attempt(() => post(`${path}/objections`, values), '异议已提出，等待答复')) close();
  };
  return (
    <Modal
      open={open}
      title="提出异议"
      okText="提出"
      cancelText="取消"
      confirmLoading={busy}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={close}
    >
      {conflict && <Alert type="warning" showIcon title={conflict} />}
      <Form<NewObjectionBody>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ organisation: first, ...about }}
        onFinish={(values) => void finish(values)}
      >
        <SubjectFields found={found} />
        <Form.Item
          name="claim"
          label="异议内容和理由"
          rules={[{ required: true, whitespace: true, message: '请写明对什么有异议、为什么' }]}
        >
          <Input.TextArea rows={4} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Reply(props: { number: number | null; found: RunBody; path: string; onClose: () => void }) {
  const { number, found, path, onClose } = props;
  const objection = found.objections.find((one) => one.number === number);
  const [form] = Form.useForm<ReplyBody>();
  const { attempt, busy, conflict, forget } = useStep();
  const close = () => {
    forget();
    onClose();
  };
  const finish = async (values: ReplyBody) => {
    if (await attempt(() => post(`${path}/objections/${number ?? 0}/reply`, values), '已答复')) close();
  };
  const settled = objection !== undefined && objection.state !== 'open';
  return (
    <Modal
      open={number !== null}
      title={`答复第 ${number ?? ''} 号异议`}
      okText="答复"
      cancelText={settled ? '关闭' : '取消'}
      confirmLoading={busy}
      okButtonProps={{ disabled: settled }}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={close}
    >
      <p>
        {objection?.organisation_name}：{objection?.claim}
      </p>
      {(conflict || settled) && (
        <Alert
          type="warning"
          showIcon
          title={conflict || '另一人已经答复'}
          description={
            settled &&
            `${objection.replied_by} ${objection.replied_at} 已答复为“${objection.state_text}”：${objection.reply}`
          }
        />
      )}
      <Form<ReplyBody>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ uphold: true }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="uphold" label="是否成立">
          <Radio.Group>
            <Radio value={true}>成立</Radio>
            <Radio value={false}>不成立</Radio>
          </Radio.Group>
        </Form.Item>
        <Form.Item name="words" label="答复" rules={[{ required: true, whitespace: true, message: '请写明答复' }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
