import { isSteering } from '../../conversation/intent.ts'
import type { Ranked } from '../../knowledge/ranking.ts'
import type { Judge } from '../../knowledge/support.ts'
import type { PlaybookEntry } from '../../playbook/playbook.ts'
import type { Claim } from '../../ports/composer.ts'

export interface Layout {
  question: string
  months: number[]
  entry: PlaybookEntry | undefined
  judge: Judge
  /** Characters that may be used. */
  room: number
  /** Print the passage whole or not at all: it only adds to another. */
  whole: boolean
}

/** Characters of a citation mark and of bold type. */
const MARK = 5
const BOLD = 4
/** A line is set in bold when it fits the question so much better than the next best. */
const CLEARLY = 1.25
const MOST_SENTENCES = 3

const isLine = (line: string): boolean => line.startsWith('- ')

/** A fact whose months include one that the question names is the one asked for. */
const isInMonths = (entry: PlaybookEntry | undefined, index: number, months: number[]): boolean => {
  const fact = entry?.facts[index]
  if (fact === undefined || typeof fact === 'string' || fact.month === undefined) return false
  const [from, to] = typeof fact.month === 'number' ? [fact.month, fact.month] : fact.month
  return months.some((month) => month >= from && month <= to)
}

/** Sentences of prose that say most about the question, in their order. */
const layOutProse = ({ passage }: Ranked, { question, judge, room }: Layout): Claim[] => {
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(passage.body)].map(
    ({ segment }) => segment.trim(),
  )
  const byScore = sentences
    .map((text, index) => ({ text, index, score: judge.overlap(question, text) }))
    .filter(({ score, text }) => score > 0 && !text.includes('\n') && !isSteering(text))
    .sort((a, b) => b.score - a.score)
  const kept: typeof byScore = []
  let left = room
  for (const sentence of byScore) {
    if (kept.length === MOST_SENTENCES || sentence.text.length + MARK > left) continue
    kept.push(sentence)
    left -= sentence.text.length + MARK
  }
  return kept
    .sort((a, b) => a.index - b.index)
    .map(({ text }, position) => ({
      text: position === 0 ? text : ` ${text}`,
      cites: [{ passageId: passage.id, quote: text }],
    }))
}

/**
 * Lays a passage out as claims: its opening sentence, then its lines, the one asked for in bold. Lines
 * that have no room are left out, the least fitting first.
 */
export const layOut = (item: Ranked, layout: Layout): Claim[] => {
  const { question, months, entry, judge, room, whole } = layout
  if (!entry && item.passage.style === 'prose') return layOutProse(item, layout)
  const passageId = item.passage.id
  const ofCompany = entry === undefined
  // A company's document is data: what it says to whoever reads it for them is not passed on.
  const [lead = '', ...rest] = item.passage.body
    .split('\n')
    .filter((line) => !(ofCompany && isSteering(line)))
  const note = rest
    .filter((line) => !isLine(line))
    .join(' ')
    .trim()
  const lines = rest.filter(isLine).map((line, index) => ({
    line,
    index,
    score: judge.overlap(question, line) + (isInMonths(entry, index, months) ? 100 : 0),
  }))
  if (lead.length + MARK > room || (whole && item.passage.body.length + MARK + BOLD > room)) return []

  const byScore = [...lines].sort((a, b) => b.score - a.score || a.index - b.index)
  const [best, second] = byScore
  const focus = best && second && best.score > second.score * CLEARLY ? best : undefined
  let left = room - lead.length - MARK - BOLD
  const kept = new Set<number>()
  for (const { line, index } of byScore) {
    if (line.length + 1 > left) continue
    kept.add(index)
    left -= line.length + 1
  }
  const printed = lines
    .filter(({ index }) => kept.has(index))
    .map(({ line, index }) => (index === focus?.index ? `- **${line.slice(2)}**` : line))
  if (note && note.length + 1 <= left) printed.push(note)
  const cites = [{ passageId, quote: focus ? focus.line.slice(2) : lead }]
  const opening = [{ text: lead, cites }]
  // An opening that announces a list says nothing without it.
  if (printed.length === 0) return lead.endsWith(':') ? [] : opening
  return [...opening, { text: `\n${printed.join('\n')}`, cites }]
}
