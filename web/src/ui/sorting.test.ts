import { expect, test } from 'vitest';
import { compare, sorted } from './sorting';

test('decimal texts go by size and what is missing comes last either way', () => {
  const rows = [{ v: '10.5' }, { v: null }, { v: '9.25' }, { v: '-1' }];
  const columns = [{ key: 'v' }];
  const order = (descending: boolean) => sorted(rows, columns, { key: 'v', descending }).map((row) => row.v);
  expect(order(false)).toEqual(['-1', '9.25', '10.5', null]);
  expect(order(true)).toEqual(['10.5', '9.25', '-1', null]);
});

test('words go as they are looked up', () => {
  expect(compare('骨科', '内科', false)).toBeLessThan(0);
  expect(compare('病区2', '病区10', false)).toBeLessThan(0);
});
