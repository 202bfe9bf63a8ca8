import type { EChartsOption } from 'echarts';
import { formatFigure, numberOf } from '../../ui/format';
import type { GroupMonth, GroupRow, GroupSpread } from './wire';
import { leastCases, MEASURES, type Measure, nameOf } from './words';

/** Rows that are labelled at most. */
const LABELS = 8;

/** A point of a quadrant chart. */
export interface Point {
  key: string;
  name: string;
  value: [number, number, number];
  outlier: boolean;
}

/** The rows that have both numbers, outliers marked: furthest from the lines with enough cases. */
export function points(rows: readonly GroupRow[], measure: Measure): Point[] {
  const least = leastCases(rows);
  const known = rows.flatMap((row) => {
    const [x, y, size] = [numberOf(row.mean_weight), numberOf(row[measure]), row.cases.value];
    return x === null || y === null || size === null
      ? []
      : [{ key: row.key, name: nameOf(row), value: [x, y, size] as [number, number, number], outlier: false }];
  });
  // Logarithms: twice the mean is as far away as half of it.
  const distance = (point: Point) => Math.abs(Math.log(Math.max(point.value[1], 0.01))) * Math.sqrt(point.value[2]);
  const far = known
    .filter((point) => point.value[2] >= least && Math.abs(point.value[1] - 1) >= 0.1)
    .toSorted((a, b) => distance(b) - distance(a))
    .slice(0, LABELS);
  const outliers = new Set(far.map((point) => point.key));
  return known.map((point) => ({ ...point, outlier: outliers.has(point.key) }));
}

/** Mean weight against an index of consumption; the size is the number of cases. */
export function quadrant(all: readonly Point[], measure: Measure, middle: number): EChartsOption {
  const { title, dear, cheap } = MEASURES[measure];
  const most = Math.max(1, ...all.map((point) => point.value[2]));
  const size = (value: number) => 6 + 34 * Math.sqrt(value / most);
  // Two lines: beside each other they have room on a phone.
  const corner = (text: string, place: object) => ({
    text,
    ...place,
    textStyle: { fontSize: 12, fontWeight: 'normal' as const, color: '#7a858b' },
  });
  const series = (outlier: boolean) => ({
    type: 'scatter' as const,
    name: outlier ? '偏离大的' : '其他',
    symbolSize: (value: unknown) => size((value as number[])[2] ?? 0),
    itemStyle: { opacity: outlier ? 0.85 : 0.4 },
    data: all
      .filter((point) => point.outlier === outlier)
      .map((point) => ({ name: point.name, value: point.value, key: point.key })),
    label: { show: outlier, formatter: '{b}', position: 'right' as const, fontSize: 12 },
    labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' as const },
  });
  return {
    grid: { left: 56, right: 90, top: 44, bottom: 44 },
    tooltip: {
      formatter: (given: unknown) => {
        const { name, value } = given as { name: string; value: number[] };
        const [x, y, cases] = value.map((number) => String(number));
        return [
          name,
          `平均权重 ${formatFigure(x, 'weight')}`,
          `${title} ${formatFigure(y, 'weight')}`,
          `${formatFigure(cases, 'count')} 例`,
        ].join('<br>');
      },
    },
    xAxis: { type: 'value', name: '平均权重（CMI）', nameLocation: 'middle', nameGap: 26, scale: true },
    yAxis: { type: 'value', scale: true },
    title: [
      corner(`权重低\n${dear}均值`, { left: 62, top: 4 }),
      corner(`权重高\n${dear}均值`, { right: 94, top: 4 }),
      corner(`权重低\n${cheap}均值`, { left: 62, bottom: 46 }),
      corner(`权重高\n${cheap}均值`, { right: 94, bottom: 46 }),
    ],
    series: [
      {
        ...series(false),
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          data: [{ yAxis: 1 }, { xAxis: middle }],
        },
      },
      series(true),
    ],
  };
}

/** What the quadrants mean, for those who do not see them. */
export function quadrantSummary(all: readonly Point[], measure: Measure, middle: number): string {
  const { dear, cheap } = MEASURES[measure];
  const in_ = (heavy: boolean, above: boolean) =>
    all.filter((point) => point.value[0] >= middle === heavy && point.value[1] > 1 === above).length;
  return [
    `权重高、${dear}均值的 ${in_(true, true)} 个`,
    `权重低、${dear}均值的 ${in_(false, true)} 个`,
    `权重高、${cheap}均值的 ${in_(true, false)} 个`,
    `权重低、${cheap}均值的 ${in_(false, false)} 个`,
  ].join('；');
}

/** Months of a group: cases as bars, mean charges as a line, all hospitals as a quiet line. */
export function monthLines(months: readonly GroupMonth[], of: 'charges' | 'days'): EChartsOption {
  const own = months.map((month) => numberOf(of === 'charges' ? month.mean_charges : month.mean_days));
  const all = months.map((month) => numberOf(of === 'charges' ? month.reference_charges : month.reference_days));
  return {
    grid: { left: 64, right: 48, top: 32, bottom: 28 },
    // Beside the name of the axis on the right.
    legend: { top: 0, right: 68 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: months.map((month) => month.month) },
    yAxis: [
      { type: 'value', name: of === 'charges' ? '元' : '天' },
      { type: 'value', name: '例', minInterval: 1, splitLine: { show: false } },
    ],
    series: [
      {
        type: 'bar',
        name: '例数',
        yAxisIndex: 1,
        itemStyle: { opacity: 0.3 },
        data: months.map((month) => month.cases.value),
      },
      { type: 'line', name: of === 'charges' ? '例均费用' : '平均住院日', data: own, connectNulls: false },
      {
        type: 'line',
        name: '全部机构',
        data: all,
        lineStyle: { type: 'dashed', width: 1.5 },
        symbol: 'none',
        connectNulls: false,
      },
    ],
  };
}

/** Shares of stays by charges or days: own ones beside those of all hospitals. */
export function histogram(spread: GroupSpread, unit: string): EChartsOption {
  const sum = (values: (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const own = spread.bins.map((bin) => bin.cases.value);
  const all = spread.bins.map((bin) => bin.reference_cases.value);
  const percent = (values: (number | null)[]) => {
    const total = sum(values);
    return values.map((value) => (value === null || total === 0 ? null : Math.round((value / total) * 10_000) / 100));
  };
  return {
    grid: { left: 52, right: 16, top: 32, bottom: 40 },
    legend: { top: 0, right: 0 },
    tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => `${value ?? '—'}%` },
    xAxis: {
      type: 'category',
      name: unit,
      nameLocation: 'end',
      data: spread.bins.map((bin) => (bin.to === null ? `≥${thousands(bin.from)}` : thousands(bin.from))),
    },
    yAxis: { type: 'value', name: '占比（%）' },
    series: [
      { type: 'bar', name: '所选机构', data: percent(own), barGap: '-100%', itemStyle: { opacity: 0.65 } },
      {
        type: 'line',
        name: '全部机构',
        data: percent(all),
        step: 'middle',
        symbol: 'none',
        lineStyle: { type: 'dashed', width: 1.5 },
      },
    ],
  };
}

function thousands(value: string): string {
  return formatFigure(value, 'plain', { decimals: 0 });
}
