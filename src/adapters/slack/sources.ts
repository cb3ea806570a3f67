import type { AnyBlock } from '@slack/types'
import type { Citation } from '../../conversation/reply.ts'
import { ACTIONS } from './action-ids.ts'
import { buttonRows, context, type PlacedButton } from './elements.ts'
import { LIMITS } from './limits.ts'
import { sizeOf } from './size.ts'
import { oneLine } from './text.ts'

const QUOTE = 240
/** So many sources have their full names; more of them would fill the screen. */
const FEW = 4
const SHORT_LABEL = 40
/** Of a label, what a document's name leaves at least to its section. */
const SECTION_ROOM = 36

/** Sections are paths whose steps are parted by `>`. */
const sectionOf = ({ section }: Citation): string => oneLine(section, 500).replace(/ > /g, ' › ')

/** A source as one line, such as `[1] Growth phases › Milestones`. */
export const sourceName = (citation: Citation): string =>
  [`[${citation.n}] ${oneLine(citation.document, 500)}`, sectionOf(citation)].filter(Boolean).join(' › ')

const labelOf = (citation: Citation): string => {
  const whole = sourceName(citation)
  const section = sectionOf(citation)
  if (whole.length <= LIMITS.button.label || section === '') return whole
  const room = LIMITS.button.label - `[${citation.n}]  › `.length
  const document = oneLine(citation.document, room - Math.min(SECTION_ROOM, section.length))
  return `[${citation.n}] ${document} › ${oneLine(section, room - document.length)}`
}

/** A source with the words that the answer rests on. */
export const quotedSource = (citation: Citation): string => {
  const quote = oneLine(citation.quote, QUOTE)
  return quote === '' ? sourceName(citation) : `${sourceName(citation)}: “${quote}”`
}

/** The last step of a section's path: beside others, each source gets a short name. */
const shortLabel = (citation: Citation): string => {
  const step = sectionOf(citation).split(' › ').at(-1) || oneLine(citation.document, 500)
  return oneLine(`[${citation.n}] ${step}`, SHORT_LABEL)
}

const buttonsOf = (citations: Citation[], turnId: string): PlacedButton[] =>
  citations.map((citation) => ({
    action: ACTIONS.openPassage,
    place: citation.n,
    value: `${turnId}:${citation.n}`,
    ...(citations.length <= FEW
      ? { label: labelOf(citation) }
      : { label: shortLabel(citation), spoken: sourceName(citation) }),
  }))

const drawn = (shown: Citation[], heading: string, turnId: string | undefined, rest: number): AnyBlock[] => {
  const more = rest > 0 ? [`${rest} more ${rest === 1 ? 'source is' : 'sources are'} not shown.`] : []
  return turnId === undefined
    ? [context([heading, ...shown.map(quotedSource), ...more])]
    : [context([heading, ...more]), ...buttonRows(buttonsOf(shown, turnId))]
}

/**
 * The sources of a reply under a heading, as far as there is room: a button each that opens its passage, or, where no
 * turn is known that could be looked up, its words.
 */
export const renderSources = (
  citations: Citation[],
  heading: string,
  turnId: string | undefined,
  room: number,
): AnyBlock[] => {
  const known = [...new Map(citations.map((citation) => [citation.n, citation])).values()]
  const most = turnId === undefined ? Math.min(room, LIMITS.text + LIMITS.message.perBlock) : room
  for (let shown = Math.min(known.length, 2 * LIMITS.actions.elements); shown > 0; shown--) {
    const blocks = drawn(known.slice(0, shown), heading, turnId, known.length - shown)
    if (sizeOf(blocks) <= most) return blocks
  }
  return []
}
