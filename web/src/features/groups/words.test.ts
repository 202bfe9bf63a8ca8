import { describe, expect, it } from 'vitest';
import type { CalculatedStep, GroupRow, GroupTable } from './wire';
import {
  alike,
  beyond,
  changeOf,
  changeText,
  codesIn,
  countText,
  folded,
  leastCases,
  outcomeOf,
  stemOf,
  tableSays,
  whyNoPoints,
  worst,
} from './words';

const count = (value: number) => ({ value, hidden: false });

function row(key: string, cases: number, index: string | null): GroupRow {
  return {
    key,
    title: `组${key}`,
    adrg: null,
    mdc: null,
    cases: count(cases),
    grouped: count(cases),
    ambiguous: count(0),
    ungrouped: count(0),
    groups: 1,
    share: null,
    total_weight: null,
    mean_weight: '1.0000',
    total_charges: '1200.00',
    mean_charges: '100.00',
    mean_days: '5.00',
    cost_index: index,
    time_index: null,
    deaths: count(0),
    mortality: null,
    high: count(0),
    low: count(0),
    drug_share: null,
    consumable_share: null,
    reference: null,
    previous: null,
    year_before: null,
    trend: [],
  };
}

function table(rows: GroupRow[]): GroupTable {
  return {
    by: 'group',
    period: '2025',
    scheme: 's',
    scheme_title: '',
    weights: null,
    total: row('', 0, null),
    rows,
    months: [],
    reference_hospitals: 3,
    hidden_rows: 0,
    may_see_records: true,
    outlier_rule: '',
    warnings: [],
  };
}

describe('words of groups', () => {
  it('hides small counts', () => {
    expect(countText({ value: null, hidden: true })).toBe('<5');
    expect(countText(count(1284))).toBe('1,284');
    expect(countText({ value: null, hidden: false })).toBe('—');
  });

  it('tells changes in percent', () => {
    expect(changeText(changeOf('110.00', '100.00'))).toBe('+10.0%');
    expect(changeText(changeOf('90', '100'))).toBe('−10.0%');
    expect(changeText(changeOf('100', '100'))).toBe('持平');
    expect(changeText(changeOf('1', null))).toBe('—');
    expect(changeOf('1', '0')).toBeNull();
  });

  it('names the worst of those with enough cases', () => {
    const rows = [row('A', 100, '1.2000'), row('B', 3, '9.0000'), row('C', 80, '1.5000'), row('D', 50, '0.8000')];
    expect(worst(rows, 'cost_index', 5).map((one) => one.key)).toEqual(['C', 'A']);
    expect(tableSays(table(rows), 'cost_index')).toBe('4 个病组中 3 个费用消耗指数高于 1，组C最高（1.50）');
    expect(tableSays(table([]), 'cost_index')).toBe('2025年没有可以比较的费用消耗指数');
    expect(leastCases([row('A', 50_000, null)])).toBe(100);
  });

  it('counts what is spent beyond the mean of all', () => {
    expect(beyond(row('A', 10, '1.2000'))).toBeCloseTo(200);
    expect(beyond(row('A', 10, null))).toBeNull();
  });

  it('folds what failed into what held next', () => {
    const step = (level: string, code: string, holds: boolean): CalculatedStep => ({
      level,
      code,
      title: null,
      condition: '',
      holds,
      taken: holds,
    });
    const { steps, rest } = folded([
      step('check', '性别', true),
      step('mdc', 'MDCA', false),
      step('mdc', 'MDCB', false),
      step('mdc', 'MDCH', true),
      step('adrg', 'HB1', false),
      step('adrg', 'HC1', true),
      step('drg', 'HC11', false),
      step('drg', 'HC15', true),
    ]);
    expect(steps.map((one) => [one.step.code, one.missed.length])).toEqual([
      ['性别', 0],
      ['MDCH', 2],
      ['HC1', 1],
      ['HC11', 0],
      ['HC15', 0],
    ]);
    expect(rest).toEqual([]);
    expect(folded([step('mdc', 'MDCA', false)]).rest).toHaveLength(1);
  });

  it('takes codes as they are pasted', () => {
    expect(codesIn('K80.100x003， I10.x00x002\n51.2300')).toEqual(['K80.100x003', 'I10.x00x002', '51.2300']);
    expect(codesIn('  ')).toEqual([]);
  });

  it('names what became of a case without a group', () => {
    const drg = (code: string) => ({ code, title: null });
    expect(outcomeOf({ status: 'ungrouped', drg: drg('0000') })).toBe('未入组');
    expect(outcomeOf({ status: 'unrelated_procedure', drg: drg('GQY') })).toBe('歧义病案 GQY');
    expect(outcomeOf({ status: 'sex_missing', drg: drg('') })).toBe('没有分组');
  });

  it('suggests codes that begin like one that is not in the edition', () => {
    expect(stemOf('K80.199x777')).toBe('K80.1');
    expect(stemOf('51.2399')).toBe('51.2');
    expect(stemOf('k80')).toBe('K80');
    const hit = (code: string, usable = true) => ({ code, usable });
    const hits = [hit('K80.100'), hit('K80.100x001'), hit('K80.1', false), hit('K81.000'), hit('K80.101')];
    expect(alike('K80.199', hits).map((one) => one.code)).toEqual(['K80.100', 'K80.100x001', 'K80.101']);
  });

  it('says why a chart has nothing to draw', () => {
    const of = (rows: number, hidden_rows: number) => ({
      rows: Array.from({ length: rows }, (_, at) => row(String(at), 9, null)),
      hidden_rows,
    });
    expect(whyNoPoints(of(3, 0), 2)).toBeNull();
    expect(whyNoPoints(of(3, 2), 1)).toContain('少于 5 例的行不画');
    expect(whyNoPoints(of(1, 0), 1)).toContain('至少要有两行');
    expect(whyNoPoints(of(3, 0), 0)).toContain('权重');
  });
});
