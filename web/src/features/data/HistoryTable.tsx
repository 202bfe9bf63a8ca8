import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useMemo } from 'react';
import { asProblem, download } from '../../api/client';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { formatFigure, formatTime } from '../../ui/format';
import { useReason } from '../../ui/ReasonDialog';
import type { ImportPublication } from './wire';

/** The rows that an import rejected, with reasons. They hold names, so it is asked why first. */
export function useRejects(): (path: string) => Promise<void> {
  const { ask } = useReason();
  const { message } = App.useApp();
  return async (path) => {
    const reason = await ask();
    if (reason === null) return;
    try {
      await download(path, {}, { reason, name: '拒收.csv' });
    } catch (error) {
      message.error(asProblem(error).message);
    }
  };
}

function months(row: ImportPublication): string {
  if (row.first_month === null || row.last_month === null) return '—';
  return row.first_month === row.last_month ? row.first_month : `${row.first_month} 至 ${row.last_month}`;
}

function hospitals(row: ImportPublication): string {
  const [first, ...others] = row.organisations;
  if (!first) return '—';
  return others.length === 0 ? first.name : `${first.name} 等 ${row.organisations.length} 家`;
}

interface Props {
  rows: readonly ImportPublication[];
  loading: boolean;
  failure?: unknown;
  retry?: () => void;
  height?: number;
}

/** What was taken in and what it changed. */
export function HistoryTable({ rows, loading, failure, retry, height }: Props) {
  const rejects = useRejects();
  const columns = useMemo<Column<ImportPublication>[]>(() => {
    const count = (
      key: 'read' | 'came' | 'changed' | 'went' | 'rejected' | 'problems',
      title: string,
      hint: string,
    ) => ({
      key,
      title,
      hint,
      unit: '行',
      align: 'right' as const,
      width: 96,
      sortable: true,
      value: (row: ImportPublication) => row.counts?.[key] ?? null,
      render: (row: ImportPublication) => formatFigure(row.counts?.[key] ?? null, 'count'),
    });
    return [
      {
        key: 'published_at',
        title: '入库时间',
        width: 150,
        sortable: true,
        value: (row) => formatTime(row.published_at),
      },
      { key: 'mode_text', title: '方式', width: 96 },
      {
        key: 'files',
        title: '文件',
        value: (row) => row.files.join('、'),
        render: (row) => (
          <span className="bc-ellipsis" title={row.files.join('\n')}>
            {row.files.length === 0 ? '—' : row.files.join('、')}
          </span>
        ),
      },
      { key: 'organisations', title: '医院', width: 190, value: hospitals },
      {
        key: 'months',
        title: '出院月份',
        width: 160,
        value: months,
        render: (row) => <span style={{ whiteSpace: 'nowrap' }}>{months(row)}</span>,
      },
      count('read', '读取', '文件里的行数'),
      count('came', '新增', '原来没有的病案'),
      count('changed', '更新', '内容有变化的病案'),
      count('went', '删除', '原来有、这次文件里没有的病案'),
      count('rejected', '拒收', '没有入库的行'),
      count('problems', '待改', '已入库、但有问题的地方'),
      {
        key: 'has_rejects',
        title: '拒收文件',
        width: 104,
        value: (row) => (row.has_rejects ? '有' : ''),
        render: (row) =>
          row.has_rejects ? (
            <Button
              size="small"
              icon={<DownloadOutlined />}
              aria-label={`下载第 ${row.version} 版的拒收文件`}
              onClick={() => void rejects(`/import-history/${row.version}/rejects`)}
            >
              下载
            </Button>
          ) : (
            '—'
          ),
      },
    ];
  }, [rejects]);
  return (
    <DataTable
      rows={rows}
      columns={columns}
      rowKey={(row) => String(row.version)}
      loading={loading}
      failure={failure}
      retry={retry}
      exportName="入库记录"
      label="入库记录"
      {...(height === undefined ? {} : { height })}
      empty={<Empty title="还没有入库记录" hint="导入病案首页文件后，每次新增、更新、删除和拒收了多少都列在这里。" />}
    />
  );
}
