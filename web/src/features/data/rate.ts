/** How far something was at a time in milliseconds. */
export interface Mark {
  at: number;
  done: number;
}

/** How fast something goes and how long it still takes, from what was seen of it. */
export interface Pace {
  /** Per second; `null` while it cannot be told. */
  rate: number | null;
  /** Seconds; `null` while it cannot be told. */
  remaining: number | null;
}

/** Marks of the last seconds that tell the pace. */
const SPAN = 15_000;

/** Marks with a new one; older ones are forgotten. */
export function marked(marks: readonly Mark[], mark: Mark): Mark[] {
  const last = marks.at(-1);
  // It began anew.
  if (last && mark.done < last.done) return [mark];
  return [...marks.filter((one) => mark.at - one.at <= SPAN), mark];
}

/** The pace of the last seconds. */
export function pace(marks: readonly Mark[], total: number | null): Pace {
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last || last.at - first.at < 500 || last.done <= first.done) return { rate: null, remaining: null };
  const rate = ((last.done - first.done) * 1000) / (last.at - first.at);
  const remaining = total === null ? null : Math.max(0, (total - last.done) / rate);
  return { rate, remaining };
}

/** Seconds in words. */
export function inWords(seconds: number): string {
  if (seconds < 1) return '不到 1 秒';
  if (seconds < 90) return `约 ${Math.ceil(seconds)} 秒`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `约 ${minutes} 分钟` : `约 ${Math.round(minutes / 60)} 小时`;
}

/** The share that is done in percent; `null` when nobody knows how much there is. */
export function percent(done: number, total: number | null): number | null {
  return total === null || total <= 0 ? null : Math.min(100, Math.floor((done * 100) / total));
}
