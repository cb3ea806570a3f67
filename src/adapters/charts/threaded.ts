import { Piscina } from 'piscina'
import type { Chart } from '../../conversation/chart.ts'

const IDLE_MS = 60_000

/** Draws charts in a thread of its own, which begins with the first one and ends when none is asked for. */
export const createChartThread = () => {
  const pool = new Piscina<Chart, Uint8Array>({
    filename: new URL('./draw-thread.ts', import.meta.url).href,
    name: 'renderPng',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
  })
  return { draw: (chart: Chart) => pool.run(chart), close: () => pool.destroy() }
}
