import { strToU8, zipSync } from 'fflate';
import type { Cell, Sheet } from './export';

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not stand in XML at all
  const clean = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function column(index: number): string {
  const first = Math.floor(index / 26);
  return (first > 0 ? column(first - 1) : '') + String.fromCharCode(65 + (index % 26));
}

// Text is written as text: nothing in it is ever a formula.
function cell(value: Cell, place: string, style: number): string {
  if (value === null || value === '') return '';
  const styled = style ? ` s="${style}"` : '';
  if (typeof value === 'number') return Number.isFinite(value) ? `<c r="${place}"${styled}><v>${value}</v></c>` : '';
  return `<c r="${place}" t="inlineStr"${styled}><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
}

function row(cells: readonly Cell[], number: number, style = 0): string {
  const inner = cells.map((value, index) => cell(value, `${column(index)}${number}`, style)).join('');
  return `<row r="${number}">${inner}</row>`;
}

function widths({ header, rows }: Sheet): string {
  const wide = (value: Cell) => [...String(value ?? '')].reduce((sum, letter) => sum + (letter > '\u00ff' ? 2 : 1), 0);
  const columns = header.map((title, index) => {
    const most = rows.slice(0, 200).reduce((max, cells) => Math.max(max, wide(cells[index] ?? null)), wide(title));
    const width = Math.min(Math.max(most + 2, 8), 60);
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  return `<cols>${columns.join('')}</cols>`;
}

/** The table as a workbook with one sheet, its head kept in sight. */
export function workbook(sheet: Sheet, name: string): Blob {
  const title = escaped(name.replaceAll(/[\\/:*?[\]]/g, ' ').slice(0, 31) || '数据');
  const lines = sheet.rows.map((cells, index) => row(cells, index + 2)).join('');
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  const files: Record<string, string> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${title}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>${widths(sheet)}<sheetData>${row(sheet.header, 1, 1)}${lines}</sheetData></worksheet>`,
  };
  const packed = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
  return new Blob([packed as Uint8Array<ArrayBuffer>], { type: TYPE });
}
