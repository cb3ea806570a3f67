import { describeChart } from '../../conversation/chart.ts'
import type { Reply } from '../../conversation/reply.ts'
import { sourceName } from './sources.ts'
import { markdownTable } from './table-text.ts'
import { clean, oneLine } from './text.ts'

const quoted = (text: string) => `> ${oneLine(text, 2_000)}`

/** The whole reply as a Markdown file, for what is too long to be read in messages. */
export const asMarkdownFile = ({ text, table, chart, caveats, citations }: Reply): string =>
  `${[
    clean(text).trim(),
    table && markdownTable(table),
    chart && describeChart(chart),
    caveats.length > 0 && `## Be careful\n\n${caveats.map((one) => `- ${oneLine(one, 2_000)}`).join('\n')}`,
    citations.length > 0 &&
      `## Sources\n\n${citations.map((one) => `${sourceName(one)}\n\n${quoted(one.quote)}`).join('\n\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n')}\n`
