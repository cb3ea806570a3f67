import { createRequire } from 'node:module'
import { type Chart, chartSchema } from '../../conversation/chart.ts'
import { toOptions } from './options.ts'

/** Pixels of the drawing; the image has one and a half times as many on each side. */
const SIZES: Record<Chart['kind'], { width: number; height: number }> = {
  line: { width: 800, height: 420 },
  bar: { width: 800, height: 420 },
  stacked_bar: { width: 800, height: 420 },
  radar: { width: 640, height: 520 },
  gauge: { width: 520, height: 360 },
  sparkline: { width: 240, height: 56 },
}
const PIXEL_RATIO = 1.5

/** The fonts that are drawn with, the same on every host: without one, the rasterizer draws no text and says nothing. */
const fontFiles = (): string[] => {
  const { resolve } = createRequire(import.meta.url)
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`))
}

/** Draws the chart as SVG text. ECharts is loaded on first use. */
export const renderSvg = async (chart: Chart): Promise<string> => {
  const { init } = await import('echarts')
  const drawing = init(null, null, { renderer: 'svg', ssr: true, ...SIZES[chart.kind] })
  try {
    drawing.setOption(toOptions(chartSchema.parse(chart)))
    return drawing.renderToSVGString()
  } finally {
    drawing.dispose()
  }
}

/** Draws the chart as a PNG image on an opaque background. */
export const renderPng = async (chart: Chart): Promise<Buffer> => {
  const [{ Resvg }, svg] = await Promise.all([import('@resvg/resvg-js'), renderSvg(chart)])
  const image = new Resvg(svg, {
    background: '#FFFFFF',
    fitTo: { mode: 'width', value: SIZES[chart.kind].width * PIXEL_RATIO },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: 'DejaVu Sans' },
  })
  return image.render().asPng()
}
