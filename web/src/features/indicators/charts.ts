import type { EChartsOption } from 'echarts';
import { numberOf } from '../../ui/format';
import type { IndicatorMovement, IndicatorPage, IndicatorPart, IndicatorPeers } from './wire';

/** The course, with the year before as a quiet line and targets as lines across. */
export function trendOption(page: IndicatorPage): EChartsOption {
  const before = page.trend.some((point) => point.year_before !== null);
  const lines = page.targets.filter((target) => target.amount !== null);
  return {
    grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
    legend: { top: 0, data: before ? ['本期', '上年同期'] : ['本期'] },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: page.trend.map((point) => point.period) },
    yAxis: { type: 'value', scale: true, name: page.definition.unit },
    series: [
      {
        name: '本期',
        type: 'line',
        data: page.trend.map((point) => numberOf(point.value)),
        connectNulls: false,
        ...(lines.length > 0 && {
          markLine: {
            symbol: 'none',
            lineStyle: { type: 'dashed' },
            data: lines.map((target) => ({
              yAxis: numberOf(target.amount) ?? 0,
              label: { formatter: `目标 ${target.amount_text}`, position: 'insideEndTop' },
            })),
          },
        }),
      },
      ...(before
        ? [
            {
              name: '上年同期',
              type: 'line' as const,
              data: page.trend.map((point) => numberOf(point.year_before)),
              lineStyle: { width: 1, type: 'dotted' as const, opacity: 0.7 },
              symbolSize: 3,
            },
          ]
        : []),
    ],
  };
}

/** Bars of parts, sorted as they come, the first on top. */
export function partsOption(parts: readonly IndicatorPart[], unit: string): EChartsOption {
  const shown = parts.filter((part) => part.value !== null);
  return {
    grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { type: 'value', name: unit },
    yAxis: { type: 'category', inverse: true, data: shown.map((part) => part.name) },
    series: [
      {
        type: 'bar',
        data: shown.map((part) => numberOf(part.value)),
        label: { show: true, position: 'right' },
      },
    ],
  };
}

/** Peers as a row of bars, the own one apart in colour and word. */
export function peersOption(peers: IndicatorPeers, unit: string): EChartsOption {
  return {
    grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: {
      type: 'category',
      data: peers.items.map((peer, place) => (peer.is_own ? '本机构' : peer.name || `同类 ${place + 1}`)),
      axisLabel: { interval: 0, overflow: 'truncate', width: 64 },
    },
    yAxis: { type: 'value', scale: true, name: unit },
    series: [
      {
        type: 'bar',
        data: peers.items.map((peer) => ({
          value: numberOf(peer.value) ?? 0,
          itemStyle: { opacity: peer.is_own ? 1 : 0.45 },
        })),
      },
    ],
  };
}

/** What each part added: by its share (构成) and by itself (水平). */
export function movementOption(movement: IndicatorMovement, most = 12): EChartsOption {
  const effects = movement.effects.slice(0, most);
  const names = effects.map((effect) => effect.name);
  return {
    grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
    legend: { top: 0, data: ['构成', '水平'] },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { type: 'value' },
    yAxis: { type: 'category', inverse: true, data: names },
    series: [
      { name: '构成', type: 'bar', stack: 'effect', data: effects.map((effect) => numberOf(effect.mix)) },
      { name: '水平', type: 'bar', stack: 'effect', data: effects.map((effect) => numberOf(effect.rate)) },
    ],
  };
}
