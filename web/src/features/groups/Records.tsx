import { Button, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { get, useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Figure } from '../../ui/Figure';
import { Status } from '../../ui/Status';
import type { GroupRecord, GroupRecordPage } from './wire';

const ORDERS = [
  { value: 'charges', label: '费用高的在前' },
  { value: 'days', label: '住院日长的在前' },
  { value: 'score', label: '首页得分低的在前' },
  { value: 'discharge', label: '出院晚的在前' },
];

interface RecordsProps {
  drg: string;
  organisation: string;
  period: string;
}

/** The records of a group, without direct identifiers. */
export function Records({ drg, organisation, period }: RecordsProps) {
  const [sort, setSort] = useState('charges');
  const [more, setMore] = useState<{ key: string; items: GroupRecord[]; next: string | null } | null>(null);
  const [loading, setLoading] = useState(false);
  const navigate = useNavigate();
  const mayOpen = useMay('read', 'front_page', 'de-identified');
  const mayExport = useMay('export', 'grouping', 'de-identified');
  const path = `/groups/${encodeURIComponent(drg)}/records`;
  const query = { organisation, period, sort, limit: 100 };
  const { data, error, isPending, refetch } = useGet<GroupRecordPage>(path, query);
  const key = JSON.stringify([drg, query]);
  const further = more?.key === key ? more : null;
  const rows = [...(data?.items ?? []), ...(further?.items ?? [])];
  const next = further ? further.next : data?.next;
  const load = async () => {
    if (!next || loading) return;
    setLoading(true);
    try {
      const page = await get<GroupRecordPage>(path, { ...query, cursor: next });
      setMore({ key, items: [...(further?.items ?? []), ...page.items], next: page.next });
    } finally {
      setLoading(false);
    }
  };
  const record = (row: GroupRecord) => `/records/${encodeURIComponent(row.record_key)}`;
  const columns: Column<GroupRecord>[] = [
    {
      key: 'record_key',
      title: '病案',
      width: 130,
      value: (row) => row.record_key,
      render: (row) =>
        mayOpen ? <Link to={record(row)}>{row.record_key.slice(0, 10)}</Link> : row.record_key.slice(0, 10),
    },
    { key: 'month', title: '出院月份', sortable: true, value: (row) => row.month },
    { key: 'organisation', title: '医院', sortable: true, value: (row) => row.organisation_title },
    { key: 'department', title: '科室', sortable: true, value: (row) => row.department_title },
    {
      key: 'charges',
      title: '费用',
      unit: '元',
      align: 'right',
      sortable: true,
      value: (row) => row.charges,
      render: (row) => <Figure value={row.charges} kind="money" unit="" />,
    },
    {
      key: 'times',
      title: '与均值之比',
      align: 'right',
      sortable: true,
      hint: '费用是全部机构同病组均值的几倍',
      value: (row) => row.times,
      render: (row) => <Figure value={row.times} kind="score" />,
    },
    {
      key: 'outlier',
      title: '倍率',
      sortable: true,
      value: (row) => (row.outlier === 'high' ? '高倍率' : row.outlier === 'low' ? '低倍率' : ''),
      render: (row) =>
        row.outlier === null ? (
          ''
        ) : (
          <Status tone={row.outlier === 'high' ? 'bad' : 'warn'} text={row.outlier === 'high' ? '高倍率' : '低倍率'} />
        ),
    },
    { key: 'days', title: '住院日', unit: '天', align: 'right', sortable: true, value: (row) => row.days },
    { key: 'complications', title: '计入的 CC/MCC', value: (row) => row.complications.join('；') },
    {
      key: 'score',
      title: '首页得分',
      align: 'right',
      sortable: true,
      value: (row) => row.score,
      render: (row) => <Figure value={row.score} kind="score" />,
    },
    { key: 'died', title: '转归', value: (row) => (row.died ? '死亡' : '') },
  ];
  const found = `/records/search?${new URLSearchParams({ organisation, period, drg })}`;
  return (
    <>
      <DataTable
        rows={rows}
        rowKey="record_key"
        label="病案"
        loading={isPending}
        failure={error}
        retry={() => void refetch()}
        columns={columns}
        {...(mayExport ? { exportName: `${drg}-病案-${period}` } : {})}
        {...(mayOpen ? { onOpen: (row: GroupRecord) => navigate(record(row)) } : {})}
        onEnd={() => void load()}
        toolbar={
          <>
            <Select value={sort} onChange={setSort} options={ORDERS} aria-label="排序" style={{ width: 170 }} />
            {data?.total !== undefined && (
              <span className="bc-quiet">
                共 <Figure value={data.total} kind="count" /> 份
              </span>
            )}
            {mayOpen && <Link to={found}>在病案检索中打开</Link>}
          </>
        }
        empty={<Empty title="没有病案" hint="本期这个病组没有您可以查看的病案。" />}
      />
      {next && (
        <Button onClick={() => void load()} loading={loading}>
          再显示 100 份
        </Button>
      )}
    </>
  );
}
