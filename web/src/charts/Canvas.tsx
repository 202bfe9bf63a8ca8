import { DownloadOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import type { EChartsOption, EChartsType } from 'echarts';
import {
  BarChart,
  BoxplotChart,
  HeatmapChart,
  LineChart,
  PieChart,
  SankeyChart,
  ScatterChart,
  TreemapChart,
} from 'echarts/charts';
import {
  AriaComponent,
  BrushComponent,
  DatasetComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { save } from '../api/request';
import { useTheme } from '../app/theme';
import type { ChartProps, Picked } from './Chart';
import { chartTheme } from './theme';

use([
  AriaComponent,
  BarChart,
  BoxplotChart,
  BrushComponent,
  CanvasRenderer,
  DataZoomComponent,
  DatasetComponent,
  GridComponent,
  HeatmapChart,
  LabelLayout,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  PieChart,
  SVGRenderer,
  SankeyChart,
  ScatterChart,
  TitleComponent,
  TooltipComponent,
  TreemapChart,
  VisualMapComponent,
]);

function moving(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function complete(option: EChartsOption): EChartsOption {
  return { animation: moving(), animationDuration: 250, ...option };
}

/** Draws the same once more, for a file. */
function picture(props: ChartProps, kind: 'svg' | 'png', width: number): void {
  const { option, height = 280, exportName, title, says } = props;
  const place = document.createElement('div');
  // A file is printed and pasted on white.
  const chart = init(place, chartTheme(false), { renderer: kind === 'svg' ? 'svg' : 'canvas', width, height });
  chart.setOption({ ...complete(option), animation: false, backgroundColor: '#ffffff' });
  const name = `${(exportName ?? says ?? title).replaceAll(/[\\/:*?"<>|]/g, '_')}.${kind}`;
  if (kind === 'svg') save(new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' }), name);
  else {
    const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: '#ffffff' });
    canvas.toBlob((blob) => blob && save(blob, name));
  }
  chart.dispose();
}

/** What draws a chart; loaded when the first one is shown. */
export default function Canvas(props: ChartProps) {
  const { option, height, summary, onPick } = props;
  const { dark } = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const made = init(box, chartTheme(dark), { renderer: 'svg' }) as EChartsType;
    made.on('click', (event) => pick.current?.(event as unknown as Picked));
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [dark]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme makes another chart, which needs the option
  useEffect(() => {
    chart.current?.setOption(complete(option), { notMerge: true });
  }, [option, dark]);
  const menu = {
    items: [
      { key: 'png', label: '图片（PNG）' },
      { key: 'svg', label: '矢量图（SVG）' },
    ],
    onClick: ({ key }: { key: string }) =>
      picture(props, key === 'svg' ? 'svg' : 'png', place.current?.clientWidth ?? 800),
  };
  return (
    <>
      <Dropdown menu={menu} trigger={['click']}>
        <Button
          className="bc-chart-export"
          type="text"
          size="small"
          icon={<DownloadOutlined />}
          aria-label={`导出图：${props.title}`}
        />
      </Dropdown>
      <div ref={place} role="img" aria-label={summary} className="bc-chart-canvas" style={{ height }} />
    </>
  );
}
