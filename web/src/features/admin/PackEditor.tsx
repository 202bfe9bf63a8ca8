import { Alert, App, Button, Input, List, Space } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useEffect, useRef, useState } from 'react';
import { del, post, put, useGet } from '../../api/client';
import { useUrlState } from '../../app/selection';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { useStep } from './step';
import type { PackCheck, PackDetail, PackFault, PackFile, SavedFile } from './wire';
import { offsetOf } from './words';

const CHANGED = ['/packs', '/audit'];

/** Files of a pack; those of an own one can be edited in its draft, with what is wrong at its line. */
export function PackEditor({ detail, mayChange }: { detail: PackDetail; mayChange: boolean }) {
  const draft = detail.pack.draft;
  const files = draft ? detail.draft_files : detail.files;
  const [file, setFile] = useUrlState<string>('file', files[0] ?? 'pack.toml');
  const [name, setName] = useState('');
  const [check, setCheck] = useState<PackCheck | null>(null);
  const [place, setPlace] = useState<PackFault | null>(null);
  const { busy, run } = useStep(CHANGED);
  const path = `/packs/${encodeURIComponent(detail.pack.id)}`;
  const checked = async () => {
    const found = await run(() => post<PackCheck>(`${path}/draft/check`));
    if (found) setCheck(found);
  };
  const add = async () => {
    const made = await run(
      () => put<SavedFile>(`${path}/files/${encodeURIComponent(name)}`, { text: '', revision: '' }),
      '已加入草稿',
    );
    if (!made) return;
    setCheck(made.check);
    setFile(name);
    setName('');
  };
  const go = (fault: PackFault) => {
    if (files.includes(fault.file)) setFile(fault.file);
    setPlace(fault);
  };
  return (
    <div className="bc-admin-split">
      <div>
        <p className="bc-quiet">
          {draft ? '草稿中的文件' : mayChange ? '现行版本的文件；保存后成为草稿' : '现行版本的文件'}
        </p>
        <List
          size="small"
          bordered
          dataSource={files}
          renderItem={(one) => (
            <List.Item>
              <Button
                type="link"
                size="small"
                aria-current={one === file}
                onClick={() => setFile(one)}
                style={{ fontWeight: one === file ? 600 : 400 }}
              >
                {one}
              </Button>
            </List.Item>
          )}
        />
        {mayChange && (
          <Space.Compact style={{ marginTop: 12, width: '100%' }}>
            <Input
              aria-label="新文件"
              placeholder="新文件，如 checks/local.toml"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <Button disabled={name === ''} loading={busy} onClick={() => void add()}>
              加入
            </Button>
          </Space.Compact>
        )}
        {draft && (
          <Button style={{ marginTop: 12 }} loading={busy} onClick={() => void checked()}>
            检查草稿
          </Button>
        )}
        {check && <Faults check={check} onOpen={go} />}
      </div>
      <FileText
        key={`${draft}/${file}`}
        path={path}
        of={draft ? 'draft' : 'active'}
        file={file}
        mayChange={mayChange}
        place={place}
        onChecked={setCheck}
        onGone={() => setFile('pack.toml')}
      />
    </div>
  );
}

function Faults({ check, onOpen }: { check: PackCheck; onOpen: (fault: PackFault) => void }) {
  const wrong = check.problems.filter((one) => one.error).length;
  const hints = check.problems.length - wrong;
  return (
    <div style={{ marginTop: 12 }}>
      <Alert
        showIcon
        type={check.usable ? 'success' : 'error'}
        title={check.usable ? `可以启用${hints > 0 ? `，提示 ${hints} 条` : ''}` : `${wrong} 处错误，改正后才能启用`}
      />
      <List
        size="small"
        aria-label="检查结果"
        dataSource={check.problems}
        renderItem={(one) => (
          <List.Item>
            <div>
              <Button type="link" size="small" onClick={() => onOpen(one)}>
                {one.error ? '错误' : '提示'} {one.file}
                {one.line > 0 ? ` 第 ${one.line} 行` : ''}
                {one.column > 0 ? ` 第 ${one.column} 列` : ''}
              </Button>
              <div>{one.text}</div>
            </div>
          </List.Item>
        )}
      />
    </div>
  );
}

interface FileTextProps {
  path: string;
  of: string;
  file: string;
  mayChange: boolean;
  place: PackFault | null;
  onChecked: (check: PackCheck) => void;
  onGone: () => void;
}

function FileText({ path, of, file, mayChange, place, onChecked, onGone }: FileTextProps) {
  const where = `${path}/files/${encodeURIComponent(file)}`;
  const found = useGet<PackFile>(where, { of }, { staleTime: 0, refetchOnMount: 'always' });
  const [text, setText] = useState<string | null>(null);
  const [revision, setRevision] = useState<string | null>(null);
  const area = useRef<TextAreaRef>(null);
  const { busy, run } = useStep(CHANGED);
  const { modal } = App.useApp();
  const shown = text ?? found.data?.text ?? '';
  const seen = revision ?? found.data?.revision ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the field is there once the file has come
  useEffect(() => {
    const field = area.current?.resizableTextArea?.textArea;
    if (!field || !place || place.file !== file || place.line === 0) return;
    const at = offsetOf(field.value, place.line, place.column);
    field.focus();
    field.setSelectionRange(at, at);
    field.scrollTop = Math.max(0, (place.line - 6) * 21);
  }, [place, file, found.data]);
  if (found.error) return <Failure problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const save = async () => {
    const saved = await run(() => put<SavedFile>(where, { text: shown, revision: seen }), '已保存为草稿，还没有启用');
    if (!saved) return;
    setRevision(saved.revision);
    onChecked(saved.check);
  };
  const remove = () =>
    modal.confirm({
      title: `从草稿中删去 ${file}`,
      content: '现行版本和历史版本中的这个文件不受影响。',
      okText: '删去',
      cancelText: '取消',
      okButtonProps: { danger: true },
      onOk: async () => {
        const done = await run(async () => {
          await del(`${where}?revision=${encodeURIComponent(seen)}`);
          return true;
        }, '已从草稿中删去');
        if (done) onGone();
      },
    });
  const changed = text !== null && text !== found.data.text;
  return (
    <div>
      <Space style={{ marginBottom: 8 }} wrap>
        <strong>{file}</strong>
        {mayChange && (
          <>
            <Button type="primary" size="small" loading={busy} disabled={!changed} onClick={() => void save()}>
              保存为草稿
            </Button>
            {changed && (
              <Button size="small" onClick={() => setText(null)}>
                恢复
              </Button>
            )}
            {file !== 'pack.toml' && (
              <Button size="small" danger onClick={remove}>
                删去
              </Button>
            )}
          </>
        )}
      </Space>
      <Input.TextArea
        ref={area}
        className="bc-admin-editor"
        aria-label={`${file} 的内容`}
        value={shown}
        readOnly={!mayChange}
        autoSize={{ minRows: 18, maxRows: 30 }}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.ctrlKey && event.key === 's') {
            event.preventDefault();
            if (mayChange && changed) void save();
          }
        }}
      />
    </div>
  );
}
