import { Alert, Button, Dropdown, Input, Select, Space } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type ApiProblem, asProblem, useGet } from '../../api/client';
import { useDocument } from '../../app/documents';
import { useMay } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { useReason } from '../../ui/ReasonDialog';
import { lastMonthOf, searchPath } from './links';
import './records.css';
import type { RecordOpenCount, MonthExport as Summary } from './wire';

/** What is still open in a month, and then its file. */
export default function MonthExport() {
  const { organisation, period } = useSelection();
  const [own, setOwn] = useUrlState<string>('month', '');
  const [encoding, setEncoding] = useUrlState<string>('encoding', 'utf-8');
  const month = own || lastMonthOf(period);
  const [failed, setFailed] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const { ask } = useReason();
  const mayRead = useMay('read', 'front_page', 'identified');
  const mayReport = useMay('export', 'report');
  const document = useDocument();
  const asked = organisation !== '' && !organisation.includes(':') && /^\d{4}-\d{2}$/.test(month);
  const summary = useGet<Summary>(asked ? '/exports/month/summary' : null, { organisation, month });
  const open = summary.data?.open_by_severity.reduce((sum, one) => sum + one.items, 0) ?? 0;
  const attempt = async (work: () => Promise<boolean>) => {
    setBusy(true);
    setFailed(null);
    setDone(false);
    try {
      return await work();
    } catch (error) {
      setFailed(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const take = async () => {
    const reason = await ask();
    if (!reason) return;
    setDone(await attempt(() => document('/exports/month', { organisation, month, encoding }, reason)));
  };
  const bulletins = {
    items: [
      { key: 'pdf', label: '质量通报（PDF）' },
      { key: 'xlsx', label: '质量工作簿（XLSX）' },
    ],
    onClick: ({ key }: { key: string }) =>
      void attempt(() => document('/quality/bulletin', { organisation, period: month, format: key })),
  };
  return (
    <Page
      title="导出上报"
      filters={
        <>
          <Input
            aria-label="月份"
            addonBefore="月份"
            size="small"
            style={{ width: 150 }}
            placeholder="2025-12"
            value={month}
            onChange={(event) => setOwn(event.target.value.trim())}
          />
          <Select
            aria-label="文件编码"
            size="small"
            style={{ width: 130 }}
            value={encoding}
            onChange={setEncoding}
            options={[
              { value: 'utf-8', label: 'UTF-8' },
              { value: 'gb18030', label: 'GB18030' },
            ]}
          />
        </>
      }
    >
      {!asked && <Empty title="请选择一家医院和一个月份" hint="在页面上方选择机构，月份写作 2025-12" />}
      {asked && summary.error && <Failure problem={summary.error} retry={() => void summary.refetch()} />}
      {asked && summary.isLoading && <Loading />}
      {failed && <Failure problem={failed} />}
      {done && <Alert type="success" showIcon title={`已导出 ${month} 的病案首页，并记入审计日志`} />}
      {summary.data && (
        <>
          <div className="rf-sums">
            <Sum title="病案" value={summary.data.records} />
            <Sum title="更正过的病案" value={summary.data.corrected} />
            <Sum title="有强制错误的病案" value={summary.data.blocked} bad />
            <Sum title="未入组的病案" value={summary.data.ungrouped} bad />
            <Sum title="未了结的问题" value={open} bad />
          </div>
          {summary.data.records === 0 ? (
            <Empty title={`${month} 没有已入库的病案`} hint="请先在“数据”中导入这个月的病案首页" />
          ) : (
            <>
              {summary.data.blocked > 0 && (
                <Alert
                  type="warning"
                  showIcon
                  title={`还有 ${summary.data.blocked} 份病案有强制错误，按规则不应上报`}
                  description={
                    <Link to={`/records/worklist?${new URLSearchParams({ month, organisation })}`}>
                      在工作清单中处理
                    </Link>
                  }
                />
              )}
              <p>
                文件按交来的版式（{summary.data.layouts[0]?.title}）写出全部 {summary.data.records}{' '}
                份病案和全部更正，含姓名、证件号等信息；导出须说明理由，并记入审计日志。
              </p>
              <Space className="rf-take">
                <Button
                  type="primary"
                  loading={busy}
                  disabled={!mayRead}
                  title={mayRead ? undefined : '文件含姓名等信息，须有查看明文病案的权限'}
                  onClick={() => void take()}
                >
                  导出 {month}
                </Button>
                {mayReport && (
                  <Dropdown menu={bulletins} trigger={['click']}>
                    <Button loading={busy}>{month} 质量通报</Button>
                  </Dropdown>
                )}
              </Space>
              <div className="rf-two">
                <Counts
                  title="未了结的问题，按规则"
                  rows={summary.data.open_by_check}
                  to={(code) => searchPath({ check: code, organisation, period: month })}
                />
                <Counts title="未了结的问题，按科室" rows={summary.data.open_by_department} />
                <Counts title="全部问题，按状态" rows={summary.data.by_state} named />
              </div>
            </>
          )}
        </>
      )}
    </Page>
  );
}

function Sum({ title, value, bad }: { title: string; value: number; bad?: boolean }) {
  return (
    <div className={bad && value > 0 ? 'rf-sum rf-sum-bad' : 'rf-sum'}>
      <span className="bc-quiet">{title}</span>
      <Figure value={value} kind="count" />
    </div>
  );
}

interface CountsProps {
  title: string;
  rows: RecordOpenCount[];
  to?: (code: string) => string;
  /** The name says all; the code is the machine's. */
  named?: boolean;
}

function Counts({ title, rows, to, named }: CountsProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <DataTable<RecordOpenCount>
        rows={rows}
        rowKey="code"
        label={title}
        exportName={title}
        empty={<Empty title="没有" />}
        columns={[
          ...(named
            ? []
            : [
                {
                  key: 'code',
                  title: '编码',
                  width: 110,
                  value: (row: RecordOpenCount) => row.code,
                  render: (row: RecordOpenCount) =>
                    to ? <Link to={to(row.code)}>{row.code}</Link> : row.code || '（未填）',
                },
              ]),
          { key: 'title', title: '名称', value: (row) => row.title },
          { key: 'items', title: '条数', align: 'right', width: 90, value: (row) => row.items },
        ]}
      />
    </section>
  );
}
