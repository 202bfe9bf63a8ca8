import { Alert, AutoComplete, Button, Checkbox, Form, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { upload } from '../../api/client';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { ChooseFiles, Proofs } from './Evidence';
import { useStep } from './useStep';
import type { EntryBody } from './wire';
import type { Slot } from './words';

interface Props {
  slots: readonly Slot[];
  path: string;
  period: string;
  label: string;
}

/** What may be entered, institution by institution, with what was. */
export function Entries({ slots, path, period, label }: Props) {
  const [opened, setOpened] = useState<{ key: string; version: number; withdraw: boolean } | null>(null);
  const slot = slots.find((one) => one.key === opened?.key);
  const open = (row: Slot, withdraw: boolean) =>
    setOpened({ key: row.key, version: row.entry?.version ?? 0, withdraw });
  const columns: Column<Slot>[] = [
    { key: 'institution', title: '机构', width: 200, sortable: true },
    { key: 'title', title: '录入什么', width: 200, sortable: true },
    {
      key: 'value',
      title: '值',
      align: 'right',
      width: 100,
      sortable: true,
      value: (row) => row.entry?.value ?? null,
      render: (row) => {
        const { entry } = row;
        if (!entry) return '—';
        return entry.value === '' ? '已撤销' : `${entry.value}${row.unit}`;
      },
    },
    { key: 'rule', title: '规则' },
    { key: 'note', title: '依据和理由', value: (row) => row.entry?.note ?? null },
    {
      key: 'evidence',
      title: '佐证',
      width: 140,
      value: (row) => row.entry?.evidence.map((file) => file.name).join('、') ?? null,
      render: (row) => (
        <Proofs
          files={row.entry?.evidence ?? []}
          path={`${path}/evidence/${encodeURIComponent(row.organisation)}`}
          query={{ period }}
        />
      ),
    },
    {
      key: 'actor',
      title: '录入',
      width: 130,
      value: (row) => (row.entry ? `${row.entry.actor} ${row.entry.at}` : null),
    },
    {
      key: 'act',
      title: '办理',
      width: 130,
      value: () => null,
      render: (row) => {
        const title = row.mayEnter ? undefined : '由考核单位录入，被考核机构不能录入自己的得分';
        return (
          <Space>
            <Button size="small" disabled={!row.mayEnter} title={title} onClick={() => open(row, false)}>
              {row.entry?.value ? '改正' : '录入'}
            </Button>
            {row.entry?.value && (
              <Button size="small" disabled={!row.mayEnter} title={title} onClick={() => open(row, true)}>
                撤销
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
        rows={slots}
        columns={columns}
        rowKey="key"
        label={label}
        exportName={label}
        empty={<Empty title="没有要录入的" hint="这个方案的这一部分由数据算出，或者没有符合的机构。" />}
      />
      {slot && opened && (
        <Enter
          key={`${opened.key}/${opened.withdraw}`}
          slot={slot}
          version={opened.version}
          withdraw={opened.withdraw}
          path={path}
          period={period}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

interface EnterProps {
  slot: Slot;
  /** The version that was there when the form was opened. */
  version: number;
  withdraw: boolean;
  path: string;
  period: string;
  onClose: () => void;
}

function Enter({ slot, version, withdraw, path, period, onClose }: EnterProps) {
  const [form] = Form.useForm<{ value?: string; note: string }>();
  const { attempt, busy, conflict } = useStep();
  const [seen, setSeen] = useState(version);
  const [files, setFiles] = useState<File[]>([]);
  const before = slot.entry?.evidence ?? [];
  const [kept, setKept] = useState<string[]>(before.map((file) => file.sha256));
  const newest = slot.entry?.version ?? 0;
  const overtaken = newest !== seen;
  const number = slot.kind !== 'attribute';
  const send = async ({ value, note }: { value?: string; note: string }) => {
    const body = new FormData();
    const fields = { kind: slot.kind, phase: slot.phase, name: slot.name, version: String(seen), note };
    for (const [name, text] of Object.entries(fields)) body.set(name, text);
    body.set('value', withdraw ? '' : (value ?? '').trim());
    for (const hash of kept) body.append('keep', hash);
    for (const file of files) body.append('file', file);
    const query = new URLSearchParams({ organisation: slot.organisation, period });
    if (await attempt(() => upload<EntryBody>(`${path}/entries?${query}`, body), withdraw ? '已撤销' : '已录入'))
      onClose();
  };
  const within = (_: unknown, value: string | undefined) => {
    const text = (value ?? '').trim();
    if (!number || text === '') return Promise.resolve();
    if (!/^-?\d+(\.\d+)?$/.test(text)) return Promise.reject(new Error('请填写一个数'));
    const beyond = slot.most !== '' && (Number(text) < 0 || Number(text) > Number(slot.most));
    return beyond ? Promise.reject(new Error(`应在 0 到 ${slot.most} 之间`)) : Promise.resolve();
  };
  return (
    <Modal
      open
      title={`${withdraw ? '撤销' : '录入'} ${slot.institution} ${slot.title}`}
      okText={withdraw ? '撤销这个值' : '保存'}
      cancelText={overtaken ? '保留现在的' : '取消'}
      confirmLoading={busy}
      okButtonProps={{ disabled: overtaken }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="bc-quiet">{slot.rule}</p>
      {overtaken && (
        <Alert
          type="warning"
          showIcon
          title={conflict || '您打开之后，另一人改过这个值'}
          description={
            slot.entry &&
            `${slot.entry.actor} ${slot.entry.at} ${slot.entry.value === '' ? '已撤销' : `改为 ${slot.entry.value}${slot.unit}`}：${slot.entry.note}`
          }
          action={
            <Button size="small" onClick={() => setSeen(newest)}>
              仍按我的
            </Button>
          }
        />
      )}
      {conflict && !overtaken && <Alert type="warning" showIcon title={conflict} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ value: slot.entry?.value ?? '', note: '' }}
        onFinish={(values) => void send(values)}
      >
        {withdraw ? (
          <p>
            现在是 {slot.entry?.value}
            {slot.unit}。撤销后按没有录入处理，以后可以再录入。
          </p>
        ) : (
          <Form.Item
            name="value"
            label={slot.unit ? `值（${slot.unit}）` : '等次'}
            rules={[{ required: true, whitespace: true, message: '请填写值' }, { validator: within }]}
          >
            {number ? (
              <Input maxLength={20} inputMode="decimal" />
            ) : (
              <AutoComplete options={slot.accepts.map((word) => ({ value: word }))} maxLength={20} />
            )}
          </Form.Item>
        )}
        <Form.Item
          name="note"
          label="依据和理由"
          rules={[{ required: true, whitespace: true, message: '请写明依据或理由' }]}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        {before.length > 0 && (
          <Form.Item label="原有的佐证材料（去掉的不再附上）">
            <Checkbox.Group
              value={kept}
              onChange={setKept}
              options={before.map((file) => ({ value: file.sha256, label: file.name }))}
            />
          </Form.Item>
        )}
        <Form.Item label="佐证材料">
          <ChooseFiles files={files} most={10} onChange={setFiles} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
