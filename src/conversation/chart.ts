import { z } from 'zod'

/** A value on the chart; null where there is no data, which is drawn as a gap and never as 0. */
const value = z.number().finite().nullable()

const series = z.strictObject({
  name: z.string().min(1).max(80),
  values: z.array(value).min(1).max(400),
})

const shared = {
  title: z.string().min(1).max(160),
  /** Unit of every value, such as `%` or `$K a month`; empty for plain counts. */
  unit: z.string().max(24).default(''),
  /** What the chart shows, for whoever cannot see it; made from the values when it is not given. */
  altText: z.string().max(1_000).optional(),
}

const onCategories = {
  ...shared,
  /** Labels of the horizontal axis, one for each value of every series. */
  categories: z.array(z.string().max(40)).min(1).max(400),
  series: z.array(series).min(1).max(8),
  /** A target that a source gives, drawn as a line with its label. */
  target: z.strictObject({ value: z.number().finite(), label: z.string().min(1).max(80) }).optional(),
  /** Remarks on single categories, by their position. */
  annotations: z
    .array(z.strictObject({ at: z.number().int().min(0), text: z.string().min(1).max(80) }))
    .max(8)
    .default([]),
}

const schema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('line'), ...onCategories }),
  z.strictObject({ kind: z.literal('bar'), ...onCategories }),
  z.strictObject({ kind: z.literal('stacked_bar'), ...onCategories }),
  z.strictObject({
    kind: z.literal('radar'),
    ...shared,
    axes: z
      .array(z.strictObject({ name: z.string().min(1).max(60), max: z.number().positive() }))
      .min(3)
      .max(12),
    series: z.array(series).min(1).max(4),
  }),
  z.strictObject({
    kind: z.literal('gauge'),
    ...shared,
    value,
    min: z.number().finite().default(0),
    max: z.number().finite(),
    target: z.strictObject({ value: z.number().finite(), label: z.string().min(1).max(80) }).optional(),
  }),
  z.strictObject({ kind: z.literal('sparkline'), ...shared, values: z.array(value).min(2).max(400) }),
])

/** A chart as data: every channel draws the same value, natively where it can and as an image elsewhere. */
export type Chart = z.infer<typeof schema>

const lengthsAgree = (chart: Chart): string | undefined => {
  if (chart.kind === 'gauge' && chart.min >= chart.max)
    return `min ${chart.min} is not below max ${chart.max}`
  const expected =
    chart.kind === 'radar' ? chart.axes.length : 'categories' in chart ? chart.categories.length : undefined
  if (expected === undefined || !('series' in chart)) return undefined
  const wrong = chart.series.find(({ values }) => values.length !== expected)
  if (wrong) return `series "${wrong.name}" has ${wrong.values.length} values; expected ${expected}`
  const beyond = 'annotations' in chart && chart.annotations.find(({ at }) => at >= expected)
  return beyond
    ? `annotation "${beyond.text}" is at ${beyond.at}; the last category is ${expected - 1}`
    : undefined
}

/** Checks a chart from outside; its numbers agree in length and stand within what a channel can draw. */
export const chartSchema = schema.superRefine((chart, context) => {
  const wrong = lengthsAgree(chart)
  if (wrong) context.addIssue({ code: 'custom', message: wrong })
})

const shown = (number: number | null, unit: string): string => {
  if (number === null) return 'no data'
  const digits = number.toLocaleString('en', { maximumFractionDigits: 2 })
  if (unit.startsWith('$')) return `$${digits}${unit.slice(1)}`
  return unit === '' || unit === '%' ? `${digits}${unit}` : `${digits} ${unit}`
}

/** Series of up to so many values are read out one by one; longer ones by their first, lowest, highest and last. */
const READ_OUT = 8

const read = (values: (number | null)[], labels: string[], unit: string): string => {
  const pairs = values.map((number, index) => `${labels[index] ?? index + 1}: ${shown(number, unit)}`)
  if (values.length <= READ_OUT) return pairs.join(', ')
  const known = values.filter((number) => number !== null)
  if (known.length === 0) return 'no data'
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return `${pairs[0]}, ${pairs.at(-1)}, lowest ${shown(low, unit)}, highest ${shown(high, unit)}`
}

/** The chart in words: the text that is given with it, or its numbers. */
export const describeChart = (chart: Chart): string => {
  if (chart.altText) return chart.altText
  const { title, unit } = chart
  const target =
    'target' in chart && chart.target ? ` ${chart.target.label}: ${shown(chart.target.value, unit)}.` : ''
  switch (chart.kind) {
    case 'gauge':
      return `${title}: ${shown(chart.value, unit)} on a scale from ${shown(chart.min, unit)} to ${shown(chart.max, unit)}.${target}`
    case 'sparkline':
      return `${title}: ${read(chart.values, [], unit)}.`
    default: {
      const labels = chart.kind === 'radar' ? chart.axes.map(({ name }) => name) : chart.categories
      const lines = chart.series.map(({ name, values }) => `${name}: ${read(values, labels, unit)}.`)
      return `${title}. ${lines.join(' ')}${target}`
    }
  }
}
