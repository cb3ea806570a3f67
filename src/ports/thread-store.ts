import type { Platform } from '../conversation/message.ts'
import type { Reply } from '../conversation/reply.ts'

/** A thread of a tenant: one conversation, worked on by one worker at a time. */
export interface ThreadKey {
  tenantId: string
  threadId: string
}

/** The right to work on a thread; lost when it is not extended in time. */
export interface Lease extends ThreadKey {
  token: string
}

/** A message as a channel hands it over. */
export interface InboundMessage {
  platform: Platform
  /** The platform's id of the event, which it repeats when it delivers again. */
  eventId: string
  conversationId: string
  /** The platform's id of the message within its conversation. */
  messageId: string
  threadId: string
  personId?: string
  text: string
  /** When it was written, by the platform's clock. */
  occurredAt: Date
}

/** What became of a message at the door: `stale` ones are kept, and not answered. */
export type Acceptance = 'accepted' | 'duplicate' | 'stale'

/** A message that waits for its turn. */
export interface WaitingMessage extends InboundMessage {
  sequence: string
  /** How often a turn on it was begun, this time included. */
  attempts: number
}

/** A finished turn, kept as the thread's transcript. */
export interface TurnRecord {
  turnId: string
  question: string
  reply: Reply
  composer: string
  /** Version of what the composer was told; absent when no model composed. */
  promptVersion?: string
  timings: Record<string, number>
}

/** What is to be posted, as data; the channel renders it. */
export interface Post {
  /** Unique within the tenant: the same key is never posted twice. */
  idempotencyKey: string
  body: PostBody
}
export type PostBody = { kind: 'reply'; reply: Reply; inReplyTo?: string } | { kind: 'notice'; text: string }

/** A post that waits to be sent, or whose fate is to be found out. */
export interface WaitingPost extends Post, ThreadKey {
  platform: Platform
  conversationId: string
  /** `sent`: it was handed over once and no answer was recorded. */
  state: 'intended' | 'sent'
  attempts: number
}

/** How a post ended, or how it goes on. */
export type PostOutcome =
  | { state: 'confirmed'; platformMessageId: string }
  | { state: 'uncertain' | 'dead'; reason: string }
  | { state: 'intended'; reason: string; delayMs: number }

/** A post that an administrator should look at. */
export interface TroubledPost {
  idempotencyKey: string
  threadId: string
  state: 'uncertain' | 'dead'
  reason: string
  changedAt: Date
}

/**
 * Inbox, outbox and leases of threads. Every call is one transaction; times are the database's, so that no host's
 * clock decides.
 */
export interface ThreadStore {
  /** Writes the message once, and makes its thread due. @throws AppError `bad_input` when it is too large. */
  accept(tenantId: string, message: InboundMessage): Promise<Acceptance>
  /** Takes the thread, unless another worker holds it. */
  lease(key: ThreadKey, seconds: number): Promise<Lease | undefined>
  /** Keeps the thread; false when the lease was lost meanwhile. */
  extend(lease: Lease, seconds: number): Promise<boolean>
  /**
   * Gives the thread back. Returns when it has to be worked on again, not before the pause that is asked for, or
   * undefined when nothing waits in it.
   */
  release(lease: Lease, pauseMs: number): Promise<{ dueInMs: number } | undefined>
  /** The oldest message that waits, its attempt counted. */
  nextMessage(lease: Lease): Promise<WaitingMessage | undefined>
  /** Ends a message with its turn and what is to be posted, together or not at all; false when the lease was lost. */
  finish(lease: Lease, message: WaitingMessage, turn: TurnRecord, posts: Post[]): Promise<boolean>
  /** Ends a message that cannot be answered; false when the lease was lost. */
  giveUp(lease: Lease, message: WaitingMessage, reason: string, posts: Post[]): Promise<boolean>
  /** Intends a post in a thread, outside a turn; false when the key is known. */
  intend(key: ThreadKey, post: Post): Promise<boolean>
  /** The oldest post that waits; undefined when there is none or it is not yet due. */
  nextPost(lease: Lease): Promise<WaitingPost | undefined>
  /** Records that the post is about to be handed over; false when the lease was lost. */
  markSent(lease: Lease, post: WaitingPost): Promise<boolean>
  /** Records how it went. */
  settle(post: WaitingPost, outcome: PostOutcome): Promise<void>
  /** Threads of any tenant that have mail and no worker, the longest waiting first. */
  due(limit: number): Promise<ThreadKey[]>
  transcript(key: ThreadKey, limit: number): Promise<TurnRecord[]>
  troubled(tenantId: string): Promise<TroubledPost[]>
  /** Messages and posts of all tenants by state, for the metrics. */
  counts(): Promise<{ inbox: Record<string, number>; outbox: Record<string, number> }>
}
