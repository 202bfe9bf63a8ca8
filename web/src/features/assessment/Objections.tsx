import { Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { post, upload } from '../../api/client';
import { useMay } from '../../app/me';
import type { Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Status, type Tone } from '../../ui/Status';
import { ChooseFiles, Proofs } from './Evidence';
import { ReviewTable, StepDialog } from './Review';
import { type Subject, SubjectFields } from './SubjectFields';
import type { ObjectionBody, ReplyBody, RunBody } from './wire';
import { whyClosed } from './words';

const TONES: Record<string, Tone> = { open: 'warn', upheld: 'good', rejected: 'neutral' };

/** Objections of institutions, and the replies; those of one, if it is given. */
export function Objections(props: { found: RunBody; path: string; organisation?: string }) {
  const { found, path, organisation } = props;
  const whyNot = useWhyNoObjection(found, organisation);
  const about = organisation ? { about: { organisation } } : {};
  const columns: Column<ObjectionBody>[] = [
    {
      key: 'about',
      title: '对什么',
      width: 140,
      value: (row) => [phaseOf(found, row.phase), row.item].filter(Boolean).join(' ') || '总分',
    },
    { key: 'claim', title: '异议内容' },
    {
      key: 'evidence',
      title: '佐证',
      width: 140,
      value: (row) => row.evidence.map((file) => file.name).join('、') || null,
      render: (row) => <Proofs files={row.evidence} path={`${path}/objections/${row.number}/evidence`} />,
    },
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
  ];
  return (
    <ReviewTable
      found={found}
      rows={found.objections}
      organisation={organisation}
      label="异议"
      columns={columns}
      empty={<Empty title="还没有异议" hint="被考核机构对得分有异议，在发布前提出，写明对哪个项目、为什么。" />}
      begin={{
        verb: '提出异议',
        whyNot,
        form: (open, close) => <NewObjection open={open} found={found} path={path} {...about} onClose={close} />,
      }}
      settle={{
        verb: '答复',
        waits: (row) => row.state === 'open',
        broughtBy: (row) => row.actor,
        form: (number, close) => <Reply number={number} found={found} path={path} onClose={close} />,
      }}
    />
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

/** What is typed of an objection. */
interface NewObjectionValues extends Subject {
  claim: string;
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
  const [files, setFiles] = useState<File[]>([]);
  const close = () => {
    setFiles([]);
    onClose();
  };
  const send = ({ organisation, phase, item, claim }: NewObjectionValues) => {
    const body = new FormData();
    for (const [name, text] of Object.entries({ phase, item, claim })) if (text) body.set(name, text);
    for (const file of files) body.append('file', file);
    const query = new URLSearchParams({ organisation });
    return upload<ObjectionBody>(`${path}/objections?${query}`, body);
  };
  return (
    <StepDialog<NewObjectionValues>
      open={open}
      title="提出异议"
      verb="提出"
      done="异议已提出，等待答复"
      initial={{ organisation: first, ...about }}
      send={send}
      onClose={close}
    >
      <SubjectFields found={found} />
      <Form.Item
        name="claim"
        label="异议内容和理由"
        rules={[{ required: true, whitespace: true, message: '请写明对什么有异议、为什么' }]}
      >
        <Input.TextArea rows={4} maxLength={2000} />
      </Form.Item>
      <Form.Item label="佐证材料">
        <ChooseFiles files={files} most={10} onChange={setFiles} />
      </Form.Item>
    </StepDialog>
  );
}

function Reply(props: { number: number | null; found: RunBody; path: string; onClose: () => void }) {
  const { number, found, path, onClose } = props;
  const objection = found.objections.find((one) => one.number === number);
  const settled = objection !== undefined && objection.state !== 'open';
  return (
    <StepDialog<ReplyBody>
      open={number !== null}
      title={`答复第 ${number ?? ''} 号异议`}
      verb="答复"
      done="已答复"
      initial={{ uphold: true }}
      send={(values) => post(`${path}/objections/${number ?? 0}/reply`, values)}
      onClose={onClose}
      above={
        <p>
          {objection?.organisation_name}：{objection?.claim}
        </p>
      }
      settled={
        settled
          ? {
              title: '另一人已经答复',
              description: `${objection.replied_by} ${objection.replied_at} 已答复为“${objection.state_text}”：${objection.reply}`,
            }
          : undefined
      }
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
    </StepDialog>
  );
}
