import type { Query } from '../../api/client';

/** What names a record in addresses. */
export interface Named {
  record_key: string;
  organisation: string;
  month: string;
}

/** The page of a record. */
export function recordPath({ record_key, organisation, month }: Named, tab?: string): string {
  const query = new URLSearchParams({ of: organisation, month });
  if (tab) query.set('tab', tab);
  return `/records/${record_key}?${query}`;
}

/** The search with these filters. */
export function searchPath(filters: Record<string, string>): string {
  return `/records/search?${new URLSearchParams(filters)}`;
}

/** Filters without those that are empty. */
export function filled(filters: Record<string, string>): Query {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
}
