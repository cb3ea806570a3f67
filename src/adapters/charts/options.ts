import type { EChartsOption } from 'echarts'
import type { Chart } from '../../conversation/chart.ts'

/** Colours that keep their distance for people who do not see red and green apart (Okabe and Ito, 2008). */
const COLOURS = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#F0E442', '#666666']
/** Series are told apart in print and without colours too. */
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin', 'arrow', 'emptyCircle']
const DASHES = ['solid', 'dashed', 'dotted', 'solid', 'dashed', 'dotted', 'solid', 'dashed'] as const
const INK = '#1F2328'
const GRID_LINE = '#D8DEE4'
const TARGET = '#555555'
const TITLE_WIDTH = 720

type OnCategories = Extract<Chart, { kind: 'line' | 'bar' | 'stacked_bar' }>

/** The next end of an axis that reads well: 12.1 becomes 15, 0.93 becomes 0.95. */
const roundUp = (value: number): number => {
  const step = 10 ** Math.floor(Math.log10(Math.abs(value) || 1)) / 2
  return Number((Math.ceil(value / step) * step).toPrecision(12))
}

const titleOf = (text: string): NonNullable<EChartsOption['title']> => ({
  text,
  left: 12,
  top: 8,
  textStyle: { fontSize: 18, color: INK, width: TITLE_WIDTH, overflow: 'truncate' },
})

const targetLine = (target: OnCategories['target']) =>
  target && {
    symbol: 'none',
    silent: true,
    lineStyle: { color: TARGET, type: 'dashed' as const, width: 2 },
    label: { formatter: target.label, position: 'insideEndTop' as const, color: TARGET, fontSize: 13 },
    data: [{ yAxis: target.value }],
  }

const remarks = ({ annotations, series }: OnCategories) => ({
  symbol: 'pin',
  symbolSize: 1,
  label: { color: INK, fontSize: 12, position: 'top' as const, distance: 12 },
  data: annotations.flatMap(({ at, text }) => {
    const value = series[0]?.values[at]
    return value === null || value === undefined ? [] : [{ name: text, coord: [at, value], value: text }]
  }),
})

const onCategories = (chart: OnCategories): EChartsOption => {
  const { title, unit, categories, series, target, kind } = chart
  const several = series.length > 1
  return {
    title: titleOf(title),
    ...(several
      ? {
          legend: {
            bottom: 6,
            itemGap: 32,
            data: series.map(({ name }) => name),
            textStyle: { color: INK, fontSize: 13 },
          },
        }
      : {}),
    grid: { left: 16, right: 28, top: unit ? 76 : 56, bottom: several ? 44 : 16, containLabel: true },
    xAxis: {
      type: 'category',
      data: categories,
      axisLabel: { color: INK, fontSize: 12, hideOverlap: true },
      axisLine: { lineStyle: { color: INK } },
    },
    yAxis: {
      type: 'value',
      name: unit,
      nameTextStyle: { color: INK, fontSize: 12, align: 'left' },
      axisLabel: { color: INK, fontSize: 12 },
      splitLine: { lineStyle: { color: GRID_LINE } },
      // A target above every value still has to be seen.
      ...(target ? { max: ({ max }: { max: number }) => roundUp(Math.max(max, target.value * 1.05)) } : {}),
    },
    series: series.map(({ name, values }, index) => ({
      name,
      data: values,
      ...(kind === 'line'
        ? {
            type: 'line' as const,
            symbol: SYMBOLS[index % SYMBOLS.length] as string,
            symbolSize: 8,
            lineStyle: { width: 3, type: DASHES[index % DASHES.length] as 'solid' },
          }
        : {
            type: 'bar' as const,
            barMaxWidth: 56,
            ...(kind === 'stacked_bar' ? { stack: 'all' } : {}),
          }),
      ...(index === 0
        ? { markPoint: remarks(chart), ...(target ? { markLine: targetLine(target) as object } : {}) }
        : {}),
    })),
  }
}

const radar = ({ title, axes, series }: Extract<Chart, { kind: 'radar' }>): EChartsOption => ({
  title: titleOf(title),
  legend: { bottom: 6, itemGap: 32, textStyle: { color: INK, fontSize: 13 } },
  radar: {
    indicator: axes.map(({ name, max }) => ({ name, max, min: 0 })),
    center: ['50%', '54%'],
    radius: '62%',
    axisName: { color: INK, fontSize: 13 },
  },
  series: [
    {
      type: 'radar',
      data: series.map(({ name, values }, index) => ({
        name,
        // A radar has no gaps: an axis without data is drawn at the centre and said in the description.
        value: values.map((value) => value ?? '-'),
        lineStyle: { width: 3, type: DASHES[index % DASHES.length] as 'solid' },
        symbol: SYMBOLS[index % SYMBOLS.length] as string,
        areaStyle: { opacity: 0.12 },
      })),
    },
  ],
})

const gauge = ({
  title,
  unit,
  value,
  min,
  max,
  target,
}: Extract<Chart, { kind: 'gauge' }>): EChartsOption => ({
  title: titleOf(title),
  series: [
    {
      type: 'gauge',
      min,
      max,
      startAngle: 200,
      endAngle: -20,
      center: ['50%', '62%'],
      radius: '84%',
      progress: { show: value !== null, width: 22 },
      axisLine: { lineStyle: { width: 22 } },
      axisLabel: { color: INK, fontSize: 12, distance: 30 },
      splitNumber: 5,
      pointer: { show: value !== null },
      detail: {
        fontSize: 26,
        color: INK,
        offsetCenter: [0, '46%'],
        formatter: value === null ? 'no data' : `{value}${unit === '%' ? '%' : unit && ` ${unit}`}`,
      },
      title: { offsetCenter: [0, '70%'], color: TARGET, fontSize: 14 },
      data: [{ value: value ?? min, name: target ? `${target.label}: ${target.value}` : '' }],
    },
  ],
})

const sparkline = ({ values }: Extract<Chart, { kind: 'sparkline' }>): EChartsOption => ({
  grid: { left: 4, right: 8, top: 6, bottom: 6 },
  xAxis: { type: 'category', show: false, data: values.map((_, index) => String(index)) },
  yAxis: { type: 'value', show: false, scale: true },
  series: [
    {
      type: 'line',
      showSymbol: false,
      lineStyle: { width: 3 },
      data: values,
      markPoint: {
        symbol: 'circle',
        symbolSize: 9,
        label: { show: false },
        data:
          values.at(-1) === null
            ? []
            : [{ name: 'last', coord: [values.length - 1, values.at(-1) as number] }],
      },
    },
  ],
})

/** The chart in the terms of ECharts. */
export const toOptions = (chart: Chart): EChartsOption => {
  const options =
    chart.kind === 'radar'
      ? radar(chart)
      : chart.kind === 'gauge'
        ? gauge(chart)
        : chart.kind === 'sparkline'
          ? sparkline(chart)
          : onCategories(chart)
  return {
    animation: false,
    color: COLOURS,
    backgroundColor: '#FFFFFF',
    textStyle: { fontFamily: 'DejaVu Sans' },
    ...options,
  }
}
