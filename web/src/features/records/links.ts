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

/** The last month of a period: `2025-12` of `2025Q4`, `2025-06` of `2025H1`, and of `2025-01..2025-06` too. */
export function lastMonthOf(period: string): string {
  const part = /^(\d{4})([QH])(\d)$/.exec(period);
  if (part) {
    const months = Number(part[3]) * (part[2] === 'Q' ? 3 : 6);
    return `${part[1]}-${String(months).padStart(2, '0')}`;
  }
  const last = period.split('..').at(-1) ?? '';
  return /^\d{4}$/.test(last) ? `${last}-12` : (/^\d{4}-\d{2}/.exec(last)?.[0] ?? '');
}
