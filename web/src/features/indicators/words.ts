import { type FigureKind, figureText, formatFigure } from '../../ui/format';
import type { Tone } from '../../ui/Status';
import type { IndicatorChange, IndicatorValue, ReconcileCase } from './wire';

const KINDS: readonly string[] = ['count', 'percent', 'points', 'money', 'weight', 'score', 'plain'];

/** The kind of a figure as the application knows it. */
export function kindOf(kind: string): FigureKind {
  return KINDS.includes(kind) ? (kind as FigureKind) : 'plain';
}

/** Tone of a course. */
export function toneOf(course: string): Tone {
  if (course === 'better') return 'good';
  if (course === 'worse') return 'bad';
  if (course === 'mixed') return 'warn';
  return course === 'missing' || course === 'unknown' ? 'neutral' : 'info';
}

/** A change in words, with its sign. */
export function changeText(change: IndicatorChange | null, unit: string): string {
  if (change === null) return '—';
  const kind = kindOf(change.kind);
  const text = formatFigure(change.difference, kind, { signed: true });
  return kind === 'points' ? `${text} 个百分点` : `${text}${unit ? ` ${unit}` : ''}`;
}

/** A value with its unit, or why there is none. */
export function valueText(one: IndicatorValue): string {
  if (one.suppressed) return '<5';
  return figureText(one.value, kindOf(one.kind), one.unit || undefined);
}

/** What narrows the list of indicators down. */
export interface Narrowing {
  text: string;
  chapter: string;
  direction: string;
  abnormal: string;
}

/** Whether a value is among those that are wanted. `found` are the ids that the text finds; `null` as long as it is not known. */
export function isWanted(one: IndicatorValue, by: Narrowing, found: ReadonlySet<string> | null): boolean {
  if (by.chapter && one.chapter !== by.chapter) return false;
  if (by.direction && one.direction !== by.direction) return false;
  if (by.abnormal === 'drift' && !one.adrift) return false;
  if (by.abnormal === 'worse' && one.course !== 'worse') return false;
  if (by.abnormal === 'missing' && one.value !== null) return false;
  if (by.abnormal === '' && one.value === null && !by.text && !one.on_demand && !one.suppressed) return false;
  return !by.text || (found?.has(one.id) ?? false);
}

/** Cases as they are pasted: a number, and an amount behind a tab, comma or blanks. Headings above the first case are left out. */
export function pastedCases(text: string): ReconcileCase[] {
  const cases: ReconcileCase[] = [];
  for (const line of text.split(/\r?\n/)) {
    // The first tab, comma or wide gap parts them; further commas are those of thousands.
    const parts = /^(.*?)(?:\t|[;；,，]| {2,})(.*)$/.exec(line.trim());
    const [key, amount] = parts
      ? [(parts[1] ?? '').trim(), (parts[2] ?? '').split('\t')[0]?.trim() ?? '']
      : [line.trim(), ''];
    if (!key || (cases.length === 0 && !/\d/.test(key))) continue;
    cases.push({ key, amount: amount.replaceAll(/[,，]/g, '') || null });
  }
  return cases;
}
