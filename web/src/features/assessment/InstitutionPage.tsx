import { Tabs } from 'antd';
import { Link, useNavigate, useParams } from 'react-router';
import { useGet } from '../../api/client';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Lines } from './Lines';
import type { InstitutionBody, ScoredItem } from './wire';

/** How an institution came to its score: in words, and item by item. */
export default function InstitutionPage() {
  const { run = '', code = '' } = useParams();
  const [tab, setTab] = useUrlState<string>('tab', 'items');
  const navigate = useNavigate();
  const path = `/assessments/${encodeURIComponent(run)}/institutions/${encodeURIComponent(code)}`;
  const found = useGet<InstitutionBody>(path);
  if (found.error) return <Failure problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { name, score, grade, lines, items, same_content } = found.data;
  const to = (row: ScoredItem) => `${path}/items/${encodeURIComponent(row.item)}`;
  const columns: Column<ScoredItem>[] = [
    { key: 'phase_title', title: '阶段', width: 120, sortable: true },
    {
      key: 'title',
      title: '项目',
      value: (row) => `${row.item} ${row.title}`,
      render: (row) => (
        <Link to={to(row)}>
          {row.item} {row.title}
        </Link>
      ),
    },
    { key: 'points', title: '满分', align: 'right', width: 70 },
    {
      key: 'score',
      title: '得分',
      align: 'right',
      width: 80,
      sortable: true,
      value: (row) => row.score,
      render: (row) => (row.excluded ? '不计' : <Figure value={row.score} kind="score" to={to(row)} />),
    },
    {
      key: 'value',
      title: '值',
      align: 'right',
      width: 110,
      value: (row) => row.value,
      render: (row) => <Figure value={row.value} unit={row.unit} to={to(row)} />,
    },
    {
      key: 'lost',
      title: '年度折算失分',
      align: 'right',
      width: 110,
      sortable: true,
      hint: '这个项目各阶段失分折算到年度得分，合计',
    },
    { key: 'reason', title: '理由' },
  ];
  return (
    <Page
      title={`${name} ${score ?? '—'} 分，${grade ? `建议等次“${grade}”` : '等次待定'}`}
      crumbs={[
        { title: '绩效考核', to: '/assessments' },
        { title: found.data.run.title, to: `/assessments/${run}` },
      ]}
    >
      {!same_content && <p role="alert">方案的内容在这次考核之后改过：说明文字按现在的内容，数值是当时的。</p>}
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          {
            key: 'items',
            label: '项目',
            children: (
              <DataTable
                rows={items}
                columns={columns}
                rowKey={(row) => `${row.phase}/${row.item}`}
                exportName={`${name}得分`}
                label="项目得分"
                onOpen={(row) => navigate(to(row))}
              />
            ),
          },
          { key: 'words', label: '得分的由来', children: <Lines lines={lines} /> },
        ]}
      />
    </Page>
  );
}
