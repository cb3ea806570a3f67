import type { Chart } from '../conversation/chart.ts'
import type { Room } from '../conversation/people.ts'
import type { Reply } from '../conversation/reply.ts'
import type { Progress } from './composer.ts'
import type { Account } from './people-store.ts'
import type { ThreadKey, WaitingMessage, WaitingPost } from './thread-store.ts'

/** Where a post arrived. */
export interface Receipt {
  platformMessageId: string
}

/** What a platform knows of a post that was handed over and never answered for. */
export type Trace = { found: Receipt } | 'absent' | 'unknown'

/** What a platform tells of an organization's conversations and people; undefined for what it does not. */
export interface Directory {
  /** What people call a conversation. */
  nameOf(tenantId: string, conversationId: string): Promise<string | undefined>
  profileOf(tenantId: string, userId: string): Promise<Pick<Account, 'name' | 'verifiedEmail'> | undefined>
}

/** Posts to one platform. What it throws is a `PostError`; anything else counts as a lost answer. */
export interface ChatPlatform {
  post(post: WaitingPost, signal: AbortSignal): Promise<Receipt>
  /** Looks for a post by its idempotency key; `unknown` when the platform cannot tell. */
  find(post: WaitingPost, signal: AbortSignal): Promise<Trace>
  /** A reply as the messages that it takes on this platform, in order; one when it is absent. */
  parts?(reply: Reply): ReplyPart[]
  /** Shows a turn while it goes on. Nothing of it may fail the turn. */
  watch?(key: ThreadKey, message: WaitingMessage, onLive: OnLive): TurnView
  /** Who reads along where a message was written. What cannot be found out counts as outsiders. */
  roomOf?(key: ThreadKey, message: WaitingMessage): Promise<Room>
  /** Whether whoever wrote a message is a guest, or of another organization. */
  isOutsider?(key: ThreadKey, message: WaitingMessage): Promise<boolean>
  /** What the platform knows of someone; undefined when it does not tell. */
  profileOf?(key: ThreadKey, userId: string): Promise<Pick<Account, 'name' | 'verifiedEmail'> | undefined>
  directory?: Directory
}

/** A message of its own that a reply takes: text with what belongs to it, a drawn chart, or a file. */
export type ReplyPart =
  | { kind: 'reply'; reply: Reply; continues?: true }
  | { kind: 'chart'; chart: Chart }
  | { kind: 'file'; name: string; text: string }

/** Called with the id of the message in which a turn is shown, before anything is written into it. */
export type OnLive = (platformMessageId: string) => Promise<void>

/** A turn as a person watches it. */
export interface TurnView {
  progress(progress: Progress): void
  /** Waits for what is under way; nothing is written afterwards. */
  close(): Promise<void>
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
