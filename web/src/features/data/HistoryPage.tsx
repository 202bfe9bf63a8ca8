import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select, Space } from 'antd';
import { useMemo } from 'react';
import { type ApiProblem, get } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { Page } from '../../ui/Page';
import { HistoryTable } from './HistoryTable';
import type { ImportPublication, Page as Rows } from './wire';

const KINDS = [
  { value: 'files', label: '导入文件' },
  { value: 'corrections', label: '改正首页' },
  { value: 'rechecks', label: '重新质控' },
  { value: 'datasets', label: '填报生效' },
  { value: 'keys', label: '轮换密钥' },
  { value: 'all', label: '全部' },
];

/** 入库记录: what came, went, changed and was rejected, by hospital and month. */
export default function HistoryPage() {
  const { organisation } = useSelection();
  const [kind, setKind] = useUrlState<string>('kind', 'files');
  const [month, setMonth] = useUrlState<string>('month', '');
  const [only, setOnly] = useUrlState<string>('rejects', '');
  const wrong = month !== '' && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month);
  const query = { organisation, kind, month: wrong ? '' : month, rejects: only === '' ? undefined : true, limit: 100 };
  const history = useInfiniteQuery<Rows<ImportPublication>, ApiProblem>({
    queryKey: ['/import-history', query],
    queryFn: ({ pageParam, signal }) => get('/import-history', { ...query, cursor: pageParam as string }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    enabled: organisation !== '',
  });
  const rows = useMemo(() => history.data?.pages.flatMap((page) => page.items) ?? [], [history.data]);
  return (
    <Page
      title="入库记录"
      crumbs={[{ title: '数据' }]}
      filters={
        <Space wrap>
          <Select aria-label="方式" value={kind} onChange={setKind} options={KINDS} style={{ width: 130 }} />
          <Input
            aria-label="出院月份"
            placeholder="出院月份，如 2025-12"
            allowClear
            style={{ width: 190 }}
            defaultValue={month}
            status={wrong ? 'error' : ''}
            onChange={(event) => setMonth(event.target.value.trim())}
          />
          <Checkbox checked={only !== ''} onChange={(event) => setOnly(event.target.checked ? '1' : '')}>
            只看有拒收的
          </Checkbox>
        </Space>
      }
    >
      <HistoryTable
        rows={rows}
        loading={history.isFetching}
        failure={history.error}
        retry={() => void history.refetch()}
      />
      {history.hasNextPage && (
        <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          看更早的
        </Button>
      )}
    </Page>
  );
}
