import { describe, expect, test } from 'vitest'
import { renderPng, renderSvg } from '../../src/adapters/charts/render.ts'
import { type Chart, chartSchema, describeChart } from '../../src/conversation/chart.ts'

const categories = ['Jan', 'Feb', 'Mar', 'Apr']
const series = [
  { name: 'Checkout', values: [3, 4, null, 6] },
  { name: 'Search', values: [2, 2, 3, 3] },
]
const target = { value: 11, label: 'own target' }
const parse = (chart: object): Chart => chartSchema.parse(chart)

const CHARTS: Chart[] = [
  parse({
    kind: 'line',
    title: 'Deployments',
    unit: 'a week',
    categories,
    series,
    target,
    annotations: [{ at: 3, text: 'squads formed' }],
  }),
  parse({ kind: 'bar', title: 'Deployments', unit: '$K a month', categories, series, target }),
  parse({ kind: 'stacked_bar', title: 'Deployments', categories, series }),
  parse({
    kind: 'radar',
    title: 'Maturity',
    axes: categories.map((name) => ({ name, max: 5 })),
    series: [{ name: 'now', values: [3, 2, null, 4] }],
  }),
  parse({ kind: 'gauge', title: 'Readiness', unit: '%', value: 62, max: 100, target }),
  parse({ kind: 'gauge', title: 'Nothing yet', unit: '%', value: null, max: 100 }),
  parse({ kind: 'sparkline', title: 'Lead time', unit: 'hours', values: [30, null, 28, 20] }),
]

/** Width, height and how many bytes of the decoded header say that it is a PNG. */
const sizeOf = (png: Buffer) => ({
  isPng: png.subarray(1, 4).toString() === 'PNG',
  width: png.readUInt32BE(16),
  height: png.readUInt32BE(20),
})

describe('charts', () => {
  test.each(CHARTS)('$kind "$title" is drawn as SVG and PNG', async (chart) => {
    const svg = await renderSvg(chart)
    expect(svg).toMatch(/^<svg /)
    if (chart.kind !== 'sparkline') expect(svg).toContain(chart.title)
    const { isPng, width, height } = sizeOf(await renderPng(chart))
    expect(isPng).toBe(true)
    expect(width).toBeGreaterThan(300)
    expect(height).toBeGreaterThan(60)
  })

  test('text is drawn: another title makes another image', async () => {
    const bar = (title: string) => renderPng(parse({ kind: 'bar', title, categories, series }))
    const [one, same, other] = [await bar('Runway'), await bar('Runway'), await bar('Ärzte ✓')]
    expect(one.equals(same)).toBe(true)
    expect(one.equals(other)).toBe(false)
  })

  test('markup in a name is text', async () => {
    const svg = await renderSvg(
      parse({ kind: 'bar', title: '<script>alert(1)</script> & Co', categories, series }),
    )
    expect(svg).not.toContain('<script>')
    expect(svg).toContain('&lt;script&gt;')
  })

  test('a month without data is a gap, not a zero', async () => {
    const at = (values: (number | null)[]) =>
      renderSvg(parse({ kind: 'line', title: 'x', categories, series: [{ name: 'a', values }] }))
    expect(await at([3, 4, null, 6])).not.toBe(await at([3, 4, 0, 6]))
  })

  test('is told in words', () => {
    expect(describeChart(CHARTS[0] as Chart)).toBe(
      'Deployments. Checkout: Jan: 3 a week, Feb: 4 a week, Mar: no data, Apr: 6 a week. Search: Jan: 2 a week, Feb: 2 a week, Mar: 3 a week, Apr: 3 a week. own target: 11 a week.',
    )
    expect(describeChart(CHARTS[1] as Chart)).toContain('Jan: $3K a month')
    expect(describeChart(CHARTS[5] as Chart)).toBe('Nothing yet: no data on a scale from 0% to 100%.')
    const long = parse({ kind: 'sparkline', title: 'x', values: Array.from({ length: 30 }, (_, at) => at) })
    expect(describeChart(long)).toBe('x: 1: 0, 30: 29, lowest 0, highest 29.')
    expect(describeChart({ ...long, altText: 'A steady rise.' })).toBe('A steady rise.')
  })

  test.each([
    [
      { kind: 'line', title: 'x', categories, series: [{ name: 'a', values: [1] }] },
      /has 1 values; expected 4/,
    ],
    [{ kind: 'gauge', title: 'x', value: 1, min: 5, max: 5 }, /min 5 is not below max 5/],
    [
      { kind: 'bar', title: 'x', categories, series, annotations: [{ at: 4, text: 'late' }] },
      /at 4; the last category is 3/,
    ],
    [{ kind: 'pie', title: 'x' }, /kind/],
    [{ kind: 'bar', title: 'x', categories, series: [{ name: 'a', values: [1, 2, 3, Infinity] }] }, /number/],
  ])('what cannot be drawn is refused: %#', (chart, message) => {
    const result = chartSchema.safeParse(chart)
    expect(result.success).toBe(false)
    expect(JSON.stringify(result.error?.issues)).toMatch(message)
  })
})
