import { describe, expect, it } from 'vitest';
import type { IndicatorValue } from './wire';
import { changeText, isWanted, pastedCases, toneOf } from './words';

const value = (over: Partial<IndicatorValue>): IndicatorValue => ({
  id: 'x',
  title: 'x',
  chapter: '能力',
  direction: 'higher',
  direction_text: '逐步提高',
  unit: '%',
  kind: 'percent',
  decimals: 2,
  value: '18.42',
  missing: '',
  on_demand: false,
  suppressed: false,
  numerator: null,
  denominator: null,
  previous: null,
  year_before: null,
  course: 'worse',
  course_text: '变差',
  adrift: true,
  spark: [],
  marks: [],
  ...over,
});
const all = { text: '', chapter: '', direction: '', abnormal: '' };

describe('words of indicators', () => {
  it('never calls points per cent', () => {
    const change = {
      period: '2025-11',
      value: '20.52',
      difference: '-2.10',
      relative: null,
      good: false,
      notable: true,
    };
    expect(changeText({ ...change, kind: 'points' }, '%')).toBe('−2.10 个百分点');
    expect(changeText({ ...change, kind: 'count' }, '人次')).toBe('−2 人次');
    expect(changeText(null, '%')).toBe('—');
  });
  it('tells courses apart', () => {
    expect([toneOf('better'), toneOf('worse'), toneOf('watched'), toneOf('missing')]).toEqual([
      'good',
      'bad',
      'info',
      'neutral',
    ]);
  });
  it('narrows the list down', () => {
    expect(isWanted(value({}), { ...all, abnormal: 'drift' }, null)).toBe(true);
    expect(isWanted(value({ adrift: false }), { ...all, abnormal: 'drift' }, null)).toBe(false);
    expect(isWanted(value({ value: null }), all, null)).toBe(false);
    expect(isWanted(value({ value: null }), { ...all, abnormal: 'missing' }, null)).toBe(true);
    expect(isWanted(value({}), { ...all, text: 'cmi' }, new Set(['y']))).toBe(false);
  });
  it('reads what was copied from a sheet', () => {
    expect(pastedCases('病案号\t金额\n0001\t1,200.50\r\n0002\n\n')).toEqual([
      { key: '0001', amount: '1200.50' },
      { key: '0002', amount: null },
    ]);
  });
});
