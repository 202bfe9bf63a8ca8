import { figureText, formatFigure, formatPeriod, groupText, numberOf } from '../../ui/format';
import type { Calculated, CalculatedStep, GroupCount, GroupPage, GroupRow, GroupTable } from './wire';

/** How rows are told apart, in the order of the tabs. */
export const BY = [
  { key: 'group', title: '病组', of: '个病组' },
  { key: 'adrg', title: 'ADRG', of: '个 ADRG' },
  { key: 'mdc', title: 'MDC', of: '个 MDC' },
  { key: 'department', title: '科室', of: '个科室' },
  { key: 'physician', title: '医师', of: '位医师' },
  { key: 'hospital', title: '医院', of: '家医院' },
] as const;

/** What a quadrant chart compares. */
export const MEASURES = {
  cost_index: { title: '费用消耗指数', dear: '费用高于', cheap: '费用低于' },
  time_index: { title: '时间消耗指数', dear: '住院日长于', cheap: '住院日短于' },
} as const;

export type Measure = keyof typeof MEASURES;

/** A number of cases as it is shown: `<5` when it is hidden. */
export function countText(count: GroupCount): string {
  return count.hidden ? '<5' : formatFigure(count.value, 'count');
}

/** What a row is called: code and name once each. */
export function nameOf(row: Pick<GroupRow, 'key' | 'title'>): string {
  return row.title === '' || row.title === row.key ? row.key || '未填写' : row.title;
}

/** Change of a number against an earlier one in percent; `null` without both. */
export function changeOf(now: string | number | null, then: string | number | null): number | null {
  const [left, right] = [numberOf(now), numberOf(then)];
  if (left === null || right === null || right === 0) return null;
  return ((left - right) / right) * 100;
}

/** A change as people read it: `+3.2%`. */
export function changeText(change: number | null): string {
  if (change === null) return '—';
  const text = Math.abs(change).toFixed(1);
  if (text === '0.0') return '持平';
  return `${change > 0 ? '+' : '−'}${text}%`;
}

/** Rows with enough cases for an index to say something, the worst first. */
export function worst(rows: readonly GroupRow[], measure: Measure, least: number): GroupRow[] {
  return rows
    .filter((row) => (row.cases.value ?? 0) >= least && (numberOf(row[measure]) ?? 0) > 1)
    .toSorted((a, b) => (numberOf(b[measure]) ?? 0) - (numberOf(a[measure]) ?? 0));
}

/** What is spent beyond the mean of all hospitals: charges less what the same cases cost there. */
export function beyond(row: GroupRow): number | null {
  const [charges, index] = [numberOf(row.total_charges), numberOf(row.cost_index)];
  if (charges === null || index === null || index === 0) return null;
  return charges - charges / index;
}

/** What a table says, as the heading of its chart. */
export function tableSays(table: GroupTable, measure: Measure): string {
  const of = BY.find((by) => by.key === table.by)?.of ?? '行';
  const known = table.rows.filter((row) => numberOf(row[measure]) !== null);
  const above = known.filter((row) => (numberOf(row[measure]) ?? 0) > 1);
  const { title } = MEASURES[measure];
  if (known.length === 0) return `${formatPeriod(table.period)}没有可以比较的${title}`;
  const first = worst(known, measure, leastCases(known))[0];
  const head = `${known.length} ${of}中 ${above.length} ${of.replace(' ', '').slice(0, 1)}${title}高于 1`;
  return first ? `${head}，${nameOf(first)}最高（${formatFigure(first[measure], 'score')}）` : head;
}

/** Cases below which a row is not named as an outlier: chance would decide. */
export function leastCases(rows: readonly GroupRow[]): number {
  const all = rows.reduce((sum, row) => sum + (row.cases.value ?? 0), 0);
  return Math.max(5, Math.round(all / 500));
}

