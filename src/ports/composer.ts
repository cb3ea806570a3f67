import type { ReplyKind } from '../conversation/reply.ts'
import type { Thread } from '../conversation/thread.ts'
import type { Ranked } from '../knowledge/ranking.ts'
import type { Facet } from '../knowledge/retrieve.ts'
import type { Understanding } from '../knowledge/understand.ts'
import type { Passage } from './knowledge-store.ts'
import type { Toolbox } from './toolbox.ts'

/** A span of a passage, word for word. */
export interface Cite {
  passageId: string
  quote: string
}

/** A stretch of text and what it rests on. Claims follow each other as they stand, white space included. */
export interface Claim {
  text: string
  cites: Cite[]
}

/** Tokens of one call of a model, as its provider counts them. */
export interface ModelUsage {
  model: string
  inputTokens: number
  outputTokens: number
  /** Of the input, read from and written to the provider's cache; not part of `inputTokens`. */
  cacheReadTokens: number
  cacheWriteTokens: number
}

/** What code computed for the question before anything was composed: claims that may be said as they stand. */
export interface Computed {
  claims: Claim[]
  /** True when the question asks for just that. */
  isAnswer: boolean
}

/** Where a model's side of a turn is kept while it goes on, so that a turn begun again goes on where it was. */
export interface Journal {
  load(): Promise<unknown>
  save(state: unknown): Promise<void>
}

/** What a composer answers: the question as it was understood, and the evidence found for it. */
export interface Ask {
  /** The question as it was asked, in its own language. */
  question: string
  understood: Understanding
  facets: Facet[]
  /** All passages found, best first. */
  passages: Ranked[]
  thread: Thread
  /** Characters that text and caveats may take together. */
  limit: number
  computed: Computed | undefined
  /** The question is for the organization's own figures, of which there are none. */
  lacksData: boolean
  /** What a model may look up while it composes. */
  tools: Toolbox
  journal?: Journal
}

/** Steps of a turn that a person may watch. */
export type Step = 'understanding' | 'reading' | 'composing' | 'checking'

/** What a person may watch of a turn: its steps, and its text as far as it was checked. */
export type Progress = { type: 'step'; step: Step; detail?: string } | { type: 'text'; text: string }

/** What a composer emits while it works: each claim once, never withdrawn. */
export type ComposerEvent =
  | ({ type: 'claim' } & Claim)
  | { type: 'kind'; kind: ReplyKind }
  | { type: 'caveat'; text: string }
  | { type: 'usage'; usage: ModelUsage }
  | { type: 'step'; step: Step; detail?: string }
  /** What it found beside the ask: passages that it may cite from now on, and statements that code computed. */
  | { type: 'found'; passages: Passage[]; computed: string[] }
  /** What went wrong and the answer can do without, for the operator. */
  | { type: 'failure'; failure: ComposerError }
export type Emit = (event: ComposerEvent) => void

/** A sentence that did not pass the checks, and why. */
export interface FailedSentence {
  text: string
  reason: string
}

/** A finished composition. */
export interface Composition {
  /**
   * Writes failed sentences anew, once: the claims of each in their order, none where nothing true can be said.
   * Absent when the composer would only say the same again.
   */
  rewrite?: (failed: FailedSentence[]) => Promise<Claim[][]>
}

/** Turns evidence into an answer. Its text is checked by the same verifier whatever wrote it. */
export interface Composer {
  readonly name: string
  /** The version of what the composer is told, kept with every turn. */
  readonly promptVersion?: string
  /** Sends the smallest request there is. @throws ComposerError that says what to fix. */
  probe?(): Promise<void>
  /** What the composer is told, which no reply says again. */
  readonly told?: string
  /** @throws ComposerError when the model cannot be reached or breaks off for good. */
  compose(ask: Ask, emit: Emit, signal?: AbortSignal): Promise<Composition>
}

/** Why a model gave no answer, said to the operator: the message tells what to do. Never shown in chat. */
export class ComposerError extends Error {
  override readonly name = 'ComposerError'
}
