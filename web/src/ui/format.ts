/** What a figure is, which says how it is written. */
export type FigureKind = 'count' | 'percent' | 'points' | 'money' | 'weight' | 'score' | 'plain';

/** What stands for a value that is missing. */
export const MISSING = '—';

/** Decimals of a kind; `null` for as many as the value has. */
const DECIMALS: Record<FigureKind, number | null> = {
  count: 0,
  percent: 2,
  points: 2,
  money: 2,
  weight: 4,
  score: 2,
  plain: null,
};

/** A decimal number in parts, without going through a binary one. */
interface Decimal {
  negative: boolean;
  /** All digits. */
  digits: bigint;
  /** How many of them stand behind the point. */
  scale: number;
}

function parse(value: string | number): Decimal | null {
  const text = typeof value === 'number' ? plainNumber(value) : value.trim();
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!parts || (!parts[2] && !parts[3])) return null;
  const fraction = parts[3] ?? '';
  return { negative: parts[1] === '-', digits: BigInt(`${parts[2] ?? ''}${fraction}`), scale: fraction.length };
}

function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20) : text;
}

/** Rounds half away from zero, as people do. */
function rounded({ negative, digits, scale }: Decimal, decimals: number): Decimal {
  if (scale <= decimals) return { negative, digits: digits * 10n ** BigInt(decimals - scale), scale: decimals };
  const unit = 10n ** BigInt(scale - decimals);
  return { negative, digits: (digits + unit / 2n) / unit, scale: decimals };
}

function written({ digits, scale }: Decimal): string {
  const text = digits.toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return scale > 0 ? `${whole}.${text.slice(-scale)}` : whole;
}

/** How a figure is written besides its kind. */
export interface FormatOptions {
  /** `万元` divides money by ten thousand; other units do not change the number. */
  unit?: string | undefined;
  /** Other decimals than the kind has. */
  decimals?: number | undefined;
  /** With a plus sign when it is more than zero. */
  signed?: boolean | undefined;
}

/** A figure without its unit: thousands apart, decimals of its kind, "—" when it is missing. */
export function formatFigure(
  value: string | number | null | undefined,
  kind: FigureKind = 'plain',
  options: FormatOptions = {},
): string {
  if (value === null || value === undefined || value === '') return MISSING;
  const given = parse(value);
  if (given === null) return typeof value === 'string' ? value : MISSING;
  const moved = kind === 'money' && options.unit === '万元' ? { ...given, scale: given.scale + 4 } : given;
  const decimals = options.decimals ?? DECIMALS[kind];
  const number = decimals === null ? moved : rounded(moved, decimals);
  const zero = number.digits === 0n;
  const plus = options.signed || kind === 'points' ? '+' : '';
  const sign = zero ? '' : number.negative ? '−' : plus;
  return `${sign}${written(number)}`;
}

/** The unit that a kind has by itself. */
export function unitOf(kind: FigureKind): string {
  if (kind === 'percent') return '%';
  return kind === 'points' ? '个百分点' : '';
}

/** A figure with its unit, for sentences. */
export function figureText(value: string | number | null | undefined, kind: FigureKind, unit?: string): string {
  const text = formatFigure(value, kind, { unit });
  const shown = unit ?? unitOf(kind);
  if (text === MISSING || !shown) return text;
  return shown === '%' ? `${text}%` : `${text} ${shown}`;
}

/** A decimal text as a number, for charts and for sorting only. */
export function numberOf(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A time as `2026-03-01 08:05` in China, wherever the computer stands. */
export function formatTime(value: string | null | undefined): string {
  if (!value) return MISSING;
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return value;
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return parts.format(time);
}

/** A period in words: `2025年`, `2025年第4季度`, `2025年12月`. */
export function formatPeriod(period: string): string {
  const year = /^(\d{4})$/.exec(period);
  if (year) return `${year[1]}年`;
  const part = /^(\d{4})([QH])(\d)$/.exec(period);
  if (part?.[2] === 'Q') return `${part[1]}年第${part[3]}季度`;
  if (part) return `${part[1]}年${part[3] === '1' ? '上' : '下'}半年`;
  const month = /^(\d{4})-(\d{2})(R12)?$/.exec(period);
  if (month) return `${month[3] ? '截至' : ''}${month[1]}年${Number(month[2])}月${month[3] ? '的12个月' : ''}`;
  return period.replace('..', ' 至 ');
}

/** Days up to which people count in days. */
const IN_DAYS = 90;

/** How long something is overdue, as the service says it: `12 天`, beyond ninety days `3 年 11 个月`. */
export function daysInWords(days: number): string {
  if (days <= IN_DAYS) return `${days} 天`;
  // Of four years: 48 months have 1461 days.
  const all = Math.round((days * 48) / 1461);
  const years = Math.floor(all / 12);
  const months = all % 12;
  return [years > 0 && `${years} 年`, months > 0 && `${months} 个月`].filter(Boolean).join(' ');
}

/** A group as people read it: schemes write `0000` where no group was found, which says nothing to a reader. */
export function groupText(code: string | null | undefined): string {
  if (!code) return MISSING;
  return /^0000/.test(code) ? '未入组' : code;
}

/** Units of what is counted: there are no parts of a bed or a person. */
const COUNTED = new Set(
  '个 人 名 家 所 张 台 例 人次 例次 床 床日 份 项 次 种 处 支 篇 起 组 类 辆 户 村 县'.split(' '),
);

/** Decimals of a value in a unit; the service writes its sentences by the same rule. */
export function decimalsOfUnit(unit: string): number {
  return COUNTED.has(unit) ? 0 : 2;
}
