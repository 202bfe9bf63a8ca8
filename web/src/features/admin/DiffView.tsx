import { Select, Space } from 'antd';
import { useState } from 'react';
import { useGet } from '../../api/client';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import type { FileDifference, LineDifference, PackDetail, PackDiff } from './wire';
import { counted } from './words';

const SIGNS: Record<string, string> = { added: '+', removed: '−', same: '', skipped: '' };
const KINDS: Record<string, string> = { added: '新文件', removed: '删去的文件', changed: '改动' };

/** What differs between two versions of a pack. */
export function DiffView({ detail }: { detail: PackDetail }) {
  const choices = [
    ...(detail.pack.base ? [{ value: 'base', label: `原包 ${detail.pack.base}` }] : []),
    ...detail.versions.map((version) => ({ value: String(version), label: `第 ${version} 版` })),
    ...(detail.pack.active ? [{ value: 'active', label: '现行版本' }] : []),
    ...(detail.pack.draft ? [{ value: 'draft', label: '草稿' }] : []),
  ];
  const last = choices.at(-1)?.value ?? '';
  const [from, setFrom] = useState(choices.at(-2)?.value ?? last);
  const [to, setTo] = useState(last);
  const diff = useGet<PackDiff>(choices.length > 1 ? `/packs/${encodeURIComponent(detail.pack.id)}/diff` : null, {
    from,
    to,
  });
  if (choices.length < 2)
    return <Empty title="只有一个版本，没有可比的" hint="修改并保存草稿后，可以和现行版本比较。" />;
  return (
    <>
      <Space style={{ marginBottom: 12 }}>
        <Select aria-label="从" value={from} onChange={setFrom} options={choices} style={{ width: 240 }} />
        <span aria-hidden="true">→</span>
        <Select aria-label="到" value={to} onChange={setTo} options={choices} style={{ width: 240 }} />
      </Space>
      {diff.error && <Failure problem={diff.error} retry={() => void diff.refetch()} />}
      {!diff.data && !diff.error && <Loading />}
      {diff.data && diff.data.definitions.length + diff.data.files.length === 0 && <Empty title="两个版本没有不同" />}
      {diff.data && diff.data.definitions.length > 0 && (
        <DataTable
          label="定义的不同"
          rows={diff.data.definitions}
          rowKey={(one) => `${one.kind}/${one.id}`}
          height={260}
          exportName="定义的不同"
          columns={[
            { key: 'kind_text', title: '不同', width: 80 },
            { key: 'id', title: '标识', width: 160 },
            { key: 'title', title: '名称' },
            { key: 'detail', title: '说明' },
          ]}
        />
      )}
      {diff.data?.files.map((file) => (
        <FileDiff key={file.file} file={file} />
      ))}
    </>
  );
}

function FileDiff({ file }: { file: FileDifference }) {
  const { added, removed } = counted(file);
  return (
    <section aria-label={file.file}>
      <h2 className="bc-admin-h2">
        {file.file}{' '}
        <span className="bc-quiet">
          {KINDS[file.kind] ?? file.kind}，加 {added} 行，减 {removed} 行
        </span>
      </h2>
      <div className="bc-admin-diff">
        <table>
          <tbody>
            {file.lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and never move
              <DiffLine key={index} line={line} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DiffLine({ line }: { line: LineDifference }) {
  if (line.kind === 'skipped') {
    return (
      <tr>
        <td colSpan={4} className="bc-quiet">
          … 相同的 {line.text} 行
        </td>
      </tr>
    );
  }
  return (
    <tr className={`bc-line-${line.kind}`}>
      <td className="bc-line-number">{line.old ?? ''}</td>
      <td className="bc-line-number">{line.new ?? ''}</td>
      <td>{SIGNS[line.kind]}</td>
      <td>{line.text}</td>
    </tr>
  );
}
