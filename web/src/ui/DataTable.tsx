import { CaretDownFilled, CaretUpFilled, DownloadOutlined } from '@ant-design/icons';
import { useVirtualizer } from '@tanstack/react-virtual';
import { App, Button, Dropdown } from 'antd';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { asProblem } from '../api/problem';
import { Empty } from './Empty';
import { type Cell, exportSheet } from './export';
import { Failure } from './Failure';
import { MISSING } from './format';
import { Loading } from './Loading';
import { type Sorting, sorted } from './sorting';

/** A column of a table. */
export interface Column<T> {
  key: string;
  title: string;
  /** Unit of all values; written in the head. */
  unit?: string;
  align?: 'left' | 'right' | 'center';
  width?: number;
  render?: (row: T, index: number) => ReactNode;
  /** The value for export and sorting; decimal texts stay texts. */
  value?: (row: T) => string | number | null;
  sortable?: boolean;
  /** Said when the pointer rests on the head. */
  hint?: string;
}

/** A table as it is everywhere. */
export interface DataTableProps<T> {
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey: keyof T | ((row: T) => string);
  loading?: boolean;
  failure?: unknown;
  /** Tries again after a failure. */
  retry?: (() => void) | undefined;
  /** What is shown when there are no rows. */
  empty?: ReactNode;
  /** The name of the exported file; without it nothing is exported. */
  exportName?: string;
  /** Opens a row: Enter or a click. */
  onOpen?: (row: T) => void;
  /** Follows the row that has the focus. */
  onSelect?: (row: T) => void;
  selectedKey?: string | null | undefined;
  /** Height of the list in pixels; it fills what the window leaves when not given. */
  height?: number;
  /** What is beside the export, above the table. */
  toolbar?: ReactNode;
  /** A row that stands below all, such as a total. */
  footer?: ReactNode;
  /** Columns keep their widths, and what does not fit is cut off with the whole text shown under the pointer. */
  fixed?: boolean;
  /** What the table is, for screen readers. */
  label?: string;
  /** The lines are sorted by whoever gives them: told what is asked for. */
  onSort?: (sorting: Sorting | null) => void;
  sorting?: Sorting | null;
  /** More rows are there: called when the end comes near. */
  onEnd?: () => void;
}

/** Rows beyond which only those in sight are drawn. */
const VIRTUAL_FROM = 120;
const ROW = 33;

function headOf<T>(column: Column<T>): string {
  return column.unit ? `${column.title}（${column.unit}）` : column.title;
}

function shown<T>(column: Column<T>, row: T, index: number): ReactNode {
  if (column.render) return column.render(row, index);
  const value = column.value ? column.value(row) : (row as Record<string, unknown>)[column.key];
  return value === null || value === undefined || value === '' ? MISSING : String(value);
}

function exported<T>(column: Column<T>, row: T): Cell {
  const value = column.value ? column.value(row) : (row as Record<string, unknown>)[column.key];
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : String(value);
}

