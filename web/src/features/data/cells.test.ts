import { expect, test } from 'vitest';
import { cellKey, cellsOf, changed, draftOf, isTable, pasted, placed, rowsOf, sumOf } from './cells';
import type { FormRow } from './wire';

const fields = [
  { id: 'income', title: '医疗收入' },
  { id: 'drugs', title: '药品收入' },
  { id: 'beds', title: '开放床位' },
];

test('a clipboard is a table of texts', () => {
  expect(pasted('1\t2\r\n3\t"a\t""b"""\r\n')).toEqual([
    ['1', '2'],
    ['3', 'a\t"b"'],
  ]);
  expect(isTable('12\r\n')).toBe(false);
  expect(isTable('1\n2')).toBe(true);
});

test('values go down from the cell that has the focus', () => {
  const cells = placed([['1,000'], ['2']], { breakdown: '', field: 'drugs' }, { fields, breakdowns: [] });
  expect(cells).toEqual({ [cellKey('', 'drugs')]: '1,000', [cellKey('', 'beds')]: '2' });
});

test('values go to the names that stand before them, whatever their order', () => {
  const table = [
    ['开放床位（张）', '张', '400'],
    ['医疗收入 *', '元', '12,345.60'],
    ['没有的栏', '', '9'],
  ];
  const cells = placed(table, { breakdown: '', field: 'income' }, { fields, breakdowns: [] });
  expect(cells).toEqual({ [cellKey('', 'beds')]: '400', [cellKey('', 'income')]: '12,345.60' });
});

test('a table with a breakdown is placed by names of rows and columns', () => {
  const layout = { fields, breakdowns: ['儿科', '麻醉'] };
  const named = placed(
    [
      ['专业', '药品收入'],
      ['麻醉', '5'],
    ],
    { breakdown: '儿科', field: 'income' },
    layout,
  );
  expect(named).toEqual({ [cellKey('麻醉', 'drugs')]: '5' });
  const plain = placed(
    [
      ['1', '2'],
      ['3', ''],
    ],
    { breakdown: '儿科', field: 'drugs' },
    layout,
  );
  expect(plain).toEqual({
    [cellKey('儿科', 'drugs')]: '1',
    [cellKey('儿科', 'beds')]: '2',
    [cellKey('麻醉', 'drugs')]: '3',
  });
});

test('sums are exact', () => {
  expect(sumOf(['0.1', '0.2'])).toBe('0.3');
  expect(sumOf(['9,007,199,254,740,993', '1.50'])).toBe('9007199254740994.50');
  expect(sumOf(['-1.25', '1'])).toBe('-0.25');
  expect(sumOf(['1', ''])).toBeNull();
  expect(sumOf([])).toBeNull();
});

test('what was stored and what is sent say the same', () => {
  const rows: FormRow[] = [
    { breakdown: '儿科', values: { beds: '4' }, unread: { drugs: '三万' }, previous: {}, year_before: {} },
    { breakdown: '麻醉', values: {}, unread: {}, previous: {}, year_before: {} },
  ];
  const cells = cellsOf(rows);
  expect(rowsOf(cells)).toEqual([{ breakdown: '儿科', values: { beds: '4', drugs: '三万' } }]);
  expect(changed({ ...cells, [cellKey('麻醉', 'beds')]: ' ' }, cells)).toEqual({});
  expect(changed({}, cells)).toEqual({ [cellKey('儿科', 'beds')]: '', [cellKey('儿科', 'drugs')]: '' });
});

test('a damaged draft of the browser is none', () => {
  expect(draftOf('{')).toBeNull();
  expect(draftOf('{"cells":{"a":"1"}}')).toEqual({ version: null, revision: null, cells: { a: '1' } });
});
