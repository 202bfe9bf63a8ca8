import type { EChartsOption } from 'echarts';
import { lazy, Suspense } from 'react';
import { Loading } from '../ui/Loading';

/** A part of a chart that was clicked. */
export interface Picked {
  name: string;
  seriesName: string;
  dataIndex: number;
  seriesIndex: number;
  data: unknown;
}

/** A chart. Its options are made by pure functions; colours and fonts come from the theme. */
export interface ChartProps {
  /** What the chart is of. */
  title: string;
  /** What it says, as its heading: "四级手术占比连续三月低于目标". */
  says?: string;
  option: EChartsOption;
  height?: number;
  /** What it shows, in words, for those who do not see it. */
  summary: string;
  /** The name of exported pictures; the title when not given. */
  exportName?: string;
  onPick?: (picked: Picked) => void;
}

const Canvas = lazy(() => import('./Canvas'));

/** A chart, with its heading and what may be taken out of it. */
export function Chart(props: ChartProps) {
  const { title, says, height = 280, summary } = props;
  return (
    <figure className="bc-chart" aria-label={title}>
      <figcaption>
        <strong>{says ?? title}</strong>
        {says && <span className="bc-quiet">{title}</span>}
      </figcaption>
      <p className="bc-only-read">{summary}</p>
      <Suspense fallback={<div style={{ height }}>{<Loading rows={4} />}</div>}>
        <Canvas {...props} height={height} />
      </Suspense>
    </figure>
  );
}
