import { describe, expect, it } from 'vitest';
import { changesOf, findingsByField, nameFieldOf, neighbour, rowsOf, shownValue, withEdit } from './edits';
import type { RecordField, RecordFinding, RecordTable } from './wire';

const field = (id: string, index: number, value: string | null): RecordField => ({
  field: id,
  index,
  name: id,
  value,
  meaning: null,
  hidden: false,
  unreadable: false,
  marked: false,
  delivered: null,
  kind: 'code',
  unit: '',
  value_set: '',
  length: 0,
  required: false,
  editable: true,
});

describe('edits', () => {
  it('is no edit when the stored value stands there again', () => {
    const sex = field('sex', 0, '1');
    const edited = withEdit({}, sex, '2');
    expect(shownValue(sex, edited)).toBe('2');
    expect(changesOf(edited)).toEqual([{ field: 'sex', index: 0, value: '2' }]);
    expect(withEdit(edited, sex, '1')).toEqual({});
  });

  it('offers one empty row behind the last, as long as there is room', () => {
    const table: RecordTable = {
      id: 'diagnoses',
      title: '出院诊断',
      rows: [[field('diagnoses.code', 0, 'I10')]],
      blank: [field('diagnoses.code', 1, null)],
      most: 3,
    };
    expect(rowsOf(table, {}).length).toBe(2);
    const second = withEdit({}, field('diagnoses.code', 1, null), 'E11');
    expect(rowsOf(table, second).length).toBe(3);
    const third = withEdit(second, field('diagnoses.code', 2, null), 'E12');
    expect(rowsOf(table, third).length).toBe(3);
  });

  it('knows which name goes with a code', () => {
    expect(nameFieldOf('diagnoses.code')).toBe('diagnoses.name');
    expect(nameFieldOf('external_cause_code')).toBe('external_cause_name');
    expect(nameFieldOf('sex')).toBeNull();
  });

  it('goes from item to item and from record to record', () => {
    const items = [
      { id: 'a', record_key: '1' },
      { id: 'b', record_key: '1' },
      { id: 'c', record_key: '2' },
    ];
    expect(neighbour(items, null, 1)?.id).toBe('a');
    expect(neighbour(items, 'a', 1)?.id).toBe('b');
    expect(neighbour(items, 'a', 1, true)?.id).toBe('c');
    expect(neighbour(items, 'c', 1)).toBeNull();
  });

  it('finds findings at their fields', () => {
    const finding = { check: 'X', fields: ['sex', 'birth_date'] } as RecordFinding;
    expect(findingsByField([finding]).get('birth_date')).toEqual([finding]);
  });
});
