import { Button, Input, Select } from 'antd';
import { type ClipboardEvent, type KeyboardEvent, memo, useCallback, useMemo, useRef } from 'react';
import { formatFigure, MISSING, numberOf } from '../../ui/format';
import { type Cells, cellKey, isMissing, isTable, type Layout, pasted, placed, sumOf } from './cells';
import type { DataSetDefinition, FormField, FormFinding, FormRow } from './wire';

interface Props {
  definition: DataSetDefinition;
  rows: readonly FormRow[];
  cells: Cells;
  findings: readonly FormFinding[];
  /** Why nothing can be typed; empty when it can. */
  locked: string;
  previousTitle: string;
  beforeTitle: string | null;
  onChange: (cells: Cells) => void;
  onPasted: (count: number) => void;
}

/** The id of a cell's input, by which it is found to go there. */
export function inputId(breakdown: string, field: string): string {
  return `cell-${breakdown}-${field}`;
}

const isNumber = (field: FormField) => field.kind === 'integer' || field.kind === 'decimal';

function shown(field: FormField, value: string | undefined): string {
  if (value === undefined || value === '') return MISSING;
  return isNumber(field) ? formatFigure(value, 'plain', { decimals: field.places }) : value;
}

/** The change against an earlier value in percent. */
function change(now: string | undefined, before: string | undefined): string {
  const [a, b] = [numberOf(now?.replaceAll(',', '')), numberOf(before)];
  if (a === null || b === null || b === 0) return MISSING;
  return `${formatFigure((((a - b) * 100) / Math.abs(b)).toFixed(4), 'percent', { decimals: 1, signed: true })}%`;
}

