import { describe, expect, it } from 'vitest';
import { inOrder, shownTargets, stepBetween, toneOf } from './status';
import type { TargetStatusBody } from './wire';

const target = (id: string, status: string, title = '') =>
  ({ status, target: { id, title, citation: '' } }) as unknown as TargetStatusBody;

describe('statuses', () => {
  it('puts what is off course first and keeps only what is asked for', () => {
    const all = [target('T1', 'met'), target('T2', 'off_course'), target('T3', 'at_risk', '县域就诊率')];
    expect(shownTargets(all, '', '').map((one) => one.target.id)).toEqual(['T2', 'T3', 'T1']);
    expect(shownTargets(all, 'at_risk,met', '').map((one) => one.target.id)).toEqual(['T3', 'T1']);
    expect(shownTargets(all, '', '就诊').map((one) => one.target.id)).toEqual(['T3']);
  });

  it('orders counts by urgency', () => {
    const count = (status: string) => ({ status, status_text: status, count: 1 });
    expect(inOrder([count('met'), count('overdue')]).map((one) => one.status)).toEqual(['overdue', 'met']);
    expect(toneOf('off_course')).toBe('bad');
    expect(toneOf('no_data')).toBe('neutral');
  });

  it('knows which step leads from column to column', () => {
    expect(stepBetween('submitted', 'accepted')).toBe('accept');
    expect(stepBetween('open', 'accepted')).toBeNull();
    expect(stepBetween('open', 'open')).toBeNull();
  });
});
