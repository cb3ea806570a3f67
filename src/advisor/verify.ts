import type { Citation } from '../conversation/reply.ts'
import type { ComposerEvent } from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'

/** An answer that passed the checks; `dropped` says what did not, for the operator's log. */
export interface Verified {
  text: string
  citations: Citation[]
  dropped: string[]
}

/** A stretch of text and the citations behind it. */
interface Claim {
  text: string
  cites: { passageId: string; quote: string }[]
}

const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]
const FIGURE = /\d+(?:[.,]\d+)*/g
const LINK = /(?:https?|ftp|mailto|file|javascript|data):[^\s)>\]|]+|\bwww\.[^\s)>\]|]+/gi

/** Figures of a text in one spelling, number words up to twelve included. */
const figuresOf = (text: string): Set<string> => {
  const digits = [...text.matchAll(FIGURE)].map(([figure]) =>
    figure.replace(/,(?=\d{3}\b)/g, '').replace(/\.0+$/, ''),
  )
  const words = NUMBER_WORDS.flatMap((word, value) =>
    new RegExp(`\\b${word}\\b`, 'i').test(text) ? [String(value)] : [],
  )
  return new Set([...digits, ...words])
}

/** Figures of a claim that neither its passages nor the calculations behind the answer hold. */
const strayFigures = (text: string, evidence: string, computed: string): string[] => {
  const held = figuresOf(`${evidence} ${computed}`)
  const plain = text.replace(/\[\d+\]/g, '')
  return [...plain.matchAll(FIGURE)]
    .map(([figure]) => figure.replace(/,(?=\d{3}\b)/g, '').replace(/\.0+$/, ''))
    .filter((figure) => !held.has(figure))
}

/** Markup that a platform would act on: mentions, links, HTML. Returns text that only reads. */
export const disarm = (text: string, evidence = ''): string =>
  text
    .replace(/<(?:https?|mailto)[^>]*>/gi, '')
    .replace(/<[@!#][^>]*>/g, '')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/!?\[([^\]]*)\]\((?:[^)]*)\)/g, '$1')
    .replace(LINK, (link) => (evidence.includes(link) && /^https:/.test(link) ? link : ''))
    .replace(/(^|\s)@(?:channel|here|everyone|all)\b/gi, '$1')
    .replace(/[^\S\n]{2,}/g, ' ')

const collect = (events: Iterable<ComposerEvent>): Claim[] => {
  let claims: Claim[] = []
  for (const event of events) {
    if (event.type === 'restart') claims = []
    if (event.type === 'text') {
      const last = claims.at(-1)
      if (last && last.cites.length === 0) last.text += event.text
      else claims.push({ text: event.text, cites: [] })
    }
    if (event.type === 'cite') claims.at(-1)?.cites.push({ passageId: event.passageId, quote: event.quote })
  }
  return claims
}

/**
 * Checks what a composer wrote and numbers its citations. A quote must stand in its passage word for word; a figure
 * must stand in a passage that the answer cites or in `computed`, the text of the named calculations and of the
 * question. A claim with a figure of no source is left out.
 */
export const verify = (events: Iterable<ComposerEvent>, passages: Passage[], computed: string): Verified => {
  const byId = new Map(passages.map((passage) => [passage.id, passage]))
  const citations: Citation[] = []
  const dropped: string[] = []
  let text = ''
  let behind = ''
  let lastMark = ''
  for (const claim of collect(events)) {
    const held = claim.cites.filter(({ passageId, quote }) => {
      const passage = byId.get(passageId)
      const stands = passage?.body.includes(quote) === true
      if (!stands) dropped.push(`a quote that passage "${passageId}" does not hold`)
      return stands
    })
    if (held.length > 0) behind = held.map(({ passageId }) => byId.get(passageId)?.body ?? '').join('\n')
    const stray = strayFigures(claim.text, behind, computed)
    if (stray.length > 0) {
      dropped.push(`a statement with the figure ${stray[0]}, which no cited passage holds`)
      continue
    }
    const marks = held.map(({ passageId, quote }) => {
      const passage = byId.get(passageId) as Passage
      const known = citations.find((c) => c.passageId === passageId && c.quote === quote)
      if (known) return known.n
      const n = citations.length + 1
      citations.push({
        n,
        type: 'passage',
        passageId,
        document: passage.document,
        section: passage.section,
        quote,
      })
      return n
    })
    const clean = disarm(claim.text, behind)
    const end = clean.search(/\s*$/)
    const mark = [...new Set(marks)].map((n) => ` [${n}]`).join('')
    // A claim that goes on from the one before, on the same source, needs no second mark.
    text += `${clean.slice(0, end)}${mark === lastMark && clean.startsWith('\n') ? '' : mark}${clean.slice(end)}`
    lastMark = mark
  }
  return { text: text.trim(), citations, dropped }
}