/** The grid of a form: one line for each field, or one for each value of the breakdown. */
export function FormGrid(props: Props) {
  const { definition, rows, cells, findings, locked, onChange, onPasted } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { fields, breakdown } = definition;
  const told = useMemo(() => {
    const found = new Map<string, FormFinding[]>();
    for (const finding of findings) {
      const key = cellKey(finding.breakdown, finding.field);
      // What is not filled in yet is no mistake of somebody who is at it: the list counts it.
      if (finding.field === '' || isMissing(finding, cells)) continue;
      found.set(key, [...(found.get(key) ?? []), finding]);
    }
    return found;
  }, [findings, cells]);
  const layout = useMemo<Layout>(
    () => ({ fields, breakdowns: breakdown ? rows.map((row) => row.breakdown) : [] }),
    [fields, breakdown, rows],
  );
  const latest = useRef(cells);
  latest.current = cells;
  // Always the same function, so that a cell that stays what it is is not drawn again.
  const set = useCallback((key: string, text: string) => onChange({ ...latest.current, [key]: text }), [onChange]);
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain');
    const target = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-field]') : null;
    if (locked || !target || !isTable(text)) return;
    event.preventDefault();
    const start = { breakdown: target.dataset.breakdown ?? '', field: target.dataset.field ?? '' };
    const found = placed(pasted(text), start, layout);
    const count = Object.keys(found).length;
    if (count > 0) onChange({ ...cells, ...found });
    onPasted(count);
  };
  const pressed = (event: KeyboardEvent) => {
    const down = event.key === 'Enter' || event.key === 'ArrowDown';
    const input = event.target;
    if ((!down && event.key !== 'ArrowUp') || !(input instanceof HTMLInputElement) || event.nativeEvent.isComposing)
      return;
    if (input.getAttribute('role') === 'combobox') return;
    const own = input.closest<HTMLElement>('[data-field]');
    const all = [...(frame.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [])];
    // In a table down means the next line of the same column.
    const column = breakdown ? all.filter((one) => one.dataset.field === own?.dataset.field) : all;
    const next = own ? column[column.indexOf(own) + (down ? 1 : -1)] : undefined;
    const target = next?.querySelector<HTMLElement>('input, textarea');
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (target instanceof HTMLInputElement) target.select();
  };
  const cell = (row: FormRow, field: FormField) => {
    const key = cellKey(row.breakdown, field.id);
    const parts = field.sum_of.map((part) => cells[cellKey(row.breakdown, part)] ?? '');
    return (
      <CellInput
        key={key}
        field={field}
        breakdown={row.breakdown}
        name={row.breakdown ? `${row.breakdown} ${field.title}` : field.title}
        text={cells[key] ?? ''}
        sum={field.sum_of.length > 0 ? sumOf(parts) : null}
        findings={told.get(key)}
        locked={locked !== ''}
        onText={set}
      />
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the inputs inside take the focus; what is typed comes up from them
    <div ref={frame} className="bc-table-frame bc-form" onPaste={paste} onKeyDown={pressed}>
      {breakdown ? (
        <table className="bc-table" aria-label={definition.summary.title}>
          <thead>
            <tr>
              <th scope="col">{breakdown.title}</th>
              {fields.map((field) => (
                <th
                  key={field.id}
                  scope="col"
                  className={isNumber(field) ? 'bc-right' : 'bc-left'}
                  title={field.definition}
                >
                  {field.title}
                  {field.required && ' *'}
                  {field.unit && <span className="bc-unit">{field.unit}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.breakdown}>
                <th scope="row">{row.breakdown}</th>
                {fields.map((field) => (
                  <td key={field.id} className="bc-form-value">
                    {cell(row, field)}
                    <span className="bc-form-told bc-quiet">
                      {props.previousTitle} {shown(field, row.previous[field.id])}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <table className="bc-table" aria-label={definition.summary.title}>
          <thead>
            <tr>
              <th scope="col">项目</th>
              <th scope="col">单位</th>
              <th scope="col" className="bc-right">
                本期
              </th>
              <th scope="col" className="bc-right">
                {props.previousTitle}
              </th>
              <th scope="col" className="bc-right" title="比上期">
                变化
              </th>
              {props.beforeTitle && (
                <th scope="col" className="bc-right">
                  {props.beforeTitle}
                </th>
              )}
              <th scope="col">填报口径</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field, index) => {
              const row = rows[0];
              if (!row) return null;
              const begins = field.section !== '' && field.section !== fields[index - 1]?.section;
              const columns = props.beforeTitle ? 7 : 6;
              return [
                begins && (
                  <tr key={`section-${field.id}`} className="bc-form-section">
                    <th colSpan={columns} scope="colgroup">
                      {field.section}
                    </th>
                  </tr>
                ),
                <tr key={field.id}>
                  <th scope="row" className="bc-left">
                    <label htmlFor={inputId('', field.id)}>
                      {field.title}
                      {field.required && <span title="必填"> *</span>}
                    </label>
                  </th>
                  <td>{field.unit}</td>
                  <td className="bc-form-value">{cell(row, field)}</td>
                  <td className={isNumber(field) ? 'bc-right' : 'bc-left'}>{shown(field, row.previous[field.id])}</td>
                  <td className="bc-right bc-quiet">
                    {isNumber(field) ? change(cells[cellKey('', field.id)], row.previous[field.id]) : MISSING}
                  </td>
                  {props.beforeTitle && (
                    <td className={isNumber(field) ? 'bc-right' : 'bc-left'}>
                      {shown(field, row.year_before[field.id])}
                    </td>
                  )}
                  <td className="bc-form-definition bc-quiet">
                    {field.definition}
                    {field.certainty_text && `（${field.certainty_text}）`}
                  </td>
                </tr>,
              ];
            })}
          </tbody>
        </table>
      )}
    </div>
  );
}

interface CellProps {
  field: FormField;
  breakdown: string;
  name: string;
  text: string;
  sum: string | null;
  findings: readonly FormFinding[] | undefined;
  locked: boolean;
  onText: (key: string, text: string) => void;
}

const CellInput = memo(CellField, (before, after) => {
  const same: (keyof CellProps)[] = ['field', 'breakdown', 'text', 'sum', 'locked', 'onText'];
  const texts = (props: CellProps) => props.findings?.map((finding) => finding.message).join('\n') ?? '';
  return same.every((key) => before[key] === after[key]) && texts(before) === texts(after);
});

function CellField({ field, breakdown, name, text, sum, findings, locked, onText: onCell }: CellProps) {
  const onText = (next: string) => onCell(cellKey(breakdown, field.id), next);
  const error = findings?.some((finding) => finding.severity === 'error') ?? false;
  const status = error ? 'error' : findings && findings.length > 0 ? 'warning' : '';
  const id = inputId(breakdown, field.id);
  const describedBy = status ? `${id}-told` : undefined;
  const common = { id, status, disabled: locked, 'aria-label': name, 'aria-describedby': describedBy } as const;
  return (
    <div data-field={field.id} data-breakdown={breakdown} className={isNumber(field) ? 'bc-form-number' : undefined}>
      {field.choices.length > 0 ? (
        <Select
          {...common}
          size="small"
          style={{ width: '100%', minWidth: 130 }}
          allowClear
          value={text === '' ? undefined : text}
          placeholder="请选择"
          options={field.choices.map((word) => ({ value: word, label: word }))}
          onChange={(value: string | undefined) => onText(value ?? '')}
        />
      ) : field.kind === 'text' ? (
        <Input.TextArea
          {...common}
          size="small"
          autoSize={{ minRows: 1, maxRows: 6 }}
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      ) : (
        <Input
          {...common}
          size="small"
          value={text}
          inputMode={isNumber(field) ? 'decimal' : undefined}
          placeholder={field.kind === 'date' ? '如 2024-03-31' : field.required ? '必填' : undefined}
          autoComplete="off"
          onChange={(event) => onText(event.target.value)}
        />
      )}
      {sum !== null && text.trim() === '' && !locked && (
        <Button type="link" size="small" onClick={() => onText(sum)}>
          填入合计 {formatFigure(sum, 'plain')}
        </Button>
      )}
      {status && (
        <span id={describedBy} className={`bc-form-told ${error ? 'bc-bad' : 'bc-warn'}`}>
          {findings?.map((finding) => (
            <span key={`${finding.rule}${finding.message}`} className="bc-form-told">
              {finding.severity_text}：{finding.place && `${finding.place} `}
              {finding.message}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}
