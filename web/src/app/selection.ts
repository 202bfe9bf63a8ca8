import { useCallback, useEffect, useMemo } from 'react';
import { useGet } from '../api/client';
import { useMe } from './me';
import { useSearch } from './search';
import type { DataMonths, Me } from './wire';

/** What every page is about: an organisation and a period. */
export interface Selection {
  /** Code; `division:…` and `alliance:…` for those that are no institutions. Empty when the person has none. */
  organisation: string;
  setOrganisation: (code: string) => void;
  /** As `2025`, `2025Q4`, `2025-12`. */
  period: string;
  setPeriod: (period: string) => void;
}

const NAMES = ['organisation', 'period'] as const;
type Name = (typeof NAMES)[number];

/** What this window had last; another window has its own. */
const held: Partial<Record<`${string}/${Name}`, string>> = {};

function remembered(me: Me, name: Name): string | null {
  const key = `${me.name}/${name}` as const;
  return held[key] ?? localStorage.getItem(`biaochi/${key}`);
}

function remember(me: Me, name: Name, value: string): void {
  const key = `${me.name}/${name}` as const;
  held[key] = value;
  localStorage.setItem(`biaochi/${key}`, value);
}

function usualOrganisation(me: Me): string {
  const has = (code: string | null) => code !== null && me.organisations.some((one) => one.code === code);
  const last = remembered(me, 'organisation');
  if (last !== null && has(last)) return last;
  if (has(me.organisation)) return me.organisation;
  // Somebody of a division works for all of it.
  const unit = me.roles.map((role) => role.unit).find(has);
  return unit ?? me.organisations[0]?.code ?? '';
}

/** The quarter of a month. */
export function quarterOf(month: string): string {
  const [year, number] = month.split('-');
  return `${year}Q${Math.ceil(Number(number) / 3)}`;
}

/** The month before this one, where nobody knows better. */
export function lastMonth(today = new Date()): string {
  const before = new Date(today.getFullYear(), today.getMonth() - 1, 1);
  return `${before.getFullYear()}-${String(before.getMonth() + 1).padStart(2, '0')}`;
}

/** The months of which there are records. */
export function useDataMonths(): DataMonths | undefined {
  return useGet<DataMonths>('/data-months', {}, { staleTime: 5 * 60_000 }).data;
}

/** Organisation and period, from the URL, else as they were last. */
export function useSelection(): Selection {
  const me = useMe();
  const months = useDataMonths();
  const [search, set] = useSearch();
  const organisation = search.get('organisation') || usualOrganisation(me);
  const period = search.get('period') || remembered(me, 'period') || months?.last || lastMonth();
  const setOrganisation = useCallback(
    (code: string) => {
      remember(me, 'organisation', code);
      set({ organisation: code }, true);
    },
    [me, set],
  );
  const setPeriod = useCallback(
    (next: string) => {
      remember(me, 'period', next);
      set({ period: next }, true);
    },
    [me, set],
  );
  return useMemo(
    () => ({ organisation, setOrganisation, period, setPeriod }),
    [organisation, setOrganisation, period, setPeriod],
  );
}

/** Writes the selection into the URL where it is missing, so that a copied link shows what is seen. Once, in the layout. */
export function useSelectionInUrl(): void {
  const me = useMe();
  const months = useDataMonths();
  const { organisation, period } = useSelection();
  const [search, set] = useSearch();
  const given = { organisation: search.get('organisation'), period: search.get('period') };
  const known = months !== undefined || remembered(me, 'period') !== null;
  useEffect(() => {
    if (given.organisation) remember(me, 'organisation', given.organisation);
    else if (organisation) set({ organisation });
    if (given.period) remember(me, 'period', given.period);
    else if (known) set({ period });
  }, [me, given.organisation, given.period, organisation, period, known, set]);
}

/** A filter that stands in the URL; the initial value does not. */
export function useUrlState<T extends string = string>(name: string, initial: T): [T, (value: T) => void] {
  const [search, set] = useSearch();
  const value = (search.get(name) ?? initial) as T;
  const change = useCallback((next: T) => set({ [name]: next === initial ? null : next }), [set, name, initial]);
  return [value, change];
}
