import { describe, expect, it } from 'vitest';
import { addressOf } from './links';

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
});
