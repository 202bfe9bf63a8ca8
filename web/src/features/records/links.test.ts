import { expect, test } from 'vitest';
import { lastMonthOf } from './links';

test('a month is handed in, whatever period is chosen', () => {
  expect(lastMonthOf('2025-11')).toBe('2025-11');
  expect(lastMonthOf('2025Q3')).toBe('2025-09');
  expect(lastMonthOf('2025H1')).toBe('2025-06');
  expect(lastMonthOf('2025')).toBe('2025-12');
  expect(lastMonthOf('2025-12R12')).toBe('2025-12');
  expect(lastMonthOf('2025-01..2025-06')).toBe('2025-06');
  expect(lastMonthOf('')).toBe('');
});
