import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { post, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { useStep } from './step';
import type { NewPackBody, PackDetail, PackRow } from './wire';

const CHANGED = ['/packs', '/audit'];

/** How a pack stands, in a word. */
export function standingOf(pack: PackRow): { tone: 'good' | 'warn' | 'info' | 'neutral'; text: string } {
  if (pack.replaced) return { tone: 'neutral', text: '被替换' };
  if (!pack.active) return { tone: 'info', text: '只有草稿' };
  if (pack.draft) return { tone: 'info', text: '有草稿' };
  if (pack.warnings > 0) return { tone: 'warn', text: `${pack.warnings} 处疑点` };
  return { tone: 'good', text: '可用' };
}

const COLUMNS: Column<PackRow>[] = [
  { key: 'kind_text', title: '类别', width: 100, sortable: true },
  { key: 'title', title: '名称', sortable: true },
  { key: 'id', title: '标识', width: 230, sortable: true },
  { key: 'version', title: '版本', width: 90 },
  { key: 'base', title: '叠加在', width: 190, value: (pack) => pack.base ?? '' },
  { key: 'own', title: '来源', width: 100, sortable: true, value: (pack) => (pack.own ? '本单位' : '随程序发布') },
  {
    key: 'state',
    title: '状态',
    width: 170,
    value: (pack) => standingOf(pack).text,
    render: (pack) => (
      <Space>
        <Status {...standingOf(pack)} />
        {pack.in_use && <Status tone="info" text="入库检查用" />}
      </Space>
    ),
  },
];

/** 内容包: what is installed, and the own ones. */
export default function Packs() {
  const packs = useGet<PackRow[]>('/packs');
  const [kind, setKind] = useUrlState<string>('kind', '');
  const [whose, setWhose] = useUrlState<string>('whose', '');
  const [adding, setAdding] = useState(false);
  const mayChange = useMay('configure', 'content');
  const navigate = useNavigate();
  const all = packs.data ?? [];
  const kinds = [...new Map(all.map((pack) => [pack.kind_text, pack.kind_text])).keys()];
  const rows = all.filter(
    (pack) => (kind === '' || pack.kind_text === kind) && (whose === '' || pack.own === (whose === 'own')),
  );
  return (
    <Page
      title="内容包"
      crumbs={[{ title: '管理' }]}
      actions={
        <Button
          type="primary"
          icon={<PlusOutlined />}
          disabled={!mayChange}
          title={mayChange ? undefined : '由信息科维护'}
          onClick={() => setAdding(true)}
        >
          新建叠加包
        </Button>
      }
      filters={
        <>
          <Select
            aria-label="类别"
            value={kind}
            onChange={setKind}
            style={{ width: 140 }}
            options={[{ value: '', label: '全部类别' }, ...kinds.map((one) => ({ value: one, label: one }))]}
          />
          <Select
            aria-label="来源"
            value={whose}
            onChange={setWhose}
            style={{ width: 140 }}
            options={[
              { value: '', label: '全部来源' },
              { value: 'own', label: '本单位' },
              { value: 'program', label: '随程序发布' },
            ]}
          />
        </>
      }
    >
      <DataTable
        label="内容包"
        rows={rows}
        columns={COLUMNS}
        rowKey={(pack) => `${pack.own}/${pack.id}/${pack.replaced}`}
        loading={packs.isFetching}
        failure={packs.error}
        retry={() => void packs.refetch()}
        exportName="内容包"
        toolbar={`${rows.length} 个内容包`}
        onOpen={(pack) => void navigate(`/admin/packs/${encodeURIComponent(pack.id)}`)}
      />
      <NewPack
        open={adding}
        bases={all.filter((pack) => pack.can_be_base && !pack.replaced)}
        onClose={() => setAdding(false)}
        onMade={(id) => void navigate(`/admin/packs/${encodeURIComponent(id)}`)}
      />
    </Page>
  );
}

function NewPack({
  open,
  bases,
  onClose,
  onMade,
}: {
  open: boolean;
  bases: readonly PackRow[];
  onClose: () => void;
  onMade: (id: string) => void;
}) {
  const [form] = Form.useForm<NewPackBody>();
  const { busy, run } = useStep(CHANGED);
  const submit = async (body: NewPackBody) => {
    const made = await run(() => post<PackDetail>('/packs', body), '已建立草稿，还没有启用');
    if (made) onMade(made.pack.id);
  };
  return (
    <Modal
      open={open}
      title="新建叠加包"
      okText="新建草稿"
      cancelText="取消"
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="bc-quiet">只写与原包不同之处。先是草稿，检查通过并启用后才生效。</p>
      <Form form={form} layout="vertical" onFinish={(body) => void submit(body)}>
        <Form.Item name="base" label="叠加在" rules={[{ required: true, message: '请选择原包' }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={bases.map((pack) => ({ value: pack.id, label: `${pack.kind_text}：${pack.title}（${pack.id}）` }))}
          />
        </Form.Item>
        <Form.Item
          name="id"
          label="标识"
          rules={[{ required: true, message: '请填写标识' }]}
          extra="英文字母、数字、点、横线或下划线，如 own-checks；以后不能改"
        >
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item name="title" label="名称" rules={[{ required: true, message: '请填写名称' }]}>
          <Input maxLength={60} placeholder="如：本院质控规则" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
