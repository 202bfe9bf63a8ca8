import { palettes } from '../app/theme';

/** Colours of series, in order; told apart by people who do not tell red from green, too. */
export const SERIES = {
  light: ['#0f6b66', '#c2651a', '#3b6fb6', '#8a5aa8', '#6b7a2f', '#b04a6a', '#4a5a63', '#a08432'],
  dark: ['#3fb5ab', '#e6975a', '#7db4f5', '#bf97db', '#b0c266', '#e58aa6', '#a3b3bb', '#d8bd6a'],
} as const;

/** The theme of charts. */
export function chartTheme(dark: boolean): object {
  const colours = dark ? palettes.dark : palettes.light;
  const axis = {
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.quiet },
    nameTextStyle: { color: colours.quiet },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.7 } },
  };
  return {
    color: dark ? SERIES.dark : SERIES.light,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: "'Noto Sans SC', sans-serif", color: colours.text },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    logAxis: axis,
    timeAxis: { ...axis, splitLine: { show: false } },
    legend: { textStyle: { color: colours.text }, itemWidth: 14, itemHeight: 8 },
    tooltip: {
      backgroundColor: colours.card,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 13 },
      confine: true,
    },
    line: { symbol: 'circle', symbolSize: 5, lineStyle: { width: 2 } },
    bar: { barMaxWidth: 28 },
    markLine: { label: { color: colours.quiet }, lineStyle: { color: colours.quiet } },
  };
}

/** Colours of statuses, for option builders that show them. */
export function statusColours(dark: boolean): Record<'good' | 'warn' | 'bad' | 'info' | 'neutral' | 'accent', string> {
  const { good, warn, bad, info, neutral, accent } = dark ? palettes.dark : palettes.light;
  return { good, warn, bad, info, neutral, accent };
}
