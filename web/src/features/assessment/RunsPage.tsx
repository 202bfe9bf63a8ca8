import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { NewRun } from './NewRun';
import type { RunSummary } from './wire';
import { runTone } from './words';

/** All assessments within reach. */
export default function RunsPage() {
  const runs = useGet<RunSummary[]>('/assessments');
  const mayRun = useMay('compute', 'assessment');
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const columns: Column<RunSummary>[] = [
    {
      key: 'title',
      title: '方案',
      value: (row) => row.title,
      render: (row) => <Link to={`/assessments/${row.run}`}>{row.title}</Link>,
    },
    { key: 'period', title: '考核时期', width: 110, sortable: true },
    {
      key: 'state',
      title: '状态',
      width: 140,
      sortable: true,
      value: (row) => row.state_text,
      render: (row) => <Status tone={runTone(row.state)} text={row.state_text} />,
    },
    { key: 'run', title: '考核标识', width: 240 },
    { key: 'data_version', title: '数据版本', align: 'right', width: 90 },
    { key: 'actor', title: '冻结人', width: 110 },
    { key: 'at', title: '冻结时间', width: 150, sortable: true },
  ];
  const begin = (
    <Button
      type="primary"
      disabled={!mayRun}
      title={mayRun ? undefined : '您没有运行考核的权限'}
      onClick={() => setOpen(true)}
    >
      新考核
    </Button>
  );
  return (
    <Page title="绩效考核" actions={begin}>
      <DataTable
        rows={runs.data ?? []}
        columns={columns}
        rowKey="run"
        loading={runs.isLoading}
        failure={runs.error ?? undefined}
        retry={() => void runs.refetch()}
        exportName="绩效考核"
        label="绩效考核"
        onOpen={(row) => navigate(`/assessments/${row.run}`)}
        empty={<Empty title="还没有考核" hint="选定方案、对象和时期，冻结数据并计算后，会出现在这里。" />}
      />
      <NewRun open={open} onClose={() => setOpen(false)} />
    </Page>
  );
}
