import { Alert, Button, Modal, Radio, Upload, type UploadFile } from 'antd';
import { useState } from 'react';
import { upload } from '../../api/client';
import { type Column, DataTable } from '../../ui/DataTable';
import { useStep } from './step';
import type { ChangeCount, OrganisationImport, RowChange } from './wire';

const CHANGED = ['/organisations', '/users', '/me'];

const SUMMARY: Column<ChangeCount>[] = [
  { key: 'table', title: '表' },
  { key: 'came', title: '新增', align: 'right', width: 80 },
  { key: 'changed', title: '变更', align: 'right', width: 80 },
  { key: 'ended', title: '终止', align: 'right', width: 80 },
  { key: 'removed', title: '删除', align: 'right', width: 80 },
];

const CHANGES: Column<RowChange>[] = [
  { key: 'table', title: '表', width: 100 },
  { key: 'subject', title: '对象', width: 200 },
  { key: 'kind_text', title: '改动', width: 150 },
  {
    key: 'cells',
    title: '内容',
    value: (row) => row.cells.map((cell) => `${cell.column}：${cell.before || '—'} → ${cell.after || '—'}`).join('；'),
  },
];

type Mode = 'amend' | 'replace';

/** What would be lost, before it is. */
export function lostBy(found: OrganisationImport): string {
  const ended = found.summary.reduce((sum, one) => sum + one.ended, 0);
  const removed = found.summary.reduce((sum, one) => sum + one.removed, 0);
  const parts = [ended > 0 ? `终止 ${ended} 项` : '', removed > 0 ? `删除 ${removed} 项（包括历史）` : ''];
  return parts.filter(Boolean).join('，');
}

/** Imports organisations: a trial with all differences first. */
export function OrganisationImporter({ onClose }: { onClose: () => void }) {
  const [files, setFiles] = useState<UploadFile[]>([]);
  const [mode, setMode] = useState<Mode>('amend');
  const [found, setFound] = useState<OrganisationImport | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const { busy, run } = useStep(CHANGED);
  const send = async (real: boolean) => {
    const form = new FormData();
    form.append('mode', mode);
    form.append('dry_run', real ? 'false' : 'true');
    if (real && found) form.append('revision', String(found.based_on));
    for (const file of files) if (file.originFileObj) form.append('file', file.originFileObj, file.name);
    const answer = await run(() => upload<OrganisationImport>('/organisations/import', form, setShare));
    setShare(null);
    if (!answer) return;
    setFound(answer);
    if (real && answer.problems.length === 0) onClose();
  };
  const lost = found ? lostBy(found) : '';
  const fine = found !== null && found.problems.length === 0;
  return (
    <Modal
      open
      title="导入组织机构"
      width={960}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          取消
        </Button>,
        <Button key="try" disabled={files.length === 0} loading={busy && !fine} onClick={() => void send(false)}>
          试导入
        </Button>,
        <Button
          key="import"
          type="primary"
          danger={lost !== ''}
          disabled={!fine || found.total === 0}
          loading={busy && fine}
          onClick={() => void send(true)}
        >
          确认导入
        </Button>,
      ]}
    >
      <Upload.Dragger
        multiple
        accept=".xlsx,.csv"
        fileList={files}
        beforeUpload={() => false}
        onChange={({ fileList }) => {
          setFiles(fileList);
          setFound(null);
        }}
      >
        <p>把 XLSX 工作簿或 CSV 文件拖到这里，或点这里选择</p>
        <p className="bc-quiet">CSV 文件名应为表名，如 医疗机构.csv</p>
      </Upload.Dragger>
      <Radio.Group
        style={{ marginBlock: 12 }}
        value={mode}
        onChange={(event) => {
          setMode(event.target.value as Mode);
          setFound(null);
        }}
        options={[
          { value: 'amend', label: '补充和改写：没有写到的保持不变' },
          { value: 'replace', label: '整表替换：表里没有的就删除' },
        ]}
      />
      {share !== null && <p className="bc-quiet">已上传 {Math.round(share * 100)}%</p>}
      {found && found.problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={`有 ${found.problems.length} 个问题，没有导入任何内容。请改正后再试`}
          description={
            <ul>
              {found.problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          }
        />
      )}
      {fine && found.total === 0 && <Alert type="info" showIcon title="与已有的组织机构完全一致，不需要导入" />}
      {fine && found.total > 0 && (
        <>
          <Alert
            type={lost ? 'warning' : 'info'}
            showIcon
            title={`只是试看，还没有导入：共 ${found.total} 处改动${lost ? `，其中${lost}` : ''}`}
            description={
              lost
                ? '终止和删除会改变区划、医联体角色管到的范围。确认后不能自动撤销，可以再导入以前导出的文件。'
                : undefined
            }
          />
          <DataTable label="改动汇总" rows={found.summary} columns={SUMMARY} rowKey="table" height={220} />
          <DataTable
            label="改动明细"
            rows={found.changes}
            columns={CHANGES}
            rowKey={(row) => `${row.table}|${row.subject}|${row.kind}`}
            height={280}
            exportName="组织机构改动"
          />
          {found.total > found.changes.length && <p className="bc-quiet">只列出前 {found.changes.length} 处</p>}
        </>
      )}
    </Modal>
  );
}
