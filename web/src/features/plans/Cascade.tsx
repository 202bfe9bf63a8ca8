import { Link } from 'react-router';
import { useGet } from '../../api/client';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import type { CascadeBody, ComparedBody, PlanSummary } from './wire';

/** How a plan carries out the one above it, and which plans carry it out. */
export function Cascade({ id }: { id: string }) {
  const found = useGet<CascadeBody>(`/plans/${encodeURIComponent(id)}/cascade`);
  if (found.error) return <Failure problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { parent, compared, missing, children } = found.data;
  const columns: Column<ComparedBody>[] = [
    {
      key: 'difference_text',
      title: '比较',
      width: 170,
      sortable: true,
      render: (row) => <Status tone={row.falls_short ? 'warn' : 'good'} text={row.difference_text} />,
    },
    {
      key: 'title',
      title: '本级目标',
      value: (row) => row.child.title,
      render: (row) => <Link to={`/plans/${id}/targets/${row.child.id}`}>{row.child.title}</Link>,
    },
    { key: 'own', title: '本级要求', value: (row) => `${row.child.wanted} ${row.child.due ?? ''}`.trim() },
    { key: 'above', title: '上级要求', value: (row) => `${row.parent.wanted} ${row.parent.due ?? ''}`.trim() },
    { key: 'clause', title: '上级条款', value: (row) => row.parent.citation },
  ];
  const linked = (plan: PlanSummary) => <Link to={`/plans/${plan.id}?tab=cascade`}>{plan.title}</Link>;
  return (
    <>
      <ul>
        <li>上级方案：{parent ? linked(parent) : '无，这是最上一级'}</li>
        <li>
          本方案
          {children.length > 0 && (
            <ul>
              {children.map((child) => (
                <li key={child.id}>下级方案：{linked(child)}</li>
              ))}
            </ul>
          )}
        </li>
      </ul>
      {parent && (
        <DataTable
          rows={compared}
          columns={columns}
          rowKey={(row) => `${row.child.id}/${row.parent.id}`}
          exportName="目标分解"
          label="与上级方案比较"
          empty={<Empty title="没有与上级相同的目标" hint="两级方案的目标由不同的指标或数据回答。" />}
        />
      )}
      {missing.length > 0 && (
        <>
          <h2>上级有而本级没有的目标</h2>
          <ul>
            {missing.map((target) => (
              <li key={target.id}>
                {target.title} {target.wanted}（{target.citation}）
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
