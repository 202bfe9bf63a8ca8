import { Select } from 'antd';
import { Fragment } from 'react';
import { useGet } from '../../api/client';
import { useUrlState } from '../../app/selection';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import type { MatrixCell, RoleMatrix } from './wire';
import './admin.css';

const SHORT: Record<string, string> = { aggregate: '汇总', 'de-identified': '脱敏', identified: '明文' };

/** What is allowed, by role, resource and action. */
export function cellsOf(cells: readonly MatrixCell[]): Map<string, MatrixCell> {
  return new Map(cells.map((cell) => [`${cell.role}/${cell.resource}/${cell.action}`, cell]));
}

/** 角色与权限: who may do what, and how close to persons that comes. */
export default function Roles() {
  const matrix = useGet<RoleMatrix>('/roles/matrix');
  const [role, setRole] = useUrlState<string>('role', '');
  const data = matrix.data;
  const chosen = data?.roles.filter((one) => role === '' || one.id === role) ?? [];
  const cells = cellsOf(data?.cells ?? []);
  return (
    <Page
      title="角色与权限"
      crumbs={[{ title: '管理' }]}
      filters={
        <Select
          aria-label="角色"
          value={role}
          onChange={setRole}
          style={{ width: 200 }}
          options={[
            { value: '', label: '全部角色' },
            ...(data?.roles ?? []).map((one) => ({ value: one.id, label: one.title })),
          ]}
        />
      }
    >
      {matrix.error && <Failure problem={matrix.error} retry={() => void matrix.refetch()} />}
      {!data && !matrix.error && <Loading />}
      {data && (
        <>
          <p className="bc-quiet">
            格中是最多能接近到的程度：汇总、脱敏病案、明文病案；空格表示不允许。还要看授予的范围。角色是内容，可用本单位内容包调整。
          </p>
          {chosen.length === 1 && chosen[0] && (
            <p>
              <strong>{chosen[0].title}</strong>：{chosen[0].duty}。可以授予：
              {chosen[0].levels.map((level) => level.text).join('、')}
            </p>
          )}
          <div className="bc-table-frame bc-admin-matrix">
            <table className="bc-table" aria-label="角色与权限">
              <thead>
                <tr>
                  <th scope="col">内容</th>
                  {chosen.length > 1 && <th scope="col">角色</th>}
                  {data.actions.map((action) => (
                    <th key={action.code} scope="col" className="bc-center">
                      {action.text}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.resources.map((resource) => (
                  <Fragment key={resource.code}>
                    {chosen
                      .filter(
                        (one) =>
                          chosen.length === 1 ||
                          data.cells.some((cell) => cell.role === one.id && cell.resource === resource.code),
                      )
                      .map((one, index, shown) => (
                        <tr key={one.id}>
                          {index === 0 && (
                            <th scope="rowgroup" rowSpan={shown.length}>
                              {resource.text}
                            </th>
                          )}
                          {chosen.length > 1 && <td>{one.title}</td>}
                          {data.actions.map((action) => {
                            const cell = cells.get(`${one.id}/${resource.code}/${action.code}`);
                            return (
                              <td
                                key={action.code}
                                className={`bc-center bc-close-${cell?.sensitivity ?? 'none'}`}
                                title={
                                  cell
                                    ? `${one.title}可以${action.text}${resource.text}，到${cell.sensitivity_text}`
                                    : undefined
                                }
                              >
                                {cell ? (SHORT[cell.sensitivity] ?? cell.sensitivity_text) : ''}
                              </td>
                            );
                          })}
                        </tr>
                      ))}
                  </Fragment>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Page>
  );
}
