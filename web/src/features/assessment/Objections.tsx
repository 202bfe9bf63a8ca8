import { Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useSend } from '../../api/client';
import { useMay } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status, type Tone } from '../../ui/Status';
import { useAsk } from '../plans/useAsk';
import type { NewObjectionBody, ObjectionBody, ReplyBody, RunBody } from './wire';

const TONES: Record<string, Tone> = { open: 'warn', upheld: 'good', rejected: 'neutral' };

/** Objections of institutions, and the replies. */
export function Objections({ found, path }: { found: RunBody; path: string }) {
  const maySubmit = useMay('submit', 'assessment');
  const mayReply = useMay('approve', 'assessment') && found.is_whole;
  const [filing, setFiling] = useState(false);
  const [replying, setReplying] = useState<ObjectionBody | null>(null);
  const own = found.institutions.filter((one) => one.can_open);
  const closed = found.run.state === 'published' || found.run.state === 'frozen';
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
    { key: 'reply', title: '答复', value: (row) => (row.reply ? `${row.reply}（${row.replied_by}）` : '') },
    { key: 'actor', title: '提出人', width: 100, value: (row) => `${row.actor} ${row.at}` },
    {
      key: 'act',
      title: '办理',
      width: 80,
      value: () => null,
      render: (row) =>
        row.state === 'open' && mayReply && !closed ? (
          <Button size="small" onClick={() => setReplying(row)}>
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
        rows={found.objections}
        columns={columns}
        rowKey={(row) => String(row.number)}
        label="异议"
        exportName="异议"
        toolbar={
          <Button
            disabled={!maySubmit || closed || own.length === 0}
            title={closed ? '考核已发布或还没有计算，不再受理异议' : maySubmit ? undefined : '您没有提出异议的权限'}
            onClick={() => setFiling(true)}
          >
            提出异议
          </Button>
        }
        empty={<Empty title="还没有异议" hint="被考核机构对得分有异议，在发布前提出，写明对哪个项目、为什么。" />}
      />
      <File open={filing} found={found} path={path} onClose={() => setFiling(false)} />
      <Reply objection={replying} path={path} onClose={() => setReplying(null)} />
    </>
  );
}

/** The title of a phase. */
export function phaseOf(found: RunBody, phase: string): string {
  return found.phases.find((one) => one.id === phase)?.title ?? phase;
}

function File(props: { open: boolean; found: RunBody; path: string; onClose: () => void }) {
  const { open, found, path, onClose } = props;
  const own = found.institutions.filter((one) => one.can_open);
  const [form] = Form.useForm<NewObjectionBody>();
  const { attempt, busy } = useAsk();
  const send = useSend<ObjectionBody, NewObjectionBody>('post', `${path}/objections`, { invalidate: ['/assessments'] });
  const finish = async (values: NewObjectionBody) => {
    if (await attempt(() => send.mutateAsync(values), '异议已提出，等待答复')) onClose();
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
      onCancel={onClose}
    >
      <Form<NewObjectionBody>
        form={form}
        layout="vertical"
        initialValues={{ organisation: own[0]?.organisation ?? '' }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="organisation" label="机构" rules={[{ required: true }]}>
          <Select options={own.map((one) => ({ value: one.organisation, label: one.name }))} />
        </Form.Item>
        <Form.Item name="phase" label="阶段（不选为总分）">
          <Select allowClear options={found.phases.map((one) => ({ value: one.id, label: one.title }))} />
        </Form.Item>
        <Form.Item name="item" label="项目编号（不填为整个阶段）">
          <Input maxLength={60} />
        </Form.Item>
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

function Reply({ objection, path, onClose }: { objection: ObjectionBody | null; path: string; onClose: () => void }) {
  const [form] = Form.useForm<ReplyBody>();
  const { attempt, busy } = useAsk();
  const send = useSend<ObjectionBody, ReplyBody>('post', `${path}/objections/${objection?.number ?? 0}/reply`, {
    invalidate: ['/assessments'],
  });
  const finish = async (values: ReplyBody) => {
    if (await attempt(() => send.mutateAsync(values), '已答复')) onClose();
  };
  return (
    <Modal
      open={objection !== null}
      title={`答复第 ${objection?.number ?? ''} 号异议`}
      okText="答复"
      cancelText="取消"
      confirmLoading={busy}
      destroyOnHidden
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>
        {objection?.organisation_name}：{objection?.claim}
      </p>
      <Form<ReplyBody>
        form={form}
        layout="vertical"
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
