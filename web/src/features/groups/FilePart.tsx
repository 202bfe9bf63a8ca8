import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Progress, Upload } from 'antd';
import { useState } from 'react';
import { asProblem, save, upload } from '../../api/client';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { groupText } from '../../ui/format';
import type { CalculatedFile } from './wire';

/** Bytes that the service takes. */
const LARGEST = 32 * 1024 * 1024;

/** The group of every case of a file; nothing is stored. */
export function FilePart({ scheme }: { scheme: string }) {
  const [name, setName] = useState('');
  const [share, setShare] = useState<number | null>(null);
  const [reasons, setReasons] = useState(false);
  const [result, setResult] = useState<CalculatedFile | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const send = async (file: File) => {
    setName(file.name);
    setResult(null);
    setFailure(null);
    if (file.size > LARGEST) {
      setFailure(asProblem(new Error('文件超过 32 MiB。请拆成几个文件，或用“数据”导入')));
      return;
    }
    const form = new FormData();
    form.append('file', file);
    if (scheme) form.append('scheme', scheme);
    if (reasons) form.append('reasons', 'true');
    setShare(0);
    try {
      setResult(await upload<CalculatedFile>('/groups/calculate-file', form, setShare));
    } catch (problem) {
      setFailure(problem);
    } finally {
      setShare(null);
    }
  };
  const take = () => {
    if (!result) return;
    // The mark tells spreadsheets the encoding.
    const blob = new Blob(['\ufeff', result.csv], { type: 'text/csv;charset=utf-8' });
    save(blob, `${name.replace(/\.[^.]+$/, '')}-分组结果.csv`);
  };
  return (
    <div>
      <Upload.Dragger
        accept=".csv,.xlsx,.zip,.gz,.txt"
        showUploadList={false}
        beforeUpload={(file) => {
          void send(file);
          return Upload.LIST_IGNORE;
        }}
        disabled={share !== null}
      >
        <p>
          <InboxOutlined aria-hidden="true" style={{ fontSize: 28 }} />
        </p>
        <p>把首页文件或病例表拖到这里，或点击选择</p>
        <p className="bc-quiet">
          国家上报接口、N041、中医首页，或列名为 id、sex、age、dx、px 的病例表；CSV、XLSX，最大 32 MiB。内容不保存。
        </p>
      </Upload.Dragger>
      <p>
        <Checkbox checked={reasons} onChange={({ target }) => setReasons(target.checked)}>
          每份病案写出分组理由
        </Checkbox>
      </p>
      {share !== null && (
        <div role="status">
          {share < 1 ? `正在上传“${name}”` : `正在分组“${name}”`}
          <Progress percent={Math.round(share * 100)} status="active" />
        </div>
      )}
      {failure !== null && <Failure problem={failure} />}
      {result && (
        <section aria-label="分组结果">
          {result.warning && <Alert type="warning" showIcon title={result.warning} />}
          <dl className="bc-figures">
            <div>
              <dt>病案</dt>
              <dd>
                <Figure value={result.records} kind="count" />
              </dd>
            </div>
            <div>
              <dt>入组</dt>
              <dd>
                <Figure value={result.grouped} kind="count" />
              </dd>
            </div>
            <div>
              <dt>CMI</dt>
              <dd>
                <Figure value={result.mean_weight} kind="weight" />
              </dd>
            </div>
            <div>
              <dt>不能读取的行</dt>
              <dd>
                <Figure value={result.rejects} kind="count" />
              </dd>
            </div>
            <div>
              <dt>有不能识别的值</dt>
              <dd>
                <Figure value={result.incomplete} kind="count" />
              </dd>
            </div>
          </dl>
          <p>
            <Button type="primary" onClick={take}>
              下载逐条结果
            </Button>
          </p>
          <DataTable
            rows={result.groups}
            rowKey="drg"
            label="例数最多的病组"
            columns={[
              { key: 'drg', title: '病组', value: (row) => groupText(row.drg) },
              { key: 'title', title: '名称', value: (row) => row.title },
              {
                key: 'cases',
                title: '例数',
                align: 'right',
                value: (row) => row.cases,
                render: (row) => <Figure value={row.cases} kind="count" />,
              },
            ]}
          />
        </section>
      )}
    </div>
  );
}
