import { App } from 'antd';
import { useState } from 'react';
import { asProblem } from '../../api/client';

/** Does something that may fail, and tells when it does. */
export function useAsk(): {
  attempt: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
  busy: boolean;
} {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<unknown>, done?: string) => {
    setBusy(true);
    try {
      await work();
      if (done) message.success(done);
      return true;
    } catch (error) {
      message.error(asProblem(error).message, 6);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { attempt, busy };
}
