import { describe, expect, test } from 'vitest';
import { daysInWords, decimalsOfUnit, figureText, formatFigure, formatPeriod, formatTime, groupText } from './format';

describe('figures', () => {
  test.each([
    ['1284', 'count', '1,284'],
    ['1234567.5', 'count', '1,234,568'],
    ['12.345', 'percent', '12.35'],
    ['-2.104', 'points', '−2.10'],
    ['0.5', 'points', '+0.50'],
    ['0.001', 'points', '0.00'],
    ['1.00005', 'weight', '1.0001'],
    ['123456789012345678901234.56', 'money', '123,456,789,012,345,678,901,234.56'],
    ['0.125', 'plain', '0.125'],
    [null, 'money', '—'],
    ['', 'score', '—'],
    ['1:0.8', 'plain', '1:0.8'],
  ] as const)('%s as %s is %s', (value, kind, expected) => {
    expect(formatFigure(value, kind)).toBe(expected);
  });

  test('ten thousands of yuan are divided without a binary number', () => {
    expect(formatFigure('123456789.50', 'money', { unit: '万元' })).toBe('12,345.68');
    expect(formatFigure('0.30', 'money', { unit: '万元' })).toBe('0.00');
  });

  test('a figure in a sentence has its unit', () => {
    expect(figureText('12.3', 'percent')).toBe('12.30%');
    expect(figureText('-2.1', 'points')).toBe('−2.10 个百分点');
    expect(figureText(null, 'count', '例')).toBe('—');
  });
});

test.each([
  ['2025', '2025年'],
  ['2025Q4', '2025年第4季度'],
  ['2025H1', '2025年上半年'],
  ['2025-03', '2025年3月'],
  ['2025-03R12', '截至2025年3月的12个月'],
  ['2021-01..2025-12', '2021-01 至 2025-12'],
])('the period %s is %s', (period, expected) => {
  expect(formatPeriod(period)).toBe(expected);
});

test('times are those of China', () => {
  expect(formatTime('2026-03-01T00:05:00Z')).toBe('2026-03-01 08:05');
  expect(formatTime(null)).toBe('—');
});

test('a long time is told in months and years', () => {
  expect(daysInWords(1)).toBe('1 天');
  expect(daysInWords(90)).toBe('90 天');
  expect(daysInWords(91)).toBe('3 个月');
  expect(daysInWords(365)).toBe('1 年');
  expect(daysInWords(1423)).toBe('3 年 11 个月');
});

test('a case without a group is called so', () => {
  expect(groupText('GB21')).toBe('GB21');
  expect(groupText('0000')).toBe('未入组');
  expect(groupText('0000A')).toBe('未入组');
  expect(groupText(null)).toBe('—');
});

test('what is counted has no decimals', () => {
  expect(['张', '人', '人次', '家'].map(decimalsOfUnit)).toEqual([0, 0, 0, 0]);
  expect(['%', '张/千人', '天', '元', ''].map(decimalsOfUnit)).toEqual([2, 2, 2, 2, 2]);
});
