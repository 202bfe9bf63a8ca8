import { describe, expect, it } from 'vitest';
import { histogram, points, quadrant, quadrantSummary } from './charts';
import type { GroupRow } from './wire';

const row = (key: string, weight: string | null, index: string | null, cases: number) =>
  ({ key, title: key, mean_weight: weight, cost_index: index, cases: { value: cases, hidden: false } }) as GroupRow;

describe('charts of groups', () => {
  const rows = [
    row('dear', '0.8', '1.6', 200),
    row('cheap', '2.0', '0.5', 150),
    row('usual', '1.0', '1.02', 900),
    row('rare', '1.0', '4', 1),
    row('unknown', null, '1', 50),
  ];

  it('labels only outliers with enough cases', () => {
    const all = points(rows, 'cost_index');
    expect(all).toHaveLength(4);
    expect(all.filter((point) => point.outlier).map((point) => point.key)).toEqual(['dear', 'cheap']);
  });

  it('says what the quadrants mean', () => {
    const all = points(rows, 'cost_index');
    expect(quadrantSummary(all, 'cost_index', 1)).toBe(
      '权重高、费用高于均值的 2 个；权重低、费用高于均值的 1 个；权重高、费用低于均值的 1 个；权重低、费用低于均值的 0 个',
    );
    const option = quadrant(all, 'cost_index', 1);
    expect(Array.isArray(option.title) && option.title).toHaveLength(4);
  });

  it('shows shares of stays', () => {
    const count = (value: number) => ({ value, hidden: false });
    const bins = [
      { from: '0', to: '1000', cases: count(1), reference_cases: count(5) },
      { from: '1000', to: null, cases: count(3), reference_cases: count(5) },
    ];
    const option = histogram({ own: null, reference: null, bins }, '元');
    expect((option.series as { data: number[] }[]).map((one) => one.data)).toEqual([
      [25, 75],
      [50, 50],
    ]);
  });
});
