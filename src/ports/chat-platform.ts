import type { WaitingPost } from './thread-store.ts'

/** Where a post arrived. */
export interface Receipt {
  platformMessageId: string
}

/** What a platform knows of a post that was handed over and never answered for. */
export type Trace = { found: Receipt } | 'absent' | 'unknown'

/** Posts to one platform. What it throws is a `PostError`; anything else counts as a lost answer. */
export interface ChatPlatform {
  post(post: WaitingPost, signal: AbortSignal): Promise<Receipt>
  /** Looks for a post by its idempotency key; `unknown` when the platform cannot tell. */
  find(post: WaitingPost, signal: AbortSignal): Promise<Trace>
}

/**
 * Why a post did not go through. `refused`: it never will (channel archived, no right to post). `limited`: later, as
 * told. `unreachable`: it certainly was not taken. A lost answer is no PostError: nobody knows.
 */
export class PostError extends Error {
  override readonly name = 'PostError'
  readonly kind: 'refused' | 'limited' | 'unreachable'
  readonly retryAfterMs: number | undefined

  constructor(kind: PostError['kind'], message: string, retryAfterMs?: number) {
    super(message)
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}
