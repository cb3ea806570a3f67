import { stems } from '../knowledge/vocabulary.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import type { Quantity } from './quantities.ts'
import { readQuantities } from './read-quantities.ts'

/** A line of a passage, or a sentence of its prose. */
export interface Line {
  text: string
  quantities: readonly Quantity[]
  stems: Set<string>
  /** Stems of what it is a line about: its label, or all of it when it has none. */
  label: Set<string>
  /** It is an item of a list. */
  isItem: boolean
}

/** A passage prepared for checking what is said of it. */
export interface Evidence {
  passage: Passage
  /** The opening sentence with document and section, which hold for every line. */
  head: Line
  lines: Line[]
  /** Stems that tell one line from another. */
  telling: Set<string>
}

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' })

const ITEM_LABEL = /^- ([^:]*\p{L}{2,}[^:]*): /u

/** `group` is what the item belongs to; its first item is of the group as a whole. */
const readLine = (text: string, isItem = false, group = '', isFirst = false): Line => {
  const own = isItem ? ITEM_LABEL.exec(text)?.[1] : undefined
  const whole = group === '' ? text : `${group}: ${text}`
  return {
    text: whole,
    quantities: readQuantities(text),
    stems: new Set(stems(whole)),
    label: new Set(stems(`${isFirst ? group : ''} ${own ?? text}`)),
    isItem,
  }
}

/** "- Engineering: Head count: 8; Senior engineers: 3; …" holds several items of one group. */
const readItems = (line: string): Line[] => {
  const items = line.split(/;\s+/)
  const group = ITEM_LABEL.exec(line)?.[1]
  if (!line.startsWith('- ') || items.length < 3 || group === undefined)
    return [readLine(line, line.startsWith('- '))]
  return items.map((item, index) =>
    readLine(index === 0 ? `- ${item.slice(group.length + 4)}` : `- ${item}`, true, group, index === 0),
  )
}

/** Reads a passage into what its lines say. */
export const readEvidence = (passage: Passage): Evidence => {
  const [first = '', ...rest] = passage.body.split('\n')
  const isProse = rest.length === 0
  const sentences = [...SENTENCES.segment(isProse ? passage.body : first)].map(({ segment }) =>
    segment.trim(),
  )
  const lines = [...rest.flatMap(readItems), ...sentences.map((sentence) => readLine(sentence))].filter(
    ({ text }) => text !== '',
  )
  const head = readLine(`${passage.document}\n${passage.section}\n${isProse ? '' : first}`)
  const telling = new Set(
    lines.flatMap((line) =>
      [...line.stems].filter(
        (stem) => !head.stems.has(stem) && !lines.every((other) => other.stems.has(stem)),
      ),
    ),
  )
  return { passage, head, lines, telling }
}

/** Numbers of items that a text joins by commas, as a whole, in brackets and behind a colon. */
export const itemsOf = (text: string): number[] =>
  [text, ...text.split(/[:()–—]/)].map(
    (list) => list.split(/,| and |;/).filter((item) => item.trim() !== '').length,
  )

/** Numbers of items that a passage lists: its lines, what one of them joins, and all that its lines join. */
export const itemCounts = ({ lines }: Evidence): Set<number> => {
  const items = lines.filter(({ isItem }) => isItem)
  return new Set([
    items.length,
    ...lines.flatMap(({ text }) => itemsOf(text)),
    items.reduce((sum, { text }) => sum + (itemsOf(text).at(-1) ?? 0), 0),
  ])
}
