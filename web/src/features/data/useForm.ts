import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ApiProblem, asProblem, post, put } from '../../api/client';
import { useMe } from '../../app/me';
import { type Cells, cellsOf, changed, draftKey, draftOf, rowsOf } from './cells';
import type { FormDraft, FormFinding, FormJudgement, FormView, TypedForm } from './wire';

/** Milliseconds of rest after which what was typed is judged. */
const JUDGE_AFTER = 250;
/** Milliseconds of rest after which it is kept by the service; the browser keeps it at once. */
const KEEP_AFTER = 6000;

/** The address of a form's API. */
export function formApi(form: { dataset: string; organisation: string; period: string }): string {
  const [dataset, organisation, period] = [form.dataset, form.organisation, form.period].map(encodeURIComponent);
  return `/datasets/${dataset}/forms/${organisation}/${period}`;
}

/** Where what was typed is. */
export type Keeping = 'kept' | 'local' | 'saving' | 'failed';

/** A form that somebody fills in. */
export interface Editing {
  cells: Cells;
  setCells: (cells: Cells) => void;
  /** Cells that the service does not have yet. */
  dirty: number;
  keeping: Keeping;
  findings: readonly FormFinding[];
  /** Cells that both changed when somebody else was faster. */
  conflict: string[] | null;
  /** Gives the form as it is kept then, `null` when that failed. */
  save: (comment?: string) => Promise<FormView | null>;
  /** Goes back to what is stored. */
  discard: () => void;
  problem: ApiProblem | null;
}

/**
 * Cells of a form: kept in the browser at once and as a draft of the service after a rest, judged as one types. When
 * somebody else was faster, one's own cells stay, over the newest values.
 */
export function useForm(view: FormView, editable: boolean, reload: () => Promise<FormView | undefined>): Editing {
  const me = useMe();
  const client = useQueryClient();
  const key = draftKey(me.name, view.id);
  const [base, setBase] = useState(view);
  const stored = useMemo(() => cellsOf(base.rows), [base]);
  const [begun] = useState(() => draftOf(localStorage.getItem(key)));
  const [cells, setOwn] = useState<Cells>(() => ({ ...stored, ...begun?.cells }));
  const [keeping, setKeeping] = useState<Keeping>('kept');
  const [judged, setJudged] = useState<FormJudgement | null>(null);
  // A draft of this browser may have been begun over what is no longer the newest.
  const [conflict, setConflict] = useState<string[] | null>(() => {
    const seen = view.submission;
    const same = begun?.version === (seen?.version ?? null) && begun?.revision === (seen?.revision ?? null);
    return begun === null || same || Object.keys(changed({ ...stored, ...begun.cells }, stored)).length === 0
      ? null
      : [];
  });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const own = useMemo(() => changed(cells, stored), [cells, stored]);
  const dirty = Object.keys(own).length;
  const current = useRef({ cells, own, base });
  current.current = { cells, own, base };

  // The service has something newer: one's own cells stay.
  useEffect(() => {
    if (view === current.current.base) return;
    const mine = current.current.own;
    setBase(view);
    setOwn({ ...cellsOf(view.rows), ...mine });
  }, [view]);

  useEffect(() => {
    if (dirty === 0) localStorage.removeItem(key);
    else {
      const { version, revision } = base.submission ?? { version: null, revision: null };
      localStorage.setItem(key, JSON.stringify({ version, revision, cells: own }));
    }
    setKeeping((before) => (dirty === 0 ? 'kept' : before === 'saving' || before === 'failed' ? before : 'local'));
  }, [dirty, own, base, key]);

  const path = formApi(view);
  const anything = Object.values(cells).some((text) => text.trim() !== '');
  useEffect(() => {
    if (!editable || !anything) {
      setJudged(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const body: TypedForm = { rows: rowsOf(cells) };
      post<FormJudgement>(`${path}/validate`, body, { signal: stop.signal })
        .then(setJudged)
        .catch(() => {
          // The next change asks again; saving says what is wrong.
        });
    }, JUDGE_AFTER);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [cells, path, editable, anything]);

  const save = useCallback(
    async (comment = ''): Promise<FormView | null> => {
      const { cells: sent, base: seen } = current.current;
      setKeeping('saving');
      setProblem(null);
      const body: FormDraft = {
        rows: rowsOf(sent),
        comment,
        version: seen.submission?.version ?? null,
        revision: seen.submission?.revision ?? null,
      };
      try {
        const kept = await put<FormView>(path, body);
        // What was typed meanwhile stays.
        const later = changed(current.current.cells, sent);
        setBase(kept);
        setOwn({ ...cellsOf(kept.rows), ...later });
        setConflict(null);
        setKeeping(Object.keys(later).length === 0 ? 'kept' : 'local');
        client.setQueryData([path, {}, ''], kept);
        return kept;
      } catch (error) {
        const told = asProblem(error);
        setKeeping('failed');
        setProblem(told);
        if (told.code === 'conflict') {
          const mine = current.current.own;
          const newest = await reload().catch(() => undefined);
          if (newest) {
            const theirs = changed(cellsOf(newest.rows), cellsOf(seen.rows));
            setConflict(Object.keys(mine).filter((cell) => cell in theirs));
          }
        }
        return null;
      }
    },
    [path, client, reload],
  );

  const state = base.submission?.state;
  // Approved values begin a new version only when somebody says why.
  const automatic =
    editable &&
    dirty > 0 &&
    conflict === null &&
    keeping === 'local' &&
    (state === undefined || state === 'draft' || state === 'returned');
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change puts it off
  useEffect(() => {
    if (!automatic) return;
    const timer = setTimeout(() => void save(), KEEP_AFTER);
    return () => clearTimeout(timer);
  }, [automatic, cells, save]);

  const setCells = useCallback((next: Cells) => {
    setOwn(next);
    setKeeping('local');
  }, []);
  const discard = useCallback(() => {
    setOwn(stored);
    setConflict(null);
    setProblem(null);
    setKeeping('kept');
  }, [stored]);
  const live = editable && judged !== null && (dirty > 0 || base.submission !== null);
  const findings = useMemo(() => {
    if (!live || !judged) return base.findings;
    if (dirty === 0) return base.findings;
    // What the organisation is asked for is told by the service when it keeps the form.
    return [
      ...judged.findings,
      ...base.findings.filter((one) => one.field === '' && one.rule === '' && one.severity === 'warning'),
    ];
  }, [live, judged, base, dirty]);
  return { cells, setCells, dirty, keeping, findings, conflict, save, discard, problem };
}
