import { asData } from '../../advisor/brief.ts'
import { piecesOf, quoteOf } from '../../advisor/citable.ts'
import type { Cite } from '../../ports/composer.ts'
import type { Passage } from '../../ports/knowledge-store.ts'

/** Passages that are printed at a time, and the characters that they may take: these models have small windows. */
const MOST = 20
const CHARACTERS = 24_000

/** `P1`, `P1.2`, `P1.2-4` or `P1.2-P1.4` within a mark. */
const NAMED = /P(\d+)(?:\.(\d+)(?:\s*[-–—]\s*(?:P(\d+)\.)?(\d+))?)?/gi

/**
 * The passages that a model was given, cut into numbered pieces: `P1.2` is the second piece of the first passage.
 * Every passage that leaves for the model is printed here.
 */
export const createSources = () => {
  const given: { passage: Passage; pieces: readonly string[] }[] = []

  const numberOf = (passage: Passage): number => {
    const known = given.findIndex((source) => source.passage.id === passage.id)
    return (known === -1 ? given.push({ passage, pieces: piecesOf(passage) }) - 1 : known) + 1
  }

  const printed = (passage: Passage, number: number): string => {
    const title = `P${number} ${asData(`${passage.document} > ${passage.section}`)}`
    const pieces = piecesOf(passage).map((piece, at) => `[P${number}.${at + 1}] ${asData(piece.trim())}`)
    return [title, ...pieces].join('\n')
  }

  /** The pieces from one up to and including another, as one quote. */
  const citeOf = (number: number, from: number, to: number): Cite[] => {
    const source = given[number - 1]
    if (!source || from < 1 || from > source.pieces.length) return []
    const quote = quoteOf(source.pieces, from - 1, Math.max(from, to))
    return quote === '' ? [] : [{ passageId: source.passage.id, quote }]
  }

  return {
    /** Numbers passages and prints them, best first, as far as there is room. */
    print: (passages: readonly Passage[]): string => {
      let room = CHARACTERS
      const blocks: string[] = []
      for (const passage of passages.slice(0, MOST)) {
        // Reckoned before it is numbered: what was not printed cannot be cited.
        const size = printed(passage, given.length + 1).length
        if (size > room) continue
        room -= size
        blocks.push(printed(passage, numberOf(passage)))
      }
      return `<passages>\n${blocks.join('\n\n')}\n</passages>`
    },
    /** The quotes that a mark names, such as `[P1.2, P3.1-P3.3]`; what was never given cites nothing. */
    citesOf: (mark: string): Cite[] =>
      [...mark.matchAll(NAMED)].flatMap(([, passage, from, passageTo = passage, to]) => {
        const number = Number(passage)
        if (from === undefined) return citeOf(number, 1, Number.POSITIVE_INFINITY)
        if (to === undefined) return citeOf(number, Number(from), Number(from))
        if (passageTo === passage) return citeOf(number, Number(from), Number(to))
        const end = Number(to)
        return [...citeOf(number, Number(from), Number(from)), ...citeOf(Number(passageTo), end, end)]
      }),
  }
}

export type Sources = ReturnType<typeof createSources>
