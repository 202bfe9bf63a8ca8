import type { EChartsOption } from 'echarts';
import { numberOf } from '../../ui/format';
import type { TileSeries } from './wire';

/** The chart of a tile: a line over time, or bars side by side. */
export function seriesOption(series: TileSeries): EChartsOption {
  const labels = series.points.map((point) => point.label);
  const values = series.points.map((point) => numberOf(point.value));
  if (series.shape === 'bars') {
    return {
      grid: { left: 8, right: 40, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      xAxis: { type: 'value', minInterval: 1 },
      yAxis: { type: 'category', inverse: true, data: labels },
      series: [{ type: 'bar', data: values, label: { show: true, position: 'right' } }],
    };
  }
  return {
    grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: labels },
    yAxis: { type: 'value', scale: true, name: series.unit },
    series: [{ type: 'line', data: values }],
  };
}

/** What a chart shows, in words. */
export function seriesSummary(series: TileSeries): string {
  const known = series.points.filter((point) => point.value !== null);
  return `${series.title}：${known.map((point) => `${point.label} ${point.value}${series.unit}`).join('，')}`;
}
