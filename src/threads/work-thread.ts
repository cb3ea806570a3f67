import { AppError } from '../errors.ts'
import type {
  Lease,
  Post,
  ThreadKey,
  ThreadStore,
  TurnRecord,
  WaitingMessage,
} from '../ports/thread-store.ts'

/** Begun turns on one message before it is given up: a message that kills its worker must not do so for ever. */
export const MOST_TURNS = 5
const LEASE_SECONDS = 30

/** What came of a message: its turn with what is to be posted, or why it needs no answer. */
export type Answered = { turn: TurnRecord; posts: Post[] } | { ignore: string }

/** Answers one message. What it throws is tried again; it must watch the signal, which tells that the lease is lost. */
export type AnswerMessage = (lease: Lease, message: WaitingMessage, signal: AbortSignal) => Promise<Answered>

export interface ThreadWorkOptions {
  store: ThreadStore
  answer: AnswerMessage
  deliver: (lease: Lease) => Promise<number>
  /** Called with the technical reason when a message could not be answered this time. */
  onFailure: (key: ThreadKey, message: WaitingMessage, error: unknown) => void
  leaseSeconds?: number
}

const GIVEN_UP =
  'I could not work on your message: something failed on my side each time. The operators can see why; please ask again later.'

const reasonOf = (error: unknown): string =>
  error instanceof AppError ? error.message : 'the turn failed each time'

/** Keeps a lease while work goes on; its signal aborts when the lease is lost. */
const keepLease = (store: ThreadStore, lease: Lease, seconds: number) => {
  const lost = new AbortController()
  const timer = setInterval(
    async () => {
      const kept = await store.extend(lease, seconds).catch(() => true)
      if (!kept) lost.abort(new Error('another worker has taken the thread'))
    },
    (seconds * 1_000) / 3,
  )
  return { signal: lost.signal, stop: () => clearInterval(timer) }
}

/**
 * Makes the function that works one thread off: posts what waits, answers what came, in order, until nothing is left.
 * It returns when to come back, in milliseconds, or undefined when there is nothing to come back for. A crash at any
 * step loses nothing: what was not finished is begun again by whoever holds the thread next.
 */
export const createThreadWork = ({
  store,
  answer,
  deliver,
  onFailure,
  leaseSeconds = LEASE_SECONDS,
}: ThreadWorkOptions) => {
  const apology = (message: WaitingMessage): Post => ({
    idempotencyKey: `reply:${message.sequence}`,
    body: {
      kind: 'notice',
      text: GIVEN_UP,
      ...(message.liveMessageId === undefined ? {} : { liveMessageId: message.liveMessageId }),
    },
  })

  /** False when the thread has to wait. A message that was edited meanwhile, or belongs to another worker, just ends. */
  const turn = async (lease: Lease, message: WaitingMessage, signal: AbortSignal): Promise<boolean> => {
    try {
      const answered = await answer(lease, message, signal)
      if ('ignore' in answered) await store.ignore(lease, message, answered.ignore)
      else await store.finish(lease, message, answered.turn, answered.posts)
      return true
    } catch (error) {
      onFailure(lease, message, error)
      if (message.attempts < MOST_TURNS) return false
      return store.giveUp(lease, message, reasonOf(error), [apology(message)])
    }
  }

  return async (key: ThreadKey): Promise<number | undefined> => {
    const lease = await store.lease(key, leaseSeconds)
    // Whoever holds it sees the new mail before giving the thread back.
    if (!lease) return undefined
    const kept = keepLease(store, lease, leaseSeconds)
    let failedAttempts = 0
    try {
      for (;;) {
        await deliver(lease)
        const message = await store.nextMessage(lease)
        if (!message) break
        // It was begun as often as is allowed and never came to an end: it takes its worker down.
        if (message.attempts > MOST_TURNS) {
          if (!(await store.giveUp(lease, message, 'its worker died each time', [apology(message)]))) break
          continue
        }
        if (!(await turn(lease, message, kept.signal))) {
          failedAttempts = message.attempts
          break
        }
      }
    } finally {
      kept.stop()
    }
    const again = await store.release(lease, failedAttempts === 0 ? 0 : 1_000 * 2 ** (failedAttempts - 1))
    return again?.dueInMs
  }
}
