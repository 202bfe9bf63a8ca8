import { describe, expect, it } from 'vitest';
import { barsOf, spanOf } from './timeline';
import type { TaskLine } from './wire';

const task = (start: string | null, due: string | null) => ({ start, due }) as unknown as TaskLine;

describe('the timeline', () => {
  it('spans all tasks and today', () => {
    const tasks = [task('2025-01-01', '2025-12-31'), task(null, null)];
    const span = spanOf(tasks, '2026-01-31');
    expect(new Date(span[0]).toISOString().slice(0, 10)).toBe('2025-01-01');
    const [bar, ...others] = barsOf(tasks, span);
    expect(others).toHaveLength(0);
    expect(bar?.from).toBe(0);
    expect(bar?.to).toBeLessThan(1);
  });
});
