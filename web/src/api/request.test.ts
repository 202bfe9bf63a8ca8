import { expect, test } from 'vitest';
import { problemOf } from './problem';
import { address, fileName } from './request';
import { cut } from './stream';

test('parameters without a value are left out and lists are repeated', () => {
  expect(address('/groups', { period: '2025', q: '', drg: ['A', 'B'], open: false, none: null })).toBe(
    '/api/v1/groups?period=2025&drg=A&drg=B&open=false',
  );
  expect(address('/groups?x=1', { y: 2 })).toBe('/api/v1/groups?x=1&y=2');
});

test('a file has the name that the answer gives it', () => {
  expect(fileName("attachment; filename*=UTF-8''%E9%80%9A%E6%8A%A5.pdf")).toBe('通报.pdf');
  expect(fileName('attachment; filename="a b.csv"')).toBe('a b.csv');
  expect(fileName(null)).toBeUndefined();
});

test('a problem is told in the words of the service, or by its status', () => {
  const own = problemOf(422, '{"code":"invalid","message":"日期有误","field":"from"}', 'abc');
  expect([own.code, own.message, own.field, own.requestId]).toEqual(['invalid', '日期有误', 'from', 'abc']);
  expect(problemOf(502, '<html>').code).toBe('offline');
  expect(problemOf(401, '').signedOut).toBe(true);
});

test('events are cut where they end, and the rest waits', () => {
  const { events, rest } = cut(': ping\n\nevent: progress\ndata: {"a":\ndata: 1}\n\ndata: {"b"');
  expect(events).toEqual([{ name: 'progress', data: '{"a":\n1}' }]);
  expect(rest).toBe('data: {"b"');
});
