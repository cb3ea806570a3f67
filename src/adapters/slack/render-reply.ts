import type { AnyBlock, MarkdownBlock } from '@slack/types'
import type { Chart } from '../../conversation/chart.ts'
import type { Reply } from '../../conversation/reply.ts'
import { context } from './elements.ts'
import { toMarkdown } from './escape.ts'
import { fallbackText } from './fallback-text.ts'
import { type Placement, renderFooter } from './footer.ts'
import { LIMITS } from './limits.ts'
import { type DrawnChart, renderChart } from './render-chart.ts'
import { letteredTable, renderTable } from './render-table.ts'
import { sizeOf } from './size.ts'
import { renderSources } from './sources.ts'
import { splitMarkdown } from './split-markdown.ts'
import { oneLine } from './text.ts'

/** A message as Slack takes it; `text` is what is read where blocks are not shown. */
export interface Message {
  text: string
  blocks: AnyBlock[]
}

/** A reply as a message, with the chart that has to be sent as an image beside it. */
export interface RenderedReply extends Message {
  image?: Chart
}

const GENERATED = 'AI-generated: check the sources before you rely on it.'
/** What the line above the sources takes; it is there even when they are not. */
const HEADING = 200
const MOST_CAVEATS = 10
const LONGEST_CAVEAT = 400

/** Text as one block. What is too long for a message should have been split before; here it is cut. */
const textBlock = (text: string, room: number): MarkdownBlock[] => {
  const limit = Math.min(room, LIMITS.message.markdown) - LIMITS.message.perBlock
  const [first, ...rest] = splitMarkdown(text, limit)
  return first === undefined
    ? []
    : [{ type: 'markdown', text: toMarkdown(rest.length > 0 ? `${first} …` : first) }]
}

const caveatBlocks = (caveats: string[]): AnyBlock[] => {
  const lines = caveats.map((caveat) => oneLine(caveat, LONGEST_CAVEAT)).filter(Boolean)
  return lines.length > 0 ? [context(lines.slice(0, MOST_CAVEATS).map((line) => `⚠️ ${line}`))] : []
}

/** One line says where an answer comes from and heads its sources. */
const sourceBlocks = (
  { kind, citations }: Reply,
  { turnId, continues = false }: Placement,
  room: number,
): AnyBlock[] => {
  const isSaid = kind === 'answer' && !continues
  const blocks = renderSources(citations, isSaid ? `Sources · ${GENERATED}` : 'Sources', turnId, room)
  return blocks.length === 0 && isSaid ? [context([GENERATED])] : blocks
}

/**
 * A reply as Block Kit: text, table, chart, what to be careful about, sources, and what can be done with it. Whatever
 * it holds, the message stays within Slack's limits; the table gives way first.
 */
export const renderReply = (reply: Reply, placement: Placement): RenderedReply => {
  const { kind, text, caveats, table, chart, choices = [] } = reply
  const { isBasic = false } = placement
  const drawn: DrawnChart = chart ? renderChart(chart, isBasic) : { blocks: [] }
  const cautions = caveatBlocks(caveats)
  const footer = renderFooter(kind, choices, placement)
  const room = LIMITS.message.text - sizeOf([...drawn.blocks, ...cautions, ...footer])
  const words = textBlock(text, room - HEADING)
  const sources = sourceBlocks(reply, placement, room - sizeOf(words))
  const draw = isBasic ? letteredTable : renderTable
  const rows = table ? draw(table, room - sizeOf([...words, ...sources])) : []
  return {
    text: fallbackText(reply),
    blocks: [...words, ...rows, ...drawn.blocks, ...cautions, ...sources, ...footer],
    ...(drawn.image ? { image: drawn.image } : {}),
  }
}
