import { describe, expect, it } from 'vitest';
import { courseOption, courseSummary, monthAfter, monthsOf, pathAt } from './charts';
import type { TargetStatusBody } from './wire';

const found = {
  status_text: '有风险',
  series: [
    { month: '2025-06', value: '60' },
    { month: '2025-12', value: null },
  ],
  path: [
    { month: '2024-12', value: '50' },
    { month: '2025-12', value: '62' },
  ],
  forecast: { month: '2025-12', value: '61', low: '60', high: '63', observations: 8 },
  target: { title: '就诊率', unit: '%', wanted: '≥62%', number: '62' },
} as unknown as TargetStatusBody;

describe('the course of a target', () => {
  it('has all months once, in order', () => {
    expect(monthsOf(found)).toEqual(['2024-12', '2025-06', '2025-12']);
    expect(monthAfter('2025-11', 3)).toBe('2026-02');
  });

  it('goes straight from the baseline to the target', () => {
    expect(pathAt(found.path, '2025-06')).toBe(56);
    expect(pathAt(found.path, '2026-01')).toBeNull();
    expect(pathAt([], '2025-06')).toBeNull();
  });

  it('draws the band from the last value to the forecast', () => {
    const series = courseOption(found).series as { name: string; data: (number | null)[] }[];
    expect(series.find((one) => one.name === '区间下限')?.data).toEqual([null, 60, 60]);
    expect(series.find((one) => one.name === '区间')?.data).toEqual([null, 0, 3]);
    expect(courseSummary(found)).toContain('2025-06 为 60.00%');
  });
});
