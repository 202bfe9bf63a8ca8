import { DatePicker } from 'antd';
import dayjs from 'dayjs';

/** What {@link DayPicker} takes; a form gives `id`, `value` and `onChange`. */
export interface DayPickerProps {
  id?: string;
  /** As `2025-03-31`; empty for none. */
  value?: string | undefined;
  onChange?: (day: string) => void;
  label?: string;
  placeholder?: string;
  width?: number;
  /** A day has to be there. */
  always?: boolean;
}

/** A day, chosen from a calendar in Chinese or typed, whatever the language of the browser. */
export function DayPicker({ id, value, onChange, label, placeholder, width = 150, always }: DayPickerProps) {
  const day = value ? dayjs(value, 'YYYY-MM-DD') : null;
  return (
    <DatePicker
      {...(id === undefined ? {} : { id })}
      {...(placeholder === undefined ? {} : { placeholder })}
      aria-label={label}
      value={day?.isValid() ? day : null}
      allowClear={!always}
      onChange={(next) => onChange?.(next ? next.format('YYYY-MM-DD') : '')}
      style={{ width }}
    />
  );
}
