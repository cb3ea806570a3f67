import { chartSchema } from '../../src/conversation/chart.ts'
import type { Table } from '../../src/conversation/table.ts'

/** A table that is seen whole. */
export const phases: Table = {
  caption: 'Growth phases at a glance',
  columns: [
    { name: 'Phase', kind: 'text' },
    { name: 'ARR', kind: 'text' },
    { name: 'People', kind: 'number' },
    { name: 'Infrastructure, $ a month', kind: 'number' },
  ],
  rows: [
    ['1 Foundation', '$0-5M', 25, 50_000],
    ['2 Growth', '$5-25M', 85, 200_000],
    ['3 Scale', '$25-50M', 200, 500_000],
    ['4 Market Leadership', '$50M+', null, null],
  ],
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun']
/** A chart that Slack draws. */
export const deployments = chartSchema.parse({
  kind: 'line',
  title: 'Deployments by team',
  unit: 'a week',
  categories: months,
  series: [
    { name: 'Checkout', values: [3, 4, 6, 5, 8, 9] },
    { name: 'Search', values: [2, 2, 3, 5, 4, 6] },
  ],
  target: { value: 10, label: 'Target of stage 4' },
})
