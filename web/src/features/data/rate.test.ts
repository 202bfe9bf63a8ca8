import { expect, test } from 'vitest';
import { inWords, marked, pace, percent } from './rate';

test('the pace is that of the last seconds', () => {
  let marks = marked([], { at: 0, done: 0 });
  expect(pace(marks, 100)).toEqual({ rate: null, remaining: null });
  marks = marked(marks, { at: 2000, done: 50 });
  expect(pace(marks, 100)).toEqual({ rate: 25, remaining: 2 });
  marks = marked(marks, { at: 20_000, done: 60 });
  expect(marks.length).toBe(1);
  expect(marked(marks, { at: 21_000, done: 5 })).toEqual([{ at: 21_000, done: 5 }]);
});

test('a rest is told in words', () => {
  expect([0.4, 12.2, 600, 9000].map(inWords)).toEqual(['不到 1 秒', '约 13 秒', '约 10 分钟', '约 3 小时']);
  expect(percent(5, null)).toBeNull();
  expect(percent(5, 10)).toBe(50);
  expect(percent(11, 10)).toBe(100);
});
