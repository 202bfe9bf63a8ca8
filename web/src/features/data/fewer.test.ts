import { expect, test } from 'vitest';
import { fewerRecords } from './fewer';
import type { Job } from './wire';

test('only an import that stopped for it waits to be confirmed', () => {
  const months = [{ organisation: '99012101', month: '2025-12', before: 1572, after: 59 }];
  const result = (value: unknown) => value as Job['result'];
  const stopped = { state: 'failed', result: result({ code: 'fewer_records', months }) };
  expect(fewerRecords(stopped)).toEqual(months);
  expect(fewerRecords({ ...stopped, state: 'queued' })).toEqual([]);
  expect(fewerRecords({ state: 'failed', result: null })).toEqual([]);
  expect(fewerRecords({ state: 'failed', result: result({ code: 'other', months }) })).toEqual([]);
});
