import type { ReplyKind } from '../conversation/reply.ts'
import type { Thread } from '../conversation/thread.ts'
import type { Ranked } from '../knowledge/ranking.ts'
import type { Facet } from '../knowledge/retrieve.ts'
import type { Understanding } from '../knowledge/understand.ts'

/** What a composer answers: the question as it was understood, and the evidence found for it. */
export interface Ask {
  understood: Understanding
  facets: Facet[]
  /** All passages found, best first. */
  passages: Ranked[]
  thread: Thread
  /** Characters that text and caveats may take together. */
  limit: number
}

/**
 * What a composer emits while it works. A `cite` follows the text that it supports. `restart` withdraws everything
 * before it.
 */
export type ComposerEvent =
  | { type: 'text'; text: string }
  | { type: 'cite'; passageId: string; quote: string }
  | { type: 'kind'; kind: ReplyKind }
  | { type: 'caveat'; text: string }
  | { type: 'restart' }

/** Turns evidence into an answer. Its text is checked by the same verifier whatever wrote it. */
export interface Composer {
  readonly name: string
  compose(ask: Ask, signal?: AbortSignal): AsyncIterable<ComposerEvent>
}
