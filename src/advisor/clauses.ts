import { contentStems } from '../knowledge/vocabulary.ts'
import type { Quantity } from './quantities.ts'

/** Where something begins and ends in a text. */
interface Span {
  start: number
  end: number
}

/** A clause ends where the next thing with a figure of its own may begin. */
const CLAUSE =
  /[;:()]|,(?!\d)|\s[–—-]\s|\b(?:while|whereas|but|and|versus|vs|against|compared (?:with|to))\b/gi
/** The clause around a figure; one without a word of its own takes in what stands before it. */
export const clauseOf = (text: string, figure: Quantity, all: readonly Quantity[]): Span => {
  const isInside = (index: number) =>
    all.some(
      ({ start, end, opens }, at) =>
        (index >= start && index < end) || (opens && index >= end && index < (all[at + 1]?.start ?? 0)),
    )
  const cuts = [...text.matchAll(CLAUSE)].filter(({ index }) => !isInside(index))
  const lefts = cuts.filter(({ index }) => index < figure.start).map((cut) => cut.index + cut[0].length)
  const end = cuts.find(({ index }) => index >= figure.end)?.index ?? text.length
  let start = lefts.pop() ?? 0
  while (start > 0 && contentStems(text.slice(start, end)).length === 0) start = lefts.pop() ?? 0
  return { start, end }
}

/** Of several figures in one clause, each speaks of what stands between its neighbours. */
export const windowOf = (figure: Quantity, clause: Span, beside: Quantity[]): Span => ({
  start: Math.max(clause.start, ...beside.filter(({ end }) => end <= figure.start).map(({ end }) => end)),
  end: Math.min(clause.end, ...beside.filter(({ start }) => start >= figure.end).map(({ start }) => start)),
})