/** What the months of a group say. */
export function monthsSay(page: GroupPage): string {
  const then = page.row.year_before;
  const change = then ? changeOf(page.row.mean_charges, then.mean_charges) : null;
  if (change === null) return `例均费用 ${figureText(page.row.mean_charges, 'money', '元')}`;
  const word = change > 0 ? '上升' : '下降';
  if (changeText(change) === '持平') return '例均费用与去年同期持平';
  return `例均费用比去年同期${word} ${Math.abs(change).toFixed(1)}%`;
}

/** What the distribution of charges or days says. */
export function spreadSays(spread: GroupPage['charges'], what: '费用' | '住院日'): string {
  const { own, reference } = spread;
  if (!own || !reference) return `${what}分布`;
  const unit = what === '费用' ? '元' : '天';
  const decimals = what === '费用' ? 0 : 1;
  const text = (value: string) => `${formatFigure(value, 'plain', { decimals })} ${unit}`;
  const difference = (numberOf(own.p50) ?? 0) - (numberOf(reference.p50) ?? 0);
  const word = difference > 0 ? '高于' : difference < 0 ? '低于' : '等于';
  return `${what}中位数 ${text(own.p50)}，${word}全部机构的 ${text(reference.p50)}`;
}

/** A step of a path with how many failed ones before it are folded. */
export interface FoldedStep {
  step: CalculatedStep;
  /** Steps of the same level that failed before this one. */
  missed: CalculatedStep[];
}

/** The path with failed categories and adjacent groups folded into the next step that held, or into the end. */
export function folded(path: readonly CalculatedStep[]): { steps: FoldedStep[]; rest: CalculatedStep[] } {
  const steps: FoldedStep[] = [];
  let missed: CalculatedStep[] = [];
  for (const step of path) {
    const kept = step.holds || step.level === 'check' || step.level === 'drg';
    if (kept) {
      steps.push({ step, missed });
      missed = [];
    } else missed.push(step);
  }
  return { steps, rest: missed };
}

/** Codes as somebody pastes them: apart by blanks, commas, semicolons or lines. */
export function codesIn(text: string): string[] {
  return text
    .split(/[\s,，;；、|]+/)
    .map((code) => code.trim())
    .filter((code) => code !== '');
}

/** What became of a case without a group, as a heading; the sentence below it says why. */
export function outcomeOf({ status, drg }: Pick<Calculated, 'status' | 'drg'>): string {
  if (status === 'unrelated_procedure') return `歧义病案 ${drg.code}`;
  return status === 'ungrouped' ? '未入组' : drg.code ? groupText(drg.code) : '没有分组';
}

/** The beginning that codes like this one share: its category and the first digit behind the point. */
export function stemOf(code: string): string {
  const known = /^([A-Za-z]?\d{2}[\dA-Za-z]?)(\.\d)?/.exec(code.trim());
  return known ? known[0].toUpperCase() : code.trim();
}

/** Codes to take instead of one that is not in the edition: usable ones that begin alike. */
export function alike<T extends { code: string; usable: boolean }>(code: string, hits: readonly T[]): T[] {
  const stem = stemOf(code).slice(0, 3).toUpperCase();
  return hits.filter((hit) => hit.usable && hit.code !== code && hit.code.toUpperCase().startsWith(stem)).slice(0, 3);
}

/** Why a chart of groups has nothing to draw; `null` when there are two points to compare. */
export function whyNoPoints(table: Pick<GroupTable, 'rows' | 'hidden_rows'>, drawn: number): string | null {
  if (drawn >= 2) return null;
  if (table.hidden_rows > 0)
    return `少于 5 例的行不画，以免认出个人；本期有 ${table.hidden_rows} 行因此没有画出。可以换一个更长的时期。`;
  if (table.rows.length < 2) return '至少要有两行才能比较。可以换一个时期、机构或划分。';
  return '没有权重或没有可比较的指数的行不画。请查看是否设置了权重表，或换一个更长的时期。';
}
