import type { AnyBlock, HeaderBlock, HomeView, ModalView } from '@slack/types'
import type { Card, Panel } from '../../conversation/card.ts'
import { describeChart } from '../../conversation/chart.ts'
import { buttonRows, context, plain, section } from './elements.ts'
import { LIMITS } from './limits.ts'
import { letteredTable } from './render-table.ts'
import { renderText } from './render-text.ts'
import { oneLine } from './text.ts'

const MOST_SECTIONS = 10
/** Blocks kept free for the line that says what is left out. */
const KEPT_FREE = 2
const NOTHING = 'Nothing here yet. Write to me under *Messages*, or mention me in a channel.'

const header = (title: string): HeaderBlock[] =>
  oneLine(title, LIMITS.header) === '' ? [] : [{ type: 'header', text: plain(title, LIMITS.header) }]

/** A card as blocks; its buttons are numbered from a place on. */
const cardBlocks = ({ title, text, table, chart, buttons }: Card, place: number): AnyBlock[] => [
  ...header(title),
  ...renderText(text, MOST_SECTIONS),
  ...(table ? letteredTable(table, LIMITS.text) : []),
  ...(chart ? [context([describeChart(chart)])] : []),
  ...buttonRows(buttons.map((button, index) => ({ ...button, place: place + index }))),
]

const bytesOf = (blocks: AnyBlock[]): number => Buffer.byteLength(JSON.stringify(blocks))

/** Cards under each other, as many as a view takes; no two buttons share an id. */
const stack = (cards: Card[]): AnyBlock[] => {
  const stacked: AnyBlock[] = []
  let place = 0
  let bytes = 0
  for (const [index, card] of cards.entries()) {
    const blocks = [...(index > 0 ? [{ type: 'divider' }] : []), ...cardBlocks(card, place)]
    bytes += bytesOf(blocks)
    if (stacked.length + blocks.length > LIMITS.view.blocks - KEPT_FREE || bytes > LIMITS.view.bytes) {
      const left = cards.length - index
      return [...stacked, context([`${left} more ${left === 1 ? 'part is' : 'parts are'} not shown.`])]
    }
    stacked.push(...blocks)
    place += card.buttons.length
  }
  return stacked
}

/** The home screen; without cards it says how to begin. */
export const renderHome = (cards: Card[]): HomeView => {
  const blocks = stack(cards)
  return { type: 'home', blocks: blocks.length > 0 ? blocks : [section(NOTHING)] }
}

/** A dialog that is only read. The one card of a panel does not say its title again. */
export const renderPanel = ({ title, cards }: Panel): ModalView => {
  const [only, ...others] = cards
  const shown = only && others.length === 0 && only.title === title ? [{ ...only, title: '' }] : cards
  const blocks = stack(shown)
  return {
    type: 'modal',
    title: plain(title, LIMITS.view.title, 'Cairn'),
    close: plain('Close'),
    blocks: blocks.length > 0 ? blocks : [section('There is nothing to show.')],
  }
}
