import { Input, Select, Space } from 'antd';
import { useDeferredValue, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useGet } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Figure } from '../../ui/Figure';
import { Indicator } from '../../ui/Indicator';
import { Page } from '../../ui/Page';
import { Spark } from '../../ui/Spark';
import { Status } from '../../ui/Status';
import type { IndicatorCard, IndicatorChange, IndicatorValue, IndicatorValues } from './wire';
import { changeText, isWanted, kindOf, toneOf, valueText } from './words';

const DIRECTIONS = [
  { value: '', label: '全部导向' },
  { value: 'higher', label: '逐步提高' },
  { value: 'lower', label: '逐步降低' },
  { value: 'band', label: '区间内' },
  { value: 'monitor', label: '监测比较' },
];
const ABNORMAL = [
  { value: '', label: '有值的' },
  { value: 'drift', label: '明显变差' },
  { value: 'worse', label: '变差' },
  { value: 'missing', label: '没有值' },
  { value: 'all', label: '全部' },
];

function change(of: (row: IndicatorValue) => IndicatorChange | null) {
  return {
    align: 'right' as const,
    width: 150,
    render: (row: IndicatorValue) => changeText(of(row), row.unit),
    value: (row: IndicatorValue) => of(row)?.difference ?? null,
    sortable: true,
  };
}

/** All indicators with their values, changes and courses. */
export default function Catalogue() {
  const { organisation, period } = useSelection();
  const navigate = useNavigate();
  const [text, setText] = useUrlState<string>('text', '');
  const [chapter, setChapter] = useUrlState<string>('chapter', '');
  const [direction, setDirection] = useUrlState<string>('direction', '');
  const [abnormal, setAbnormal] = useUrlState<string>('abnormal', '');
  const wanted = useDeferredValue(text.trim());
  const values = useGet<IndicatorValues>(
    organisation ? '/indicators/values' : null,
    { organisation, period },
    { placeholderData: (before) => before },
  );
  const found = useGet<{ items: IndicatorCard[] }>(
    wanted ? '/indicators' : null,
    { text: wanted },
    { placeholderData: (before) => before },
  );
  const chapters = useMemo(() => [...new Set((values.data?.items ?? []).map((one) => one.chapter))], [values.data]);
  const rows = useMemo(() => {
    const ids = found.data ? new Set(found.data.items.map((one) => one.id)) : null;
    const by = { text: wanted, chapter, direction, abnormal };
    return (values.data?.items ?? []).filter((one) => isWanted(one, by, ids));
  }, [values.data, found.data, wanted, chapter, direction, abnormal]);
  const open = (id: string) =>
    `/indicators/${encodeURIComponent(id)}?${new URLSearchParams({ organisation, period }).toString()}`;
  const columns: Column<IndicatorValue>[] = [
    {
      key: 'title',
      title: '指标',
      render: (row) => (
        <Indicator id={row.id} title={row.title} to={open(row.id)} hint={row.marks.join('；') || row.id} />
      ),
      value: (row) => row.title,
      sortable: true,
    },
    { key: 'chapter', title: '专题', width: 110, value: (row) => row.chapter, sortable: true },
    {
      key: 'value',
      title: '本期',
      align: 'right',
      width: 140,
      render: (row) => (
        <Figure
          value={row.value}
          kind={kindOf(row.kind)}
          unit={row.unit}
          decimals={row.decimals}
          suppressed={row.suppressed}
          hint={row.missing || `${row.numerator ?? ''}${row.denominator ? ` ÷ ${row.denominator}` : ''}`}
          provisional={row.marks.length > 0 && row.value !== null}
        />
      ),
      value: (row) => row.value,
      sortable: true,
    },
    { key: 'previous', title: '较上期', ...change((row) => row.previous) },
    { key: 'year_before', title: '同比', ...change((row) => row.year_before) },
    {
      key: 'spark',
      title: '走势',
      width: 110,
      render: (row) => (
        <Spark
          values={row.spark.map((point) => point.value)}
          summary={`${row.title}近 ${row.spark.length} 期走势，本期 ${valueText(row)}`}
        />
      ),
    },
    {
      key: 'course',
      title: '状态',
      width: 120,
      render: (row) => (
        <Status
          tone={row.adrift ? 'bad' : row.course === 'worse' ? 'warn' : toneOf(row.course)}
          text={row.adrift ? '明显变差' : row.course_text}
        />
      ),
      value: (row) => row.course_text,
      sortable: true,
    },
    { key: 'direction', title: '导向', width: 90, value: (row) => row.direction_text },
  ];
  return (
    <Page
      title="指标目录"
      filters={
        <Space wrap>
          <Input.Search
            aria-label="查找指标"
            placeholder="名称、标识或拼音首字母"
            allowClear
            value={text}
            onChange={(event) => setText(event.target.value)}
            style={{ width: 240 }}
          />
          <Select
            aria-label="专题"
            value={chapter}
            onChange={setChapter}
            options={[{ value: '', label: '全部专题' }, ...chapters.map((one) => ({ value: one, label: one }))]}
            style={{ width: 160 }}
          />
          <Select
            aria-label="导向"
            value={direction}
            onChange={setDirection}
            options={DIRECTIONS}
            style={{ width: 120 }}
          />
          <Select aria-label="异常" value={abnormal} onChange={setAbnormal} options={ABNORMAL} style={{ width: 120 }} />
        </Space>
      }
    >
      <DataTable<IndicatorValue>
        label="指标"
        rows={rows}
        columns={columns}
        rowKey="id"
        loading={values.isPending && organisation !== ''}
        failure={values.error}
        retry={() => void values.refetch()}
        exportName={`指标 ${period}`}
        onOpen={(row) => navigate(open(row.id))}
        empty={
          abnormal === 'drift' ? (
            <Empty title="本期没有明显变差的指标" hint="“明显”指变动超出偶然波动，且既不好于上期、也不好于上年同期" />
          ) : (
            <Empty
              title="没有符合条件的指标"
              hint="这里列出本单位本期的指标值。导入病案、审核填报后自动计算；也可以换条件或时期"
            />
          )
        }
      />
    </Page>
  );
}
