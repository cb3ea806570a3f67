import type { Cite, Claim } from '../ports/composer.ts'

/** A sentence or line, in the parts that claims made of it. */
export interface Sentence {
  parts: SentencePart[]
}
export interface SentencePart {
  text: string
  cites: Cite[]
  /** Position of the claim that it belongs to: parts of one claim rest on the same sources. */
  claim: number
}

const ENDS = /[.!?…:]["'”’)\]*]*\s*$|\n\s*$/
/** "1.", "2)": begins an item, and is no sentence of its own. */
const ITEM_MARK = /^\s*(?:[-*]|\d{1,2}[.)])?\s*$/

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Cuts a text into its lines and their sentences; joined they are the text again. */
export const cutSentences = (text: string): string[] => {
  const pieces: string[] = []
  for (const line of text.match(/\n*[^\n]*\n*?(?=\n|$)/g) ?? [])
    for (const { segment } of segmenter.segment(line)) {
      const last = pieces.at(-1)
      if (last !== undefined && (ITEM_MARK.test(last) || segment.trim() === ''))
        pieces[pieces.length - 1] += segment
      else if (segment !== '') pieces.push(segment)
    }
  return pieces
}

/** Makes the assembler of sentences from claims, which may end within a sentence or hold several. */
export const createAssembler = () => {
  let open: SentencePart[] = []
  let claims = 0
  const close = (): Sentence[] => {
    const parts = open
    open = []
    return parts.length > 0 ? [{ parts }] : []
  }

  return {
    /** Takes a claim; returns the sentences that it completes. */
    add: ({ text, cites }: Claim): Sentence[] => {
      const done: Sentence[] = []
      for (const piece of cutSentences(text)) {
        if (piece.startsWith('\n')) done.push(...close())
        open.push({ text: piece, cites, claim: claims })
        if (ENDS.test(piece)) done.push(...close())
      }
      claims++
      return done
    },
    /** The sentence that was begun, when nothing follows. */
    end: close,
  }
}
