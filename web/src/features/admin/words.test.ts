import { describe, expect, it } from 'vitest';
import type { HeldAssignment, PackFault } from './wire';
import { byLine, counted, identityText, offsetOf, standing, time, today } from './words';

const role = (first: string, counts: boolean): HeldAssignment => ({
  number: 1,
  role: 'coder',
  role_title: '病案编码员',
  unit: 'hospital:A',
  unit_name: null,
  first_day: first,
  last_day: null,
  counts,
  granted_by: 'admin',
  granted_at: '2026-01-01T00:00:00Z',
  reason: '',
});

describe('words of the administration', () => {
  it('shows times of China', () => {
    expect(time('2026-01-01T16:30:05Z')).toBe('2026-01-02 00:30:05');
    expect(time(null)).toBe('—');
    expect(today(new Date('2026-01-01T16:30:00Z'))).toBe('2026-01-02');
  });
  it('says how a role stands', () => {
    expect(standing(role('2026-01-01', true), '2026-02-01')).toBe('有效');
    expect(standing(role('2026-03-01', false), '2026-02-01')).toBe('未生效');
    expect(standing(role('2026-01-01', false), '2026-02-01')).toBe('已终止');
  });
  it('finds faults and places by line', () => {
    const fault = (file: string, line: number): PackFault => ({ file, line, column: 1, error: true, text: '' });
    const lines = byLine([fault('a', 2), fault('a', 2), fault('b', 1)], 'a');
    expect([...lines.keys()]).toEqual([2]);
    expect(lines.get(2)).toHaveLength(2);
    expect(offsetOf('ab\ncd\nef', 2, 2)).toBe(4);
    expect(offsetOf('ab', 9, 9)).toBe(2);
  });
  it('says who an account is to the identity provider', () => {
    const identity = { external_name: '0417', linked: false, shown: '', linked_by: 'admin', linked_at: '' };
    expect(identityText(null)).toBe('未绑定');
    expect(identityText(identity)).toBe('指定 0417，尚未登录过');
    expect(identityText({ ...identity, linked: true, shown: '张三' })).toBe('指定 0417，已绑定 张三');
    expect(identityText({ ...identity, external_name: '', linked: true })).toBe('本人绑定，已绑定');
  });
  it('counts lines that come and go', () => {
    const line = (kind: string) => ({ kind, old: null, new: null, text: '' });
    const lines = ['added', 'removed', 'added', 'same'].map(line);
    expect(counted({ file: 'a', kind: 'changed', lines })).toEqual({ added: 2, removed: 1 });
  });
});
