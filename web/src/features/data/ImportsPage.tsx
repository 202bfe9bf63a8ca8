import { CloudUploadOutlined, DownloadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress, Upload } from 'antd';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { asProblem, download, invalidatePaths, upload, useGet } from '../../api/client';
import { useMe } from '../../app/me';
import { useSelection } from '../../app/selection';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { HistoryTable } from './HistoryTable';
import { JobLine } from './JobLine';
import { isOver } from './states';
import type { ImportPublication, Job, Page as Rows } from './wire';
import './data.css';

/** Files that an import reads. */
const KINDS = '.csv,.txt,.xlsx,.zip,.gz,.parquet';

/** Files on their way to the service. */
interface Sending {
  key: number;
  names: string;
  share: number;
  stop: AbortController;
}

/** 导入病案: files in by drag and drop, followed while the page stays usable. */
export default function ImportsPage() {
  const me = useMe();
  const { organisation } = useSelection();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [sending, setSending] = useState<Sending[]>([]);
  const number = useRef(0);
  const jobs = useGet<Rows<Job>>(
    '/jobs',
    { kind: 'import', limit: 20 },
    { refetchInterval: (query) => (query.state.data?.items.some((job) => !isOver(job)) ? 5000 : false) },
  );
  const history = useGet<Rows<ImportPublication>>(organisation ? '/import-history' : null, { organisation, limit: 10 });
  const hospital = organisation.includes(':') ? undefined : organisation;

  const send = async (files: File[]) => {
    const key = ++number.current;
    const stop = new AbortController();
    const names = files.map((file) => file.name).join('、');
    const form = new FormData();
    if (hospital) form.append('organisation', hospital);
    for (const file of files) form.append('file', file, file.name);
    setSending((before) => [...before, { key, names, share: 0, stop }]);
    const told = (share: number) =>
      setSending((before) => before.map((one) => (one.key === key ? { ...one, share } : one)));
    try {
      await upload<Job>('/imports', form, told, { signal: stop.signal, idempotencyKey: crypto.randomUUID?.() });
      await invalidatePaths(client, ['/jobs']);
    } catch (error) {
      if (!(error instanceof DOMException)) message.error(`“${names}”没有上传：${asProblem(error).message}`, 8);
    } finally {
      setSending((before) => before.filter((one) => one.key !== key));
    }
  };
  const sample = async () => {
    try {
      await download('/samples/front-page.csv', {}, { name: '病案首页_示例.csv' });
    } catch (error) {
      message.error(asProblem(error).message);
    }
  };
  const items = jobs.data?.items ?? [];
  return (
    <Page
      title="导入病案"
      crumbs={[{ title: '数据' }]}
      actions={
        me.demo && (
          <Button icon={<DownloadOutlined />} onClick={() => void sample()}>
            下载示例文件
          </Button>
        )
      }
    >
      <Upload.Dragger
        multiple
        accept={KINDS}
        showUploadList={false}
        beforeUpload={(file, all) => {
          // Files that are chosen together are one import: told once, with the first of them.
          if (file.uid === all[0]?.uid) void send(all as unknown as File[]);
          return Upload.LIST_IGNORE;
        }}
      >
        <p className="bc-drop-icon">
          <CloudUploadOutlined aria-hidden="true" />
        </p>
        <p>把病案首页文件拖到这里，或点击选择</p>
        <p className="bc-quiet">
          CSV、Excel、Parquet
          或它们的压缩包，版式自动识别。一起选的文件作为一次导入；文件里有的医院和月份整月替换（会少掉一半以上病案时先请您确认），读不懂的行放进拒收文件，原因逐行写明。
        </p>
      </Upload.Dragger>
      <section aria-label="导入任务" className="bc-section">
        <h2>导入任务</h2>
        {jobs.error && <Failure problem={jobs.error} retry={() => void jobs.refetch()} />}
        <ul className="bc-jobs">
          {sending.map((one) => (
            <li key={one.key} className="bc-job" aria-label={`上传 ${one.names}`}>
              <div className="bc-job-head">
                <strong className="bc-ellipsis">{one.names}</strong>
                <span className="bc-quiet">正在上传</span>
                <Button size="small" className="bc-job-actions" onClick={() => one.stop.abort()}>
                  取消
                </Button>
              </div>
              <Progress percent={Math.floor(one.share * 100)} size="small" aria-label="上传进度" />
            </li>
          ))}
          {items.map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
        </ul>
        {jobs.isLoading && <Loading rows={3} />}
        {jobs.data && items.length === 0 && sending.length === 0 && (
          <Empty
            title="还没有导入过文件"
            hint={
              me.demo
                ? '可以先下载示例文件再拖进来：一个月的合成病案，带有常见错误，两行会被拒收。'
                : '拖入文件后，进度和结果显示在这里；可以离开本页，导入不会中断。'
            }
          />
        )}
      </section>
      <section aria-label="最近入库" className="bc-section">
        <h2>
          最近入库 <Link to="/data/history">全部记录</Link>
        </h2>
        <HistoryTable
          rows={history.data?.items ?? []}
          loading={history.isLoading}
          failure={history.error}
          retry={() => void history.refetch()}
          height={360}
        />
      </section>
    </Page>
  );
}
