import { describe, expect, it } from 'vitest';
import type { Me } from '../../app/wire';
import { addressOf, mayOpen } from './links';

const here = { organisation: 'A', period: '2025-12' };

describe('links of tiles', () => {
  it('carry organisation, period and filters', () => {
    expect(addressOf({ page: 'indicator', id: 'T3-4', filters: {} }, here)).toBe(
      '/indicators/T3-4?organisation=A&period=2025-12',
    );
    expect(addressOf({ page: 'worklist', id: null, filters: { severity: 'error' } }, here)).toBe(
      '/records/worklist?organisation=A&period=2025-12&severity=error',
    );
  });
  it('open the cockpit of another hospital', () => {
    expect(addressOf({ page: 'cockpit', id: 'B', filters: {} }, here)).toBe('/cockpit?organisation=B&period=2025-12');
  });
  it('open what they name: a target, a task, a form, the list of whom to call', () => {
    expect(addressOf({ page: 'plan', id: 'p', filters: { target: 'T1' } }, here)).toContain('/plans/p/targets/T1?');
    expect(addressOf({ page: 'tasks', id: 'R1/2', filters: { plan: 'p', of: 'A' } }, here)).toContain(
      'task=A%7Ep%7ER1%7E2',
    );
    expect(addressOf({ page: 'tasks', id: null, filters: { late: '1' } }, here)).toContain('overdue=1');
    const form = { dataset: 'd', of: 'A', when: '2025-12' };
    expect(addressOf({ page: 'datasets', id: null, filters: form }, here)).toContain('/data/forms/d/A/2025-12?');
    expect(addressOf({ page: 'datasets', id: null, filters: { late: '1' } }, here)).toContain('/data/calendar?');
  });
  it('are not offered to whom the page is closed', () => {
    const permissions = [{ action: 'read', resource: 'worklist', sensitivity: 'aggregate' }];
    const me = { permissions } as unknown as Me;
    expect(mayOpen(me, { page: 'worklist', id: null, filters: {} })).toBe(false);
    expect(mayOpen(me, { page: 'cockpit', id: 'B', filters: {} })).toBe(true);
  });
});
