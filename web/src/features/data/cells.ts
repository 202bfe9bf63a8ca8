import type { FormField, FormFinding, FormRow, TypedRow } from './wire';

/** What stands in the cells of a form, by row and field. */
export type Cells = Readonly<Record<string, string>>;

const BETWEEN = '\u0000';

/** The key of a cell. */
export function cellKey(breakdown: string, field: string): string {
  return `${breakdown}${BETWEEN}${field}`;
}

/** What is stored, as it stands in the cells. */
export function cellsOf(rows: readonly FormRow[]): Cells {
  const cells: Record<string, string> = {};
  for (const row of rows)
    for (const [field, text] of [...Object.entries(row.values), ...Object.entries(row.unread)])
      cells[cellKey(row.breakdown, field)] = text;
  return cells;
}

/** Cells as they are sent; blank ones are left out. */
export function rowsOf(cells: Cells): TypedRow[] {
  const rows = new Map<string, Record<string, string>>();
  for (const [key, text] of Object.entries(cells)) {
    if (text.trim() === '') continue;
    const [breakdown = '', field = ''] = key.split(BETWEEN);
    const values = rows.get(breakdown) ?? {};
    values[field] = text;
    rows.set(breakdown, values);
  }
  return [...rows].map(([breakdown, values]) => ({ breakdown, values }));
}

/** The cells that say something else than others do. */
export function changed(now: Cells, before: Cells): Record<string, string> {
  const keys = new Set([...Object.keys(now), ...Object.keys(before)]);
  const found: Record<string, string> = {};
  for (const key of keys) {
    const text = now[key] ?? '';
    if (text.trim() !== (before[key] ?? '').trim()) found[key] = text;
  }
  return found;
}

/** Whether what is wrong with a cell is that nothing stands in it. */
export function isMissing(finding: FormFinding, cells: Cells): boolean {
  const text = cells[cellKey(finding.breakdown, finding.field)] ?? '';
  return finding.field !== '' && finding.rule === '' && text.trim() === '';
}

/** A clipboard of a spreadsheet as a table of texts. */
export function pasted(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === '\t') {
      row.push(cell.trim());
      cell = '';
    } else if (sign === '\n') {
      row.push(cell.trim());
      rows.push(row);
      row = [];
      cell = '';
    } else if (sign !== '\r') cell += sign;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell.trim()]);
  return rows;
}

/** Whether a clipboard holds more than the content of one cell. */
export function isTable(text: string): boolean {
  return /[\t\n]/.test(text.replace(/\r?\n$/, ''));
}

/** A heading without its unit, spaces and marks. */
function plain(text: string): string {
  return text.replaceAll(/[\s*＊]/g, '').replace(/[（(][^（()）]*[)）]$/, '');
}

/** A form as paste sees it. */
export interface Layout {
  fields: readonly Pick<FormField, 'id' | 'title'>[];
  /** Values of the breakdown; empty without one. */
  breakdowns: readonly string[];
}

/** Where pasted cells belong: by their names where they bring some, else from the cell on that has the focus. */
export function placed(table: string[][], start: { breakdown: string; field: string }, layout: Layout): Cells {
  const cells: Record<string, string> = {};
  const { fields, breakdowns } = layout;
  const fieldNamed = (text: string) => fields.find((one) => one.id === text || plain(one.title) === plain(text));
  if (breakdowns.length === 0) {
    const named = table.filter((row) => row.length > 1 && fieldNamed(row[0] ?? ''));
    if (named.length > 0 && named.length * 2 >= table.length) {
      for (const row of named) {
        const field = fieldNamed(row[0] ?? '');
        // Between name and value there may be a unit: the first cell that begins like a number counts.
        const value = row.slice(1).find((text) => /^[-−(（¥￥]?\d/.test(text)) ?? row[1];
        if (field && value !== undefined && value !== '') cells[cellKey('', field.id)] = value;
      }
      return cells;
    }
    const first = fields.findIndex((one) => one.id === start.field);
    table.forEach((row, at) => {
      const field = fields[first + at];
      const value = row[0];
      if (field && value !== undefined && value !== '') cells[cellKey('', field.id)] = value;
    });
    return cells;
  }
  const head = table[0] ?? [];
  const columns = head.map(fieldNamed);
  const hasHead = columns.filter(Boolean).length > 0;
  const body = hasHead ? table.slice(1) : table;
  const hasNames = body.length > 0 && body.every((row) => breakdowns.includes(row[0] ?? ''));
  const firstRow = breakdowns.indexOf(start.breakdown);
  const firstField = fields.findIndex((one) => one.id === start.field);
  body.forEach((row, at) => {
    const breakdown = hasNames ? row[0] : breakdowns[firstRow + at];
    const values = hasNames ? row.slice(1) : row;
    values.forEach((value, column) => {
      const field = hasHead ? columns[hasNames ? column + 1 : column] : fields[(hasNames ? 0 : firstField) + column];
      if (breakdown !== undefined && field && value !== '') cells[cellKey(breakdown, field.id)] = value;
    });
  });
  return cells;
}

/** A plain decimal number as digits and places; `null` for anything else. */
function decimal(text: string): { digits: bigint; places: number } | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.replaceAll(',', '').trim());
  if (!parts) return null;
  const fraction = parts[3] ?? '';
  const digits = BigInt(`${parts[2]}${fraction}`);
  return { digits: parts[1] === '-' ? -digits : digits, places: fraction.length };
}

/** The exact sum of decimal texts; `null` unless all of them are numbers. */
export function sumOf(texts: readonly string[]): string | null {
  const numbers = texts.map(decimal);
  if (numbers.length === 0 || numbers.some((one) => one === null)) return null;
  const places = Math.max(...numbers.map((one) => one?.places ?? 0));
  const total = numbers.reduce((sum, one) => sum + (one ? one.digits * 10n ** BigInt(places - one.places) : 0n), 0n);
  const sign = total < 0n ? '-' : '';
  const text = (total < 0n ? -total : total).toString().padStart(places + 1, '0');
  return places === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** What is kept of a form in the browser until the service has it. */
export interface LocalDraft {
  version: number | null;
  revision: number | null;
  /** Cells that differ from what was stored then. */
  cells: Record<string, string>;
}

/** Where the draft of a form is kept in the browser. Others at the same computer do not see it. */
export function draftKey(person: string, form: string): string {
  return `biaochi/${person}/draft/${form}`;
}

/** The draft that a text is, if it is one. */
export function draftOf(text: string | null): LocalDraft | null {
  if (text === null) return null;
  try {
    const draft = JSON.parse(text) as Partial<LocalDraft>;
    if (typeof draft.cells !== 'object' || draft.cells === null) return null;
    return { version: draft.version ?? null, revision: draft.revision ?? null, cells: draft.cells };
  } catch {
    return null;
  }
}
