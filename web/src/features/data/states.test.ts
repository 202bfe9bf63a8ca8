import { expect, test } from 'vitest';
import { formPath, isOver, standing, worst } from './states';

test('what needs somebody most stands for several periods', () => {
  const cells = [
    { state: 'approved', timeliness: 'in_time', days: 0 },
    { state: 'none', timeliness: 'overdue', days: 3 },
    { state: 'none', timeliness: 'overdue', days: 34 },
    { state: 'submitted', timeliness: 'in_time', days: 0 },
  ];
  expect(worst(cells)?.days).toBe(34);
  expect(worst([])).toBeUndefined();
});

test('a state has a word beside its colour', () => {
  expect(standing({ state: 'none', timeliness: 'open', days: 0 }).text).toBe('今天截止');
  expect(standing({ state: 'draft', timeliness: 'overdue', days: 2 }).text).toBe('草稿·逾期2天');
  expect(standing({ state: 'none', timeliness: 'overdue', days: 1423 }).text).toBe('逾期3年11个月');
  expect(standing({ state: 'approved', timeliness: 'overdue', days: 9 }).tone).toBe('good');
});

test('the address of a form survives codes with signs', () => {
  const form = { dataset: 'finance', organisation: 'division:990121', period: '2025-12' };
  expect(formPath(form)).toBe('/data/forms/finance/division%3A990121/2025-12');
});

test('a job is over when it says so', () => {
  expect(isOver({ state: 'running', finished_at: null })).toBe(false);
  expect(isOver({ state: 'failed', finished_at: null })).toBe(true);
  expect(isOver({ state: 'x', finished_at: '2026-01-01T00:00:00Z' })).toBe(true);
});
