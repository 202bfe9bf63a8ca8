import type { NewFieldValue, RecordField, RecordFinding, RecordSection, RecordTable } from './wire';

/** What somebody typed and has not saved, by place. */
export type Edits = Readonly<Record<string, NewFieldValue>>;

/** A place of the form. */
export function placeOf(field: string, index: number): string {
  return `${field}/${index}`;
}

/** What stands in a field now, typed or stored. */
export function shownValue(field: RecordField, edits: Edits): string {
  return edits[placeOf(field.field, field.index)]?.value ?? storedText(field);
}

/** What is stored, as it is typed. */
export function storedText(field: RecordField): string {
  return field.marked ? '-' : (field.value ?? '');
}

/** The edits with another value; what stands there anyway is no edit. */
export function withEdit(edits: Edits, field: RecordField, value: string): Edits {
  const place = placeOf(field.field, field.index);
  const { [place]: _, ...others } = edits;
  if (value === storedText(field)) return others;
  return { ...others, [place]: { field: field.field, index: field.index, value } };
}

/** The edits as they are sent, in the order of the form. */
export function changesOf(edits: Edits): NewFieldValue[] {
  return Object.values(edits).sort((a, b) => (a.index ?? 0) - (b.index ?? 0) || a.field.localeCompare(b.field));
}

/** The rows of a table with those that edits add, and one empty row as long as there is room. */
export function rowsOf(table: RecordTable, edits: Edits): RecordField[][] {
  const members = new Set(table.blank.map((field) => field.field));
  const typed = Object.values(edits).filter((edit) => members.has(edit.field) && edit.value !== '');
  const last = typed.reduce((most, edit) => Math.max(most, (edit.index ?? 0) + 1), table.rows.length);
  const count = Math.min(last + 1, Math.max(table.most, table.rows.length));
  return Array.from({ length: count }, (_, index) => {
    return table.rows[index] ?? table.blank.map((field) => ({ ...field, index, editable: index < table.most }));
  });
}

/** The name that goes with a code, such as `diagnoses.name` with `diagnoses.code`. */
export function nameFieldOf(field: string): string | null {
  return /(\.|_)code$/.test(field) ? field.replace(/code$/, 'name') : null;
}

/** Findings by the field at fault. */
export function findingsByField(findings: readonly RecordFinding[]): Map<string, RecordFinding[]> {
  const by = new Map<string, RecordFinding[]>();
  for (const finding of findings) {
    for (const field of finding.fields) by.set(field, [...(by.get(field) ?? []), finding]);
  }
  return by;
}

/** The field of the form at a place. */
export function fieldAt(sections: readonly RecordSection[], id: string, index: number): RecordField | null {
  for (const section of sections) {
    const own = section.fields.find((field) => field.field === id && field.index === index);
    if (own) return own;
    for (const table of section.tables) {
      const cells = [...table.rows.flat(), ...table.blank];
      const cell = cells.find((field) => field.field === id && field.index === index);
      if (cell) return cell;
    }
  }
  return null;
}

/** How bad findings are in all: the tone of the worst. */
export function toneOf(severity: string): 'bad' | 'warn' | 'info' {
  if (severity === 'error') return 'bad';
  return severity === 'warning' ? 'warn' : 'info';
}

/** The item behind another of the list; the one of another record where `record` says so. */
export function neighbour<T extends { id: string; record_key: string }>(
  items: readonly T[],
  id: string | null,
  step: 1 | -1,
  otherRecord = false,
): T | null {
  const at = items.findIndex((item) => item.id === id);
  if (at < 0) return items[0] ?? null;
  const own = items[at]?.record_key;
  for (let next = at + step; next >= 0 && next < items.length; next += step) {
    const item = items[next];
    if (item && (!otherRecord || item.record_key !== own)) return item;
  }
  return null;
}

/** How sure findings are faults, in the words of the service, worst first. */
export const SEVERITIES: readonly { value: string; label: string }[] = [
  { value: 'error', label: '错误' },
  { value: 'warning', label: '警告' },
  { value: 'suspect', label: '疑似' },
];
