import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useCallback, useState } from 'react';
import { asProblem, invalidatePaths } from '../../api/client';

/** Does something once at a time, says how it went, and forgets what it made outdated. */
export function useStep(invalidate: readonly string[]) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async <T>(work: () => Promise<T>, said?: string): Promise<T | undefined> => {
      setBusy(true);
      try {
        const done = await work();
        if (said) message.success(said);
        return done;
      } catch (error) {
        message.error({ content: asProblem(error).message, duration: 8 });
        return undefined;
      } finally {
        setBusy(false);
        await invalidatePaths(client, invalidate);
      }
    },
    [client, message, invalidate],
  );
  return { busy, run };
}
