/** By what rows are sorted. */
export interface Sorting {
  key: string;
  descending: boolean;
}

interface Sortable<T> {
  key: string;
  value?: ((row: T) => string | number | null) | undefined;
}

const words = new Intl.Collator('zh-CN', { numeric: true });

/** Compares two values: numbers, also as text, by size; words as people look them up; what is missing comes last. */
export function compare(a: string | number | null, b: string | number | null, descending: boolean): number {
  const missing = (value: string | number | null) => value === null || value === '';
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  const [left, right] = [Number(a), Number(b)];
  const order =
    Number.isNaN(left) || Number.isNaN(right) ? words.compare(String(a), String(b)) : Math.sign(left - right);
  return descending ? -order : order;
}

/** The rows in the order that was asked for; rows that are equal keep theirs. */
export function sorted<T>(rows: readonly T[], columns: readonly Sortable<T>[], sorting: Sorting | null): readonly T[] {
  const column = sorting && columns.find((one) => one.key === sorting.key);
  if (!sorting || !column) return rows;
  const value = (row: T) =>
    column.value ? column.value(row) : ((row as Record<string, string | number | null>)[column.key] ?? null);
  return rows.toSorted((a, b) => compare(value(a), value(b), sorting.descending));
}
