import type { Chart } from '../conversation/chart.ts'
import type { Engagement } from '../conversation/engagement.ts'
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
  /** The writer's id on the platform. */
  userId?: string
  text: string
  /** How it is answered; in any case when it is not said. */
  engagement?: Engagement
  /** The turn whose answer is shown here again, instead of answering the text anew. */
  sharesTurnId?: string
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
  /** The platform's id of the message in which the answer is being shown, or an earlier answer stands. */
  liveMessageId?: string
}

/** A message by what its platform calls it. */
export type MessageKey = Pick<InboundMessage, 'platform' | 'conversationId' | 'messageId'>

/** What a message says after it was edited. */
export type Revision = Pick<InboundMessage, 'eventId' | 'text' | 'occurredAt'>

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

/** A turn with where it took place. */
export interface AnsweredTurn extends TurnRecord, ThreadKey {
  platform: Platform
  conversationId: string
  personId?: string
  answeredAt: Date
}

/** What is to be posted, as data; the channel renders it. */
export interface Post {
  /** Unique within the tenant: the same key is never posted twice. */
  idempotencyKey: string
  body: PostBody
}

interface ReplyBody {
  kind: 'reply'
  reply: Reply
  inReplyTo?: string
  /** The turn whose answer it is; absent for what no turn answered. */
  turnId?: string
  /** Who asked, by the platform's id. */
  userId?: string
  /** It stands in this message already, as far as it was written: that one is completed. */
  liveMessageId?: string
  /** The next post goes on with the same reply. */
  continues?: true
}

interface NoticeBody {
  kind: 'notice'
  text: string
  /** The one who sees it, by the platform's id. */
  onlyFor?: string
  liveMessageId?: string
}

/** Takes back what stands in a message of Cairn's own. */
interface RemovalBody {
  kind: 'removal'
  platformMessageId: string
}

export type PostBody =
  | ReplyBody
  | NoticeBody
  | RemovalBody
  | { kind: 'chart'; chart: Chart }
  | { kind: 'file'; name: string; text: string }

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
  | {
      state: 'intended'
      reason: string
      delayMs: number
      /** The attempt at it does not count. */
      isUncounted?: true
    }

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
  /**
   * Ends a message with its turn and what is to be posted, together or not at all; false when the lease was lost, or
   * the message edited or deleted since it was taken: then the next one to be taken says what it says now.
   */
  finish(lease: Lease, message: WaitingMessage, turn: TurnRecord, posts: Post[]): Promise<boolean>
  /**
   * Ends a message that needs no answer after all, and takes back what was shown of one, or stands there from before
   * it was edited; false as for `finish`.
   */
  ignore(lease: Lease, message: WaitingMessage, reason: string): Promise<boolean>
  /**
   * Records in which message the answer is being shown; one that was recorded before is taken back. False when the
   * lease was lost or nothing is to be answered any more: then this message is taken back.
   */
  noteLive(lease: Lease, message: WaitingMessage, platformMessageId: string): Promise<boolean>
  /** Ends a message that cannot be answered; false as for `finish`. */
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
  /** Whether the thread exists: Cairn was spoken to in it. */
  participates(key: ThreadKey): Promise<boolean>
  /**
   * Takes in that a message was edited. While it waits, its new text is what will be answered, in its place among the
   * others; once it was answered, or ignored or given up, it is answered anew where the answer stands, and the turn
   * before is dropped. Of an answer that is still on its way it is not known where that will be: the new one is a new
   * message, and the one before is taken back when it arrives. `unchanged`: the text is the same, or the edit is known
   * or older than the one that holds; `unknown`: Cairn does not have the message, or it was deleted.
   * @throws AppError `bad_input` when it is too large.
   */
  revise(tenantId: string, key: MessageKey, revision: Revision): Promise<'revised' | 'unchanged' | 'unknown'>
  /**
   * Takes in that a message was deleted: it will not be answered, its text is not kept, and what was answered is taken
   * back. False when Cairn does not have the message.
   */
  retract(tenantId: string, key: MessageKey): Promise<boolean>
  /** An answered turn; undefined when there is none of that id. */
  turn(tenantId: string, turnId: string): Promise<AnsweredTurn | undefined>
  /** Deletes a turn and takes its posts back; false when there is none of that id. */
  retire(tenantId: string, turnId: string, by: string | undefined): Promise<boolean>
  /** What a person was answered last, newest first. */
  recentTurns(tenantId: string, personId: string, limit: number): Promise<AnsweredTurn[]>
  troubled(tenantId: string): Promise<TroubledPost[]>
  /** Messages and posts of all tenants by state, for the metrics. */
  counts(): Promise<{ inbox: Record<string, number>; outbox: Record<string, number> }>
}
