import { createKindReader } from '../../advisor/kind-line.ts'
import type { Cite, Claim, FailedSentence } from '../../ports/composer.ts'
import { createMarkReader } from './marks.ts'

const NOTHING = /^[-–—]$/

/** A text without the first line that says what kind of reply it is, which some models write out of habit. */
const withoutKind = (text: string): string => {
  let rest = ''
  const kind = createKindReader((event) => {
    if (event.type === 'claim') rest += event.text
  })
  kind.claim({ text, cites: [] })
  kind.end()
  return rest
}

/** Reads what was written anew, a paragraph for each sentence. Not knowing which is for which, it takes none. */
export const readRewriting = (
  text: string,
  failed: FailedSentence[],
  citesOf: (mark: string) => Cite[],
): Claim[][] => {
  const paragraphs = withoutKind(text)
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
  if (paragraphs.length !== failed.length) return failed.map(() => [])
  return paragraphs.map((paragraph) => {
    const claims: Claim[] = []
    if (NOTHING.test(paragraph)) return claims
    const marks = createMarkReader(citesOf, (claim) => claims.push(claim))
    marks.write(paragraph)
    marks.end()
    return claims
  })
}
