import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { csv, disarmed } from './export';
import { workbook } from './workbook';

test.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+86 138', "'+86 138"],
  ['-2.10', '-2.10'],
  ['−2.10', '−2.10'],
  ['\tx', "'\tx"],
  ['肺炎', '肺炎'],
])('%j is written as %j', (text, expected) => {
  expect(disarmed(text)).toBe(expected);
});

test('text with separators is quoted and what is missing is empty', () => {
  const text = csv({
    header: ['名称', '例'],
    rows: [
      ['a,"b"', 3],
      ['=x', null],
    ],
  });
  expect(text).toBe('\uFEFF名称,例\r\n"a,""b""",3\r\n\'=x,\r\n');
});

test('text in a workbook is text and never a formula', async () => {
  const blob = workbook({ header: ['名称'], rows: [['=1+1'], ['<&'], [12.5], [null]] }, '病组/2025');
  const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
  expect(sheet).toContain('t="inlineStr"><is><t xml:space="preserve">=1+1</t>');
  expect(sheet).toContain('&lt;&amp;');
  expect(sheet).toContain('<c r="A4"><v>12.5</v></c>');
  expect(sheet).not.toContain('<f>');
});
