import { remember } from '../knowledge/remember.ts'
import type { Passage } from '../ports/knowledge-store.ts'

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' })

const cut = remember((body: string): readonly string[] => {
  const pieces: string[] = []
  for (const line of body.match(/[^\n]*\n?/g) ?? []) {
    if (line === '') continue
    const sentences = line.startsWith('- ')
      ? [line]
      : [...SENTENCES.segment(line)].map(({ segment }) => segment)
    // White space alone is no piece.
    for (const piece of sentences)
      if (pieces.length > 0 && (piece.trim() === '' || pieces.at(-1)?.trim() === ''))
        pieces[pieces.length - 1] += piece
      else pieces.push(piece)
  }
  return pieces
})

/** A passage's body in its smallest citable pieces, lines and sentences; joined they are the body again. */
export const piecesOf = ({ body }: Passage): readonly string[] => cut(body)

/** The pieces from one up to, not including, another, as they are quoted: a span of the body, word for word. */
export const quoteOf = (pieces: readonly string[], from: number, to: number): string =>
  pieces.slice(from, to).join('').trim().replace(/^- /, '')
