import type { AnyBlock, Block } from '@slack/types'
import { type Chart, describeChart } from '../../conversation/chart.ts'
import { context } from './elements.ts'
import { LIMITS } from './limits.ts'
import { oneLine } from './text.ts'

/** Documented, and not yet among the types of the SDK. */
export interface DataVisualizationBlock extends Block {
  type: 'data_visualization'
  title: string
  chart: {
    type: 'line' | 'bar'
    series: { name: string; data: { label: string; value: number }[] }[]
    axis_config: { categories: string[]; y_label?: string }
  }
}

/** A chart as blocks, and as an image where Slack cannot draw it. */
export interface DrawnChart {
  blocks: AnyBlock[]
  image?: Chart
}

const LONGEST_DESCRIPTION = 600

interface Plot {
  type: 'line' | 'bar'
  categories: string[]
  series: { name: string; values: (number | null)[] }[]
}

const plotOf = (chart: Chart): Plot | undefined => {
  switch (chart.kind) {
    case 'line':
      return { type: 'line', categories: chart.categories, series: chart.series }
    case 'bar':
    case 'stacked_bar':
      return { type: 'bar', categories: chart.categories, series: chart.series }
    case 'sparkline':
      return {
        type: 'line',
        categories: chart.values.map((_, index) => String(index + 1)),
        series: [{ name: oneLine(chart.unit || 'Value', LIMITS.chart.label), values: chart.values }],
      }
    default:
      return undefined
  }
}

const areDistinct = (labels: string[]): boolean =>
  new Set(labels).size === labels.length &&
  labels.every((label) => label !== '' && label.length <= LIMITS.chart.label)

/**
 * Whether Slack draws every point of it under its own name. It takes one number for each category, so that a gap
 * could only be drawn as something that it is not.
 */
const isDrawable = ({ categories, series }: Plot): boolean =>
  series.length <= LIMITS.chart.series &&
  categories.length <= LIMITS.chart.points &&
  areDistinct(categories) &&
  areDistinct(series.map(({ name }) => name)) &&
  series.every(({ values }) => values.length === categories.length && !values.includes(null))

const labelled = (plot: Plot): Plot => ({
  ...plot,
  // One character more than fits, so that a label that was cut is told from one that fits.
  categories: plot.categories.map((label) => oneLine(label, LIMITS.chart.label + 1)),
  series: plot.series.map(({ name, values }) => ({ name: oneLine(name, LIMITS.chart.label + 1), values })),
})

const native = ({ title, unit }: Chart, { type, categories, series }: Plot): DataVisualizationBlock => ({
  type: 'data_visualization',
  title: oneLine(title, LIMITS.chart.title) || 'Chart',
  chart: {
    type,
    series: series.map(({ name, values }) => ({
      name,
      data: values.map((value, index) => ({ label: categories[index] as string, value: value as number })),
    })),
    axis_config: { categories, ...(unit ? { y_label: oneLine(unit, LIMITS.chart.axis) } : {}) },
  },
})

/** What is drawn into an image and not by Slack. */
const remarks = (chart: Chart): string[] => {
  if (!('categories' in chart)) return []
  const { target, annotations, categories } = chart
  return [
    ...(target ? [`${target.label}: ${target.value.toLocaleString('en')} ${chart.unit}`.trim()] : []),
    ...annotations.map(({ at, text }) => `${categories[at]}: ${text}`),
  ].map((line) => oneLine(line, 160))
}

/** The chart drawn by Slack, or else told in words, with the image that shows it. */
export const renderChart = (chart: Chart, isBasic = false): DrawnChart => {
  const plot = isBasic ? undefined : plotOf(chart)
  const drawn = plot && labelled(plot)
  if (!drawn || !isDrawable(drawn))
    return { blocks: [context([oneLine(describeChart(chart), LONGEST_DESCRIPTION)])], image: chart }
  const said = remarks(chart)
  return { blocks: [native(chart, drawn), ...(said.length > 0 ? [context(said)] : [])] }
}
