import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { App, Button, Descriptions, Space, Tabs, Tree } from 'antd';
import { type Key, useMemo, useState } from 'react';
import { asProblem, download, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { DayPicker } from '../../ui/DayPicker';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { OrganisationImporter } from './OrganisationImporter';
import type {
  NamedUnit,
  OrganisationCard,
  OrganisationChange,
  OrganisationNode,
  OrganisationTree,
  UnitHistory,
} from './wire';
import { time, today } from './words';
import './admin.css';

interface Branch {
  key: string;
  title: string;
  children: Branch[];
}

/** Branches with the way to them as key: a hospital is in a division and in an alliance. */
export function branches(nodes: readonly OrganisationNode[], way = ''): Branch[] {
  return nodes.map((node) => {
    const key = `${way}|${node.unit}`;
    const title = node.grade ? `${node.name}　${node.grade}` : node.name;
    return { key, title, children: branches(node.below, key) };
  });
}

/** The unit that a branch stands for. */
export function unitOf(key: string): string {
  return key.slice(key.lastIndexOf('|') + 1);
}

/** How a path names a unit: institutions by their code alone. */
function pathOf(unit: string): string {
  const code = unit.startsWith('hospital:') ? unit.slice('hospital:'.length) : unit;
  return `/organisations/${encodeURIComponent(code)}`;
}

const REVISIONS: Column<OrganisationChange>[] = [
  { key: 'revision', title: '第几次', width: 80, align: 'right' },
  { key: 'at', title: '时间', width: 170, value: (one) => time(one.at) },
  { key: 'actor', title: '操作人', width: 130 },
  { key: 'added', title: '新增行', width: 90, align: 'right' },
  { key: 'removed', title: '终止或改写行', width: 110, align: 'right' },
  { key: 'note', title: '来源' },
];

/** 组织机构: tree of a day, card, history, import and export. */
export default function Organisations() {
  const [day, setDay] = useUrlState<string>('day', today());
  const [unit, setUnit] = useUrlState<string>('unit', '');
  const [opened, setOpened] = useState<Key[] | undefined>(undefined);
  const [importing, setImporting] = useState(false);
  const tree = useGet<OrganisationTree>('/organisations/tree', { day });
  const revisions = useGet<OrganisationChange[]>('/organisations/revisions');
  const mayImport = useMay('configure', 'organisation');
  const mayExport = useMay('export', 'organisation');
  const { message } = App.useApp();
  const data = useMemo(() => branches(tree.data?.roots ?? []), [tree.data]);
  const save = (path: string) => void download(path).catch((error: unknown) => message.error(asProblem(error).message));
  return (
    <Page
      title="组织机构"
      crumbs={[{ title: '管理' }]}
      filters={<DayPicker label="哪一天的结构" always value={day} onChange={setDay} />}
      actions={
        <Space wrap>
          <Button icon={<DownloadOutlined />} onClick={() => save('/organisations/template')}>
            下载模板
          </Button>
          <Button
            icon={<DownloadOutlined />}
            disabled={!mayExport}
            title={mayExport ? undefined : '您的角色不能导出组织机构'}
            onClick={() => save('/organisations/export')}
          >
            导出
          </Button>
          <Button
            type="primary"
            icon={<UploadOutlined />}
            disabled={!mayImport}
            title={mayImport ? undefined : '由信息科维护'}
            onClick={() => setImporting(true)}
          >
            导入
          </Button>
        </Space>
      }
    >
      {tree.error && <Failure problem={tree.error} retry={() => void tree.refetch()} />}
      {!tree.data && !tree.error && <Loading />}
      {tree.data && data.length === 0 && (
        <Empty title={`${day} 没有组织机构`} hint="下载模板，填好后导入；也可以换一天看。" />
      )}
      {tree.data && data.length > 0 && (
        <div className="bc-admin-split">
          <Tree
            aria-label="组织机构"
            treeData={data}
            height={560}
            expandedKeys={opened ?? data.map((one) => one.key)}
            onExpand={setOpened}
            selectedKeys={data.length > 0 && unit ? matching(data, unit) : []}
            onSelect={([key]) => key !== undefined && setUnit(unitOf(String(key)))}
          />
          {unit ? (
            <Card unit={unit} day={day} onOpen={setUnit} />
          ) : (
            <Empty title="请选择一个机构" hint="点左边的名称，这里显示它的情况和沿革。" />
          )}
        </div>
      )}
      <h2 className="bc-admin-h2">改动记录</h2>
      <DataTable
        label="改动记录"
        rows={revisions.data ?? []}
        columns={REVISIONS}
        rowKey={(one) => String(one.revision)}
        loading={revisions.isFetching}
        failure={revisions.error}
        height={260}
        empty={<Empty title="还没有改动" hint="导入组织机构后，这里记下谁在何时改了多少。" />}
      />
      {importing && <OrganisationImporter onClose={() => setImporting(false)} />}
    </Page>
  );
}

/** Keys of all branches that stand for a unit. */
function matching(nodes: readonly Branch[], unit: string): string[] {
  return nodes.flatMap((node) => [...(unitOf(node.key) === unit ? [node.key] : []), ...matching(node.children, unit)]);
}

function Card({ unit, day, onOpen }: { unit: string; day: string; onOpen: (unit: string) => void }) {
  const card = useGet<OrganisationCard>(unit.startsWith('department:') ? null : pathOf(unit), { day });
  if (unit.startsWith('department:')) return <Empty title="科室没有单独的卡片" hint="请打开它所在的医院。" />;
  if (card.error) return <Failure problem={card.error} retry={() => void card.refetch()} />;
  if (!card.data) return <Loading />;
  const data = card.data;
  const links = (units: readonly NamedUnit[]) =>
    units.map((one) => (
      <Button key={one.unit} type="link" size="small" onClick={() => onOpen(one.unit)}>
        {one.name}
      </Button>
    ));
  return (
    <section aria-label={data.name}>
      <h2 className="bc-admin-h2">{data.name}</h2>
      <p className="bc-quiet">
        {data.unit}，{data.day}
      </p>
      <Descriptions
        size="small"
        column={2}
        items={data.facts.map((fact) => ({ key: fact.title, label: fact.title, children: fact.value }))}
      />
      <Tabs
        items={[
          {
            key: 'above',
            label: `上级 ${data.above.length}`,
            children: data.above.length ? links(data.above) : '没有上级',
          },
          {
            key: 'below',
            label: `下属 ${data.below.length}`,
            children: data.below.length
              ? links(data.below.filter((one) => !one.unit.startsWith('department:')))
              : '没有下属',
          },
          {
            key: 'peers',
            label: `同级同类 ${data.peers.length}`,
            children: data.peers.length ? links(data.peers) : '没有同级同类的机构',
          },
          { key: 'history', label: '沿革', children: <History unit={unit} /> },
        ]}
      />
    </section>
  );
}

function History({ unit }: { unit: string }) {
  const history = useGet<UnitHistory[]>(`${pathOf(unit)}/history`);
  if (history.error) return <Failure problem={history.error} />;
  if (!history.data) return <Loading />;
  return history.data.map((table) => (
    <DataTable
      key={table.table}
      label={table.table}
      rows={table.rows}
      rowKey={(row) => row.join('|')}
      exportName={`${table.table} 沿革`}
      height={240}
      toolbar={table.table}
      columns={table.columns.map((title, index) => ({
        key: String(index),
        title,
        value: (row: string[]) => row[index] ?? '',
      }))}
    />
  ));
}
