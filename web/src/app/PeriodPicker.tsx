import { CalendarOutlined, LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { formatPeriod } from '../ui/format';
import { useDataMonths, useSelection } from './selection';

const MONTHS = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'));

/** The period before or after one of the same length. */
export function shifted(period: string, by: 1 | -1): string | null {
  const year = /^(\d{4})$/.exec(period);
  if (year) return String(Number(year[1]) + by);
  const quarter = /^(\d{4})Q([1-4])$/.exec(period);
  if (quarter) {
    const number = Number(quarter[1]) * 4 + Number(quarter[2]) - 1 + by;
    return `${Math.floor(number / 4)}Q${(number % 4) + 1}`;
  }
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  if (month) {
    const number = Number(month[1]) * 12 + Number(month[2]) - 1 + by;
    return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;
  }
  return null;
}

/** The period that all pages are about: a year, a quarter or a month, with one click each. */
export function PeriodPicker() {
  const { period, setPeriod } = useSelection();
  const months = useDataMonths();
  const [open, setOpen] = useState(false);
  const [shownYear, setShownYear] = useState<number | null>(null);
  const year = shownYear ?? Number(/^\d{4}/.exec(period)?.[0] ?? new Date().getFullYear());
  const choose = (next: string) => {
    setPeriod(next);
    setOpen(false);
  };
  const outside = (first: string, last: string) =>
    Boolean((months?.first && last < months.first) || (months?.last && first > months.last));
  const button = (value: string, label: string, first: string, last: string) => (
    <Button
      key={value}
      size="small"
      type={value === period ? 'primary' : 'text'}
      className={outside(first, last) ? 'bc-no-data' : undefined}
      aria-pressed={value === period}
      title={outside(first, last) ? '这段时间没有病案' : undefined}
      onClick={() => choose(value)}
    >
      {label}
    </Button>
  );
  const panel = (
    <div className="bc-period-panel">
      <div className="bc-period-year">
        <Button
          type="text"
          size="small"
          icon={<LeftOutlined />}
          aria-label="上一年"
          onClick={() => setShownYear(year - 1)}
        />
        {button(String(year), `${year}年（全年）`, `${year}-01`, `${year}-12`)}
        <Button
          type="text"
          size="small"
          icon={<RightOutlined />}
          aria-label="下一年"
          onClick={() => setShownYear(year + 1)}
        />
      </div>
      {[0, 1, 2, 3].map((quarter) => (
        <div key={quarter} className="bc-period-row">
          {button(
            `${year}Q${quarter + 1}`,
            `${quarter + 1}季度`,
            `${year}-${MONTHS[quarter * 3]}`,
            `${year}-${MONTHS[quarter * 3 + 2]}`,
          )}
          {MONTHS.slice(quarter * 3, quarter * 3 + 3).map((month) =>
            button(`${year}-${month}`, `${Number(month)}月`, `${year}-${month}`, `${year}-${month}`),
          )}
        </div>
      ))}
      {months?.first && months.last && (
        <p className="bc-quiet">
          已有 {formatPeriod(months.first)} 至 {formatPeriod(months.last)} 的病案
        </p>
      )}
    </div>
  );
  const before = shifted(period, -1);
  const after = shifted(period, 1);
  return (
    <div className="bc-period">
      <Button
        type="text"
        icon={<LeftOutlined />}
        aria-label="上一时期"
        disabled={before === null}
        onClick={() => before && setPeriod(before)}
      />
      <Popover
        open={open}
        onOpenChange={(next) => {
          setOpen(next);
          setShownYear(null);
        }}
        trigger="click"
        placement="bottom"
        content={panel}
      >
        <Button icon={<CalendarOutlined />} aria-label={`时期：${formatPeriod(period)}`} aria-expanded={open}>
          {formatPeriod(period)}
        </Button>
      </Popover>
      <Button
        type="text"
        icon={<RightOutlined />}
        aria-label="下一时期"
        disabled={after === null}
        onClick={() => after && setPeriod(after)}
      />
    </div>
  );
}
