import type { EChartsOption } from 'echarts';
import { decimalsOfUnit, formatFigure, numberOf } from '../../ui/format';
import type { Point, TargetStatusBody } from './wire';

/** A month as the number of months, so that the way between two is straight. */
function months(month: string): number {
  const [year, number] = month.split('-');
  return Number(year) * 12 + Number(number) - 1;
}

function named(count: number): string {
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** The months of a chart in their order: those of the values, of the path and of the forecast. */
export function monthsOf(found: Pick<TargetStatusBody, 'series' | 'path' | 'forecast'>): string[] {
  const all = [...found.series.map((one) => one.month), ...found.path.map((one) => one.month)];
  if (found.forecast) all.push(found.forecast.month);
  return [...new Set(all)].sort();
}

/** The value of the straight way at a month; `null` before and behind it. */
export function pathAt(path: readonly Point[], month: string): number | null {
  const [from, to] = path;
  if (!from || !to) return null;
  const [low, high] = [numberOf(from.value), numberOf(to.value)];
  const [start, end, at] = [months(from.month), months(to.month), months(month)];
  if (low === null || high === null || at < start || at > end || end === start) return null;
  return low + ((high - low) * (at - start)) / (end - start);
}

/** Actual values, the path, and the forecast with its band. */
export function courseOption(found: TargetStatusBody): EChartsOption {
  const axis = monthsOf(found);
  const byMonth = new Map(found.series.map((one) => [one.month, numberOf(one.value)]));
  const forecast = found.forecast;
  const last = found.series.findLast((one) => one.value !== null);
  const band = (end: string | undefined) =>
    axis.map((month) => {
      if (forecast && month === forecast.month) return numberOf(end);
      return forecast && last && month === last.month ? numberOf(last.value) : null;
    });
  const low = band(forecast?.low);
  const high = band(forecast?.high);
  const wanted = numberOf(found.target.number);
  return {
    grid: { left: 56, right: 24, top: 36, bottom: 32 },
    legend: { top: 0, data: ['实际', '按期进度', '按趋势预计'] },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: axis, boundaryGap: false },
    yAxis: { type: 'value', scale: true, name: found.target.unit },
    series: [
      {
        name: '实际',
        type: 'line',
        data: axis.map((month) => byMonth.get(month) ?? null),
        connectNulls: true,
        ...(wanted === null
          ? {}
          : {
              markLine: {
                silent: true,
                symbol: 'none',
                data: [{ yAxis: wanted, name: '目标' }],
                label: { formatter: `目标 ${found.target.number ?? ''}` },
              },
            }),
      },
      {
        name: '按期进度',
        type: 'line',
        data: axis.map((month) => pathAt(found.path, month)),
        connectNulls: true,
        symbol: 'none',
        lineStyle: { type: 'dashed', width: 1 },
      },
      {
        name: '区间下限',
        type: 'line',
        stack: 'band',
        data: low,
        connectNulls: true,
        symbol: 'none',
        lineStyle: { opacity: 0 },
        tooltip: { show: false },
      },
      {
        name: '区间',
        type: 'line',
        stack: 'band',
        data: low.map((value, place) => {
          const top = high[place];
          return value === null || top === null || top === undefined ? null : top - value;
        }),
        connectNulls: true,
        symbol: 'none',
        lineStyle: { opacity: 0 },
        areaStyle: { opacity: 0.18 },
        tooltip: { show: false },
      },
      {
        name: '按趋势预计',
        type: 'line',
        data: band(forecast?.value),
        connectNulls: true,
        lineStyle: { type: 'dotted' },
      },
    ],
  };
}

/** What the course shows, for those who do not see it. */
export function courseSummary(found: TargetStatusBody): string {
  const last = found.series.findLast((one) => one.value !== null);
  const parts = [`${found.target.title}，${found.status_text}`];
  const shown = (value: string | null) => formatFigure(value, 'plain', { decimals: decimalsOfUnit(found.target.unit) });
  if (last) parts.push(`${last.month} 为 ${shown(last.value)}${found.target.unit}`);
  parts.push(`要求 ${found.target.wanted}`);
  if (found.forecast) {
    const { month, value, low, high } = found.forecast;
    parts.push(`预计 ${month} 为 ${shown(value)}，在 ${shown(low)} 到 ${shown(high)} 之间`);
  }
  return `${parts.join('；')}。`;
}

/** A month so many months after another. */
export function monthAfter(month: string, count: number): string {
  return named(months(month) + count);
}
