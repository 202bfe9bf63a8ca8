import { save } from '../api/request';

/** A cell of a file. */
export type Cell = string | number | null;

/** A table that is written into a file. */
export interface Sheet {
  header: string[];
  rows: Cell[][];
}

const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** Text that a spreadsheet would run as a formula, disarmed. Numbers, also negative ones, stay what they are. */
export function disarmed(text: string): string {
  const begins = text.trimStart();
  const risky = /^[=+\-@|%]/.test(begins) || /^[\t\r\n]/.test(text);
  return risky && !PLAIN_NUMBER.test(text.trim()) ? `'${text}` : text;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'number' ? String(cell) : disarmed(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as CSV. The mark at its beginning is what spreadsheets know UTF-8 by. */
export function csv({ header, rows }: Sheet): string {
  const lines = [header, ...rows].map((row) => row.map(csvCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function day(): string {
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
}

/** Hands the table to the person as a file; the writer of workbooks is loaded when it is needed. */
export async function exportSheet(sheet: Sheet, name: string, format: 'csv' | 'xlsx'): Promise<void> {
  const file = `${name.replaceAll(/[\\/:*?"<>|]/g, '_')}_${day()}.${format}`;
  if (format === 'csv') {
    save(new Blob([csv(sheet)], { type: 'text/csv;charset=utf-8' }), file);
    return;
  }
  const { workbook } = await import('./workbook');
  save(workbook(sheet, name), file);
}