/** A table: virtual, sortable, with keys ↑ ↓ Home End Enter, and export. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rowKey, loading, failure, empty, exportName, onOpen, onSelect, selectedKey, height } = props;
  const { message } = App.useApp();
  const frame = useRef<HTMLDivElement>(null);
  const [ownSorting, setOwnSorting] = useState<Sorting | null>(null);
  const [focused, setFocused] = useState(0);
  const sorting = props.onSort ? (props.sorting ?? null) : ownSorting;
  const rows = useMemo(
    () => (props.onSort ? props.rows : sorted(props.rows, columns, sorting)),
    [props.onSort, props.rows, columns, sorting],
  );
  const keyOf = (row: T): string => (typeof rowKey === 'function' ? rowKey(row) : String(row[rowKey]));
  const virtual = rows.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 12,
    enabled: virtual,
  });
  const items = virtual
    ? virtualizer.getVirtualItems()
    : rows.map((_, index) => ({ index, start: index * ROW, end: (index + 1) * ROW }));
  const before = virtual ? (items[0]?.start ?? 0) : 0;
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const selectedIndex = selectedKey == null ? -1 : rows.findIndex((row) => keyOf(row) === selectedKey);
  const current = Math.min(selectedIndex >= 0 ? selectedIndex : focused, Math.max(rows.length - 1, 0));
  const lastShown = items.at(-1)?.index ?? 0;
  const { onEnd } = props;
  useEffect(() => {
    if (virtual && onEnd && lastShown >= rows.length - 10) onEnd();
  }, [virtual, onEnd, lastShown, rows.length]);

  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[next];
    if (row === undefined) return;
    setFocused(next);
    onSelect?.(row);
    if (virtual) virtualizer.scrollToIndex(next, { align: 'auto' });
    // The row may have to be drawn first.
    requestAnimationFrame(() => {
      const line = frame.current?.querySelector<HTMLElement>(`[data-index="${next}"]`);
      line?.focus({ preventScroll: virtual });
    });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest('input, textarea, a, button')) return;
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + 15,
      PageUp: current - 15,
      Home: 0,
      End: rows.length - 1,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      go(step);
    } else if (event.key === 'Enter' && onOpen) {
      const row = rows[current];
      event.preventDefault();
      if (row !== undefined) onOpen(row);
    }
  };
  const sortBy = (key: string) => {
    const next: Sorting | null =
      sorting?.key !== key ? { key, descending: false } : sorting.descending ? null : { key, descending: true };
    if (props.onSort) props.onSort(next);
    else setOwnSorting(next);
  };
  const save = (format: 'csv' | 'xlsx') => {
    const sheet = { header: columns.map(headOf), rows: rows.map((row) => columns.map((one) => exported(one, row))) };
    exportSheet(sheet, exportName ?? '数据', format).catch((error: unknown) => message.error(asProblem(error).message));
  };

  if (failure) return <Failure problem={failure} retry={props.retry} />;
  const menu = {
    items: [
      { key: 'xlsx', label: 'Excel 工作簿（XLSX）' },
      { key: 'csv', label: '文本表格（CSV）' },
    ],
    onClick: ({ key }: { key: string }) => save(key === 'csv' ? 'csv' : 'xlsx'),
  };
  const nothing = rows.length === 0;
  // Only rows of a grid are chosen and opened; the rows of a table are read.
  const takesFocus = Boolean(onOpen || onSelect);
  return (
    <div className="bc-table-box">
      {(props.toolbar || exportName) && (
        <div className="bc-table-tools">
          <div className="bc-table-toolbar">{props.toolbar}</div>
          {exportName && (
            <Dropdown menu={menu} disabled={nothing} trigger={['click']}>
              <Button icon={<DownloadOutlined />} size="small" disabled={nothing}>
                导出
              </Button>
            </Dropdown>
          )}
        </div>
      )}
      {nothing && loading ? (
        <Loading />
      ) : nothing ? (
        (empty ?? <Empty title="没有符合条件的内容" hint="可以放宽筛选条件，或换一个机构、时期。" />)
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the rows inside take the focus; keys come up from them
        <div
          ref={frame}
          tabIndex={takesFocus ? undefined : 0}
          className={`bc-table-frame${loading ? ' bc-stale' : ''}`}
          style={{ maxHeight: height ?? 'max(320px, calc(100vh - 260px))' }}
          onKeyDown={pressed}
        >
          <table
            className={`bc-table${props.fixed ? ' bc-table-fixed' : ''}`}
            role={takesFocus ? 'grid' : undefined}
            aria-label={props.label ?? exportName}
            aria-rowcount={rows.length + 1}
          >
            <colgroup>
              {columns.map((column) => (
                <col key={column.key} style={column.width ? { width: column.width } : undefined} />
              ))}
            </colgroup>
            <thead>
              <tr>
                {columns.map((column) => (
                  <Head key={column.key} column={column} sorting={sorting} onSort={sortBy} />
                ))}
              </tr>
            </thead>
            <tbody>
              {before > 0 && <tr style={{ height: before }} />}
              {items.map(({ index }) => {
                const row = rows[index];
                if (row === undefined) return null;
                const key = keyOf(row);
                return (
                  <tr
                    key={key}
                    ref={virtual ? virtualizer.measureElement : undefined}
                    data-index={index}
                    aria-rowindex={index + 2}
                    aria-selected={takesFocus ? key === selectedKey : undefined}
                    tabIndex={takesFocus ? (index === current ? 0 : -1) : undefined}
                    className={onOpen ? 'bc-row-open' : undefined}
                    onFocus={() => setFocused(index)}
                    onClick={(event) => {
                      const inner =
                        event.target instanceof HTMLElement && event.target.closest('a, button, input, label');
                      if (inner || window.getSelection()?.toString()) return;
                      onSelect?.(row);
                      onOpen?.(row);
                    }}
                  >
                    {columns.map((column) => (
                      <td
                        key={column.key}
                        className={`bc-${column.align ?? 'left'}`}
                        title={props.fixed ? (exported(column, row)?.toString() ?? undefined) : undefined}
                      >
                        {shown(column, row, index)}
                      </td>
                    ))}
                  </tr>
                );
              })}
              {after > 0 && <tr style={{ height: after }} />}
            </tbody>
            {props.footer && <tfoot>{props.footer}</tfoot>}
          </table>
        </div>
      )}
    </div>
  );
}

interface HeadProps<T> {
  column: Column<T>;
  sorting: Sorting | null;
  onSort: (key: string) => void;
}

function Head<T>({ column, sorting, onSort }: HeadProps<T>) {
  const mine = sorting?.key === column.key ? sorting : null;
  const order = mine ? (mine.descending ? 'descending' : 'ascending') : undefined;
  // Words that take what the others leave are not squeezed into a few characters a line.
  const wordy = column.width === undefined && column.title !== '' && (column.align ?? 'left') === 'left';
  const title = (
    <>
      {column.title}
      {column.unit && <span className="bc-unit">{column.unit}</span>}
    </>
  );
  return (
    <th
      scope="col"
      className={`bc-${column.align ?? 'left'}${wordy ? ' bc-wordy' : ''}`}
      aria-sort={order}
      title={column.hint}
    >
      {column.sortable ? (
        <button type="button" className="bc-sort" onClick={() => onSort(column.key)}>
          {title}
          <span className="bc-sort-signs" aria-hidden="true">
            <CaretUpFilled className={order === 'ascending' ? 'bc-on' : ''} />
            <CaretDownFilled className={order === 'descending' ? 'bc-on' : ''} />
          </span>
        </button>
      ) : (
        title
      )}
    </th>
  );
}
