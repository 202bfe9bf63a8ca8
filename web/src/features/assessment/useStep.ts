import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { asProblem, invalidatePaths } from '../../api/client';

/** Paths whose answers a step of an assessment makes outdated. */
export const TOUCHED = ['/assessments', '/assessment-schemes'] as const;

/** A step that somebody else may have been faster with. */
export interface StepState {
  attempt: (work: () => Promise<unknown>, done: string) => Promise<boolean>;
  busy: boolean;
  /** Why it was refused because of what others did; what they did has been read by then. */
  conflict: string;
  forget: () => void;
}

/** Takes a step; when another person was faster, reads what is there now before it says so. */
export function useStep(): StepState {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState('');
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setConflict('');
    try {
      await work();
      await invalidatePaths(client, TOUCHED);
      message.success(done);
      return true;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 409) {
        await invalidatePaths(client, TOUCHED);
        setConflict(problem.message);
      } else {
        message.error(problem.message, 6);
      }
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { attempt, busy, conflict, forget: () => setConflict('') };
}
