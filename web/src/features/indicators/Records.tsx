import { useInfiniteQuery } from '@tanstack/react-query';
import { Segmented, Space } from 'antd';
import { useNavigate } from 'react-router';
import { type ApiProblem, get } from '../../api/client';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Figure } from '../../ui/Figure';
import { groupText } from '../../ui/format';
import { recordPath } from '../records/links';
import type { IndicatorRecord, PageOfRecords } from './wire';

const COLUMNS: Column<IndicatorRecord>[] = [
  {
    key: 'record_key',
    title: '病案',
    width: 140,
    render: (row) => row.record_key.slice(0, 12),
    value: (row) => row.record_key,
  },
  { key: 'day', title: '出院日期', width: 110, value: (row) => row.day ?? row.month },
  { key: 'department', title: '出院科别', value: (row) => row.department_name },
  { key: 'diagnosis', title: '主要诊断', width: 120, value: (row) => row.diagnosis },
  { key: 'drg', title: '病组', width: 90, value: (row) => row.drg && groupText(row.drg) },
  {
    key: 'weight',
    title: '权重',
    align: 'right',
    width: 90,
    render: (row) => <Figure value={row.weight} kind="weight" />,
    value: (row) => row.weight,
  },
  { key: 'days', title: '住院', unit: '天', align: 'right', width: 90, value: (row) => row.days },
  { key: 'numerator', title: '分子', align: 'right', width: 90, value: (row) => row.numerator },
  { key: 'denominator', title: '分母', align: 'right', width: 90, value: (row) => row.denominator },
];

interface RecordsProps {
  id: string;
  organisation: string;
  period: string;
  department: string;
}

/** The records behind a value, page by page. */
export function Records({ id, organisation, period, department }: RecordsProps) {
  const navigate = useNavigate();
  const [part, setPart] = useUrlState<string>('part', 'numerator');
  const path = `/indicators/${encodeURIComponent(id)}/records`;
  const query = { organisation, period, department: department || undefined, part: part === 'all' ? undefined : part };
  const found = useInfiniteQuery<
    PageOfRecords,
    ApiProblem,
    { pages: PageOfRecords[] },
    readonly unknown[],
    string | null
  >({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) =>
      get<PageOfRecords>(path, { ...query, limit: 200, cursor: pageParam ?? undefined }, { signal }),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
  });
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  const total = found.data?.pages[0]?.total;
  return (
    <section aria-label="病案">
      <Space align="center">
        <h2>病案{total === undefined ? '' : `（${total} 份）`}</h2>
        <Segmented
          aria-label="哪些病案"
          value={part}
          onChange={setPart}
          options={[
            { value: 'numerator', label: '分子中的' },
            { value: 'rest', label: '只在分母中的' },
            { value: 'all', label: '全部' },
          ]}
        />
      </Space>
      <DataTable<IndicatorRecord>
        label="病案"
        rows={rows}
        columns={COLUMNS}
        rowKey={(row) => `${row.organisation_code}/${row.record_key}`}
        loading={found.isPending}
        failure={found.error}
        retry={() => void found.refetch()}
        exportName={`病案 ${id} ${period}`}
        height={420}
        onOpen={(row) =>
          navigate(recordPath({ record_key: row.record_key, organisation: row.organisation_code, month: row.month }))
        }
        onEnd={() => {
          if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
        }}
        empty={<Empty title="没有这样的病案" hint="换成“全部”看分母中的病案" />}
      />
    </section>
  );
}
