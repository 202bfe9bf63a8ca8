import { Alert, Button, Select, Space } from 'antd';
import { download, useGet } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { useAsk } from '../plans/useAsk';
import type { IndexBody, IndexShift, IndexStanding, SchemeBody } from './wire';
import { whyNoClass } from './words';

const columns: Column<IndexStanding>[] = [
  { key: 'place', title: '名次', align: 'right', width: 70, sortable: true },
  { key: 'name', title: '机构', sortable: true },
  {
    key: 'value',
    title: '指数',
    align: 'right',
    width: 110,
    sortable: true,
    value: (row) => row.value,
    render: (row) => <Figure value={row.value} kind="weight" />,
  },
  {
    key: 'coverage',
    title: '数据覆盖',
    unit: '%',
    align: 'right',
    width: 110,
    sortable: true,
    value: (row) => row.coverage,
    render: (row) => <Figure value={row.coverage} decimals={2} />,
  },
  {
    key: 'range',
    title: '权重变动下的名次',
    align: 'right',
    width: 150,
    hint: '权重在范围内重新抽取，90% 的情形下的名次',
    value: (row) => (row.low === null ? null : `${row.low}–${row.high}`),
  },
  {
    key: 'same',
    title: '名次不变',
    unit: '%',
    align: 'right',
    width: 110,
    sortable: true,
    value: (row) => row.same,
    render: (row) => <Figure value={row.same} decimals={2} />,
  },
];

/** The index of each class of institutions, with how stable its places are. */
export default function IndexPage() {
  const { organisation, period, setOrganisation } = useSelection();
  const { organisations } = useMe();
  const schemes = useGet<SchemeBody[]>('/assessment-schemes');
  const indexes = (schemes.data ?? []).filter((one) => one.kind === 'index');
  const [chosen, setChosen] = useUrlState<string>('index', '');
  const id = chosen || indexes[0]?.id;
  const year = period.slice(0, 4);
  const found = useGet<IndexBody>(id && organisation ? `/indexes/${encodeURIComponent(id)}` : null, {
    organisation,
    period: year,
  });
  const mayExport = useMay('export', 'assessment');
  const name = organisations.find((one) => one.code === organisation)?.name ?? '';
  const peopled = (found.data?.classes ?? []).filter((one) => one.standings.length > 0);
  // Where nobody is compared here, a whole division may have some.
  const wider = organisations
    .filter((one) => one.code.startsWith('division:') && one.code !== organisation)
    .slice(0, 3);
  const { attempt, busy } = useAsk();
  const problem = schemes.error ?? found.error;
  const save = () =>
    attempt(() => download(`/indexes/${encodeURIComponent(id ?? '')}/workbook`, { organisation, period: year }));
  return (
    <Page
      title="高质量发展指数"
      crumbs={[{ title: '绩效考核', to: '/assessments' }]}
      actions={
        mayExport && (
          <Button disabled={!found.data} loading={busy} onClick={() => void save()}>
            下载（XLSX）
          </Button>
        )
      }
      filters={
        indexes.length > 1 && (
          <Select
            aria-label="指数"
            value={id}
            onChange={setChosen}
            options={indexes.map((one) => ({ value: one.id, label: one.title }))}
          />
        )
      }
    >
      {problem ? (
        <Failure problem={problem} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading />
      ) : (
        <>
          <p className="bc-quiet">
            {found.data.title}，{found.data.period}年，数据版本 {found.data.data_version ?? '—'}。同类机构相互比较。
            {found.data.assumed && '部分权重是假定的，名次的稳定性见各行。'}
          </p>
          {peopled.map((one) => (
            <section key={one.id} id={`class-${one.id}`}>
              <h2>{one.title}</h2>
              <DataTable
                rows={one.standings}
                columns={columns}
                rowKey="organisation"
                exportName={`指数${one.title}`}
                label={one.title}
                height={360}
              />
              <Shifts shifts={one.shifts} />
            </section>
          ))}
          {found.data.classes
            .filter((one) => one.standings.length === 0)
            .map((one) => (
              <Alert
                key={one.id}
                type="info"
                showIcon
                title={`没有${one.title}`}
                description={whyNoClass(found.data, one, name)}
                action={
                  <Space orientation="vertical">
                    {peopled.map((other) => (
                      <Button
                        key={other.id}
                        size="small"
                        onClick={() => document.getElementById(`class-${other.id}`)?.scrollIntoView()}
                      >
                        看{other.title}
                      </Button>
                    ))}
                    {peopled.length === 0 &&
                      wider.map((other) => (
                        <Button key={other.code} size="small" onClick={() => setOrganisation(other.code)}>
                          看{other.name}
                        </Button>
                      ))}
                  </Space>
                }
              />
            ))}
        </>
      )}
    </Page>
  );
}

function Shifts({ shifts }: { shifts: readonly IndexShift[] }) {
  if (shifts.length === 0) return null;
  return (
    <ul>
      {shifts.slice(0, 6).map((one) => (
        <li key={`${one.component}${one.percent}`}>
          {one.component} 的权重变动 {one.percent}%：{one.moved} 家名次变动，最多 {one.most} 位
        </li>
      ))}
    </ul>
  );
}
