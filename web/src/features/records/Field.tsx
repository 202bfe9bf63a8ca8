import { useDeferredValue, useId, useState } from 'react';
import { useGet } from '../../api/client';
import { type Edits, nameFieldOf, placeOf, shownValue, storedText } from './edits';
import type { RecordCode, RecordField, RecordFinding, RecordMistake } from './wire';

/** What a field of the form needs to know about the record. */
export interface FormState {
  layout: string;
  edits: Edits;
  editable: boolean;
  findings: ReadonlyMap<string, RecordFinding[]>;
  mistakes: readonly RecordMistake[];
  onEdit: (field: RecordField, value: string) => void;
  /** A code was chosen that has this name. */
  onName: (field: string, index: number, name: string) => void;
}

const CODED = new Set(['code', 'codes']);

/** Where the cursor goes for a place of the form. */
export function inputId(field: string, index: number): string {
  return `record-field-${placeOf(field, index)}`;
}

/** A field of the form: what stands there, what it means, what stood there before, and what is wrong with it. */
export function Field({ field, state, bare }: { field: RecordField; state: FormState; bare?: boolean }) {
  const { edits, findings, mistakes } = state;
  const own = findings.get(field.field) ?? [];
  const worst = own.some((one) => one.severity === 'error') ? 'bad' : own.length > 0 ? 'warn' : '';
  const mistake = mistakes.find((one) => one.field === field.field && one.index === field.index);
  const edited = placeOf(field.field, field.index) in edits;
  const id = inputId(field.field, field.index);
  const told = `${id}-told`;
  const label = field.index > 0 || bare ? `${field.name}${bare ? ` ${field.index + 1}` : ''}` : field.name;
  const marks = [worst && `rf-${worst}`, edited && 'rf-edited', field.delivered !== null && 'rf-corrected'];
  const before = edited ? storedText(field) || '（空）' : field.delivered;
  return (
    <div className={['rf-field', ...marks].filter(Boolean).join(' ')}>
      {!bare && (
        <label htmlFor={id} className="rf-label">
          {field.name}
          {field.unit && <span className="bc-unit">{field.unit}</span>}
          {field.required && <span className="rf-required" title="必填" aria-hidden="true" />}
        </label>
      )}
      <Value field={field} state={state} id={id} label={label} told={told} faulty={own.length > 0 || !!mistake} />
      <span id={told} className="rf-told">
        {before !== null && (
          <span className="rf-before" title={edited ? '保存前的值' : '交来时的值'}>
            原：{before}
          </span>
        )}
        {field.unreadable && !edited && <span className="rf-mistake">文件中的值读不出</span>}
        {mistake && <span className="rf-mistake">{mistake.message}</span>}
        {own.length > 0 && (
          <span className="rf-fault">
            <span aria-hidden="true">{worst === 'bad' ? '✕' : '!'}</span> {own[0]?.severity_text}
          </span>
        )}
      </span>
    </div>
  );
}

interface ValueProps {
  field: RecordField;
  state: FormState;
  id: string;
  label: string;
  told: string;
  faulty: boolean;
}

function Value({ field, state, id, label, told, faulty }: ValueProps) {
  const [focused, setFocused] = useState(false);
  const list = useId();
  const value = shownValue(field, state.edits);
  const edited = placeOf(field.field, field.index) in state.edits;
  const coded = CODED.has(field.kind) && field.value_set !== '';
  const typed = useDeferredValue(value);
  const query = { set: field.value_set, layout: state.layout, text: edited ? typed : '' };
  const codes = useGet<RecordCode[]>(focused && coded ? '/record-codes' : null, query, { staleTime: 600_000 });
  if (field.hidden || !state.editable || !field.editable) {
    return (
      <span id={id} className="rf-text" tabIndex={-1}>
        {field.hidden ? <span title="直接标识符，查看明文须说明理由">***</span> : value || '—'}
        {field.meaning && <span className="rf-meaning">{field.meaning}</span>}
      </span>
    );
  }
  const chosen = codes.data?.find((one) => one.code === value)?.name;
  const meaning = edited ? chosen : field.meaning;
  const flags = field.kind === 'flag' ? ['是', '否'] : [];
  return (
    <span className="rf-edit">
      <input
        id={id}
        className="rf-input"
        aria-label={label}
        aria-describedby={told}
        aria-invalid={faulty}
        autoComplete="off"
        value={value}
        maxLength={field.length > 0 ? field.length : undefined}
        list={coded || flags.length > 0 ? list : undefined}
        placeholder={field.kind === 'date' ? '2025-01-31' : field.kind === 'time' ? '2025-01-31 08:00' : undefined}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onChange={(event) => {
          const next = event.target.value;
          state.onEdit(field, next);
          const name = codes.data?.find((one) => one.code === next)?.name;
          const beside = nameFieldOf(field.field);
          if (name && beside) state.onName(beside, field.index, name);
        }}
      />
      {(coded || flags.length > 0) && (
        <datalist id={list}>
          {flags.map((flag) => (
            <option key={flag} value={flag} />
          ))}
          {(codes.data ?? []).map((one) => (
            <option key={one.code} value={one.code}>
              {one.name}
            </option>
          ))}
        </datalist>
      )}
      {meaning && <span className="rf-meaning">{meaning}</span>}
    </span>
  );
}
