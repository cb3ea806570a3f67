import type { SearchResultBlockParam, TextCitation } from '@anthropic-ai/sdk/resources/messages'
import { piecesOf, quoteOf } from '../../advisor/citable.ts'
import type { Cite } from '../../ports/composer.ts'
import type { Passage } from '../../ports/knowledge-store.ts'

/** A passage as a block that the model can cite piece by piece. */
const toSearchResult = (passage: Passage): SearchResultBlockParam => ({
  type: 'search_result',
  source: passage.id,
  title: `${passage.document} > ${passage.section}`,
  content: piecesOf(passage).map((text) => ({ type: 'text', text })),
  citations: { enabled: true },
})

/** Keeps what was sent, so that a citation counts only for a source that was. */
export const createSources = () => {
  const sent = new Map<string, readonly string[]>()
  return {
    send: (passage: Passage): SearchResultBlockParam => {
      sent.set(passage.id, piecesOf(passage))
      return toSearchResult(passage)
    },
    has: (passageId: string): boolean => sent.has(passageId),
    /** The citation as a quote; undefined when it names a source that was not sent, or is not what stands in it. */
    resolve: (citation: TextCitation): Cite | undefined => {
      if (citation.type !== 'search_result_location') return undefined
      const { source, start_block_index: from, end_block_index: to, cited_text: text } = citation
      const pieces = sent.get(source)
      if (!pieces || pieces.slice(from, to).join('') !== text) return undefined
      return { passageId: source, quote: quoteOf(pieces, from, to) }
    },
  }
}
export type Sources = ReturnType<typeof createSources>
