import { afterEach, expect, test, vi } from 'vitest';
import { wantDocument } from './document';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A service that says `running` so many times before the job is done. */
function service(looks: number): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (where: string, sent: RequestInit) => {
    asked.push(`${sent.method} ${where}`);
    const state = asked.length > looks ? 'done' : 'running';
    return Promise.resolve(new Response(JSON.stringify({ id: 'j', state })));
  });
  return asked;
}

test('a document that is made in a moment is waited for', async () => {
  vi.useFakeTimers();
  const asked = service(2);
  const wanted = wantDocument('/plans/p/bulletin', { format: 'pdf' });
  await vi.advanceTimersByTimeAsync(1000);
  expect((await wanted).state).toBe('done');
  expect(asked).toEqual(['POST /api/v1/plans/p/bulletin?format=pdf', 'GET /api/v1/jobs/j', 'GET /api/v1/jobs/j']);
});

test('one that takes longer goes on by itself', async () => {
  vi.useFakeTimers();
  const asked = service(Number.POSITIVE_INFINITY);
  const wanted = wantDocument('/exports/month');
  await vi.advanceTimersByTimeAsync(5000);
  expect((await wanted).state).toBe('running');
  expect(asked.length).toBeLessThan(10);
});
