import { numberOf } from './format';

/** A small line or bars in a cell. */
export interface SparkProps {
  values: readonly (string | number | null)[];
  kind?: 'line' | 'bar';
  width?: number;
  height?: number;
  /** A target that is drawn as a quiet line. */
  target?: string | number | null;
  /** What it shows, in words. */
  summary: string;
}

/** The values as a small picture; what it says stands in `summary`. */
export function Spark({ values, kind = 'line', width = 88, height = 22, target, summary }: SparkProps) {
  const numbers = values.map(numberOf);
  const aim = numberOf(target);
  const known = [...numbers, aim].filter((value) => value !== null);
  if (known.length === 0) return <span className="bc-quiet">—</span>;
  const low = Math.min(...known, ...(kind === 'bar' ? [0] : []));
  const high = Math.max(...known, ...(kind === 'bar' ? [0] : []));
  const y = (value: number) => height - 2 - ((value - low) / (high - low || 1)) * (height - 4);
  const step = width / Math.max(numbers.length, 1);
  const x = (index: number) => index * step + step / 2;
  let path = '';
  let pen = false;
  numbers.forEach((value, index) => {
    if (value !== null) path += `${pen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = value !== null;
  });
  const last = numbers.findLastIndex((value) => value !== null);
  const end = numbers[last];
  return (
    <svg className="bc-spark" width={width} height={height} role="img" aria-label={summary}>
      <title>{summary}</title>
      {aim !== null && <line x1={0} x2={width} y1={y(aim)} y2={y(aim)} className="bc-spark-target" />}
      {kind === 'line' && <path d={path} className="bc-spark-line" />}
      {kind === 'line' && typeof end === 'number' && <circle cx={x(last)} cy={y(end)} r={2} className="bc-spark-dot" />}
      {kind === 'bar' &&
        numbers.map((value, index) =>
          value === null ? null : (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a value has no name but its place
              key={index}
              className="bc-spark-bar"
              x={index * step + step * 0.15}
              width={step * 0.7}
              y={Math.min(y(value), y(0))}
              height={Math.max(Math.abs(y(value) - y(0)), 1)}
            />
          ),
        )}
    </svg>
  );
}

/** A bar behind a share of the largest, for a cell of a table. */
export function Bar({ share, tone = 'accent' }: { share: number; tone?: 'accent' | 'good' | 'warn' | 'bad' }) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span className="bc-bar" aria-hidden="true">
      <span className={`bc-bar-fill bc-bar-${tone}`} style={{ width: `${width}%` }} />
    </span>
  );
}
