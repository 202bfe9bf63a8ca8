import { Button, Upload } from 'antd';
import { download, type Query } from '../../api/client';
import { useAsk } from '../plans/useAsk';
import type { ProofFile } from './wire';

/** Kinds of files that are taken as evidence. */
const KINDS = '.pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.csv,.txt';

/** Files that prove something, each to be fetched by its hash below a path. */
export function Proofs({ files, path, query = {} }: { files: readonly ProofFile[]; path: string; query?: Query }) {
  const { attempt, busy } = useAsk();
  return (
    <>
      {files.map((file) => (
        <Button
          key={file.sha256}
          type="link"
          size="small"
          disabled={busy}
          onClick={() => void attempt(() => download(`${path}/${file.sha256}`, query, { name: file.name }))}
        >
          {file.name}
        </Button>
      ))}
    </>
  );
}

/** Chooses files that prove something; nothing is sent before the form is. */
export function ChooseFiles(props: { files: readonly File[]; most: number; onChange: (files: File[]) => void }) {
  const { files, most, onChange } = props;
  return (
    <Upload
      accept={KINDS}
      multiple={most > 1}
      maxCount={most}
      fileList={files.map((file, place) => ({ uid: `${place}/${file.name}`, name: file.name }))}
      beforeUpload={(_, chosen) => {
        onChange(most === 1 ? chosen.slice(-1) : [...files, ...chosen].slice(0, most));
        return false;
      }}
      onRemove={(gone) => onChange(files.filter((file, place) => `${place}/${file.name}` !== gone.uid))}
    >
      <Button>选择佐证材料（合计最多 20 MB）</Button>
    </Upload>
  );
}
