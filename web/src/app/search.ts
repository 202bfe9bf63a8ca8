import { useCallback } from 'react';
import { type NavigateFunction, useLocation, useNavigate } from 'react-router';

/** A change of parameters in the URL; `null` takes one out. */
export type Changes = Record<string, string | null>;

let waiting: { changes: Changes; push: boolean } | null = null;

function applied(search: string, changes: Changes): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

function change(navigate: NavigateFunction, changes: Changes, push: boolean): void {
  if (waiting) {
    Object.assign(waiting.changes, changes);
    waiting.push ||= push;
    return;
  }
  waiting = { changes: { ...changes }, push };
  // Several parts of a page may change theirs in one go; none may undo another's.
  queueMicrotask(() => {
    const now = waiting;
    waiting = null;
    if (!now) return;
    const { pathname, search, hash } = window.location;
    const next = applied(search, now.changes);
    if (next !== search) navigate({ pathname, search: next, hash }, { replace: !now.push, preventScrollReset: true });
  });
}

/** Reads and changes the parameters of the URL. Changes of one moment become one step. */
export function useSearch(): [URLSearchParams, (changes: Changes, push?: boolean) => void] {
  const { search } = useLocation();
  const navigate = useNavigate();
  const set = useCallback((changes: Changes, push = false) => change(navigate, changes, push), [navigate]);
  return [new URLSearchParams(search), set];
}
