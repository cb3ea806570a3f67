import { type ChatPlatform, PostError, type Receipt } from '../ports/chat-platform.ts'
import type { Lease, PostOutcome, ThreadStore, WaitingPost } from '../ports/thread-store.ts'
import { type Tracer, untraced } from '../ports/tracer.ts'

/** Attempts at one post before it is given up as dead: with the pauses between them, an outage of about an hour. */
export const MOST_ATTEMPTS = 20
/** Time-out of one post; shorter than the time after which its fate is looked up. */
const POST_TIMEOUT_MS = 30_000
const PATIENCE = 'the platform asked for patience'
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 300_000

/** Delay before the next attempt in milliseconds: doubling, and spread over half of it so that retries do not gather. */
export const backoff = (attempts: number, random: () => number): number => {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1))
  return Math.round(whole / 2 + (whole / 2) * random())
}

export interface DeliveryOptions {
  store: Pick<ThreadStore, 'nextPost' | 'markSent' | 'settle'>
  platforms: Partial<Record<WaitingPost['platform'], ChatPlatform>>
  random: () => number
  /** Milliseconds on a clock that only goes forward. */
  now: () => number
  /** Called for a post that an administrator should look at, once it is recorded. */
  onTrouble?: (post: WaitingPost, outcome: PostOutcome & { reason: string }) => void
  trace?: Tracer
}

const afterError = (error: unknown, attempts: number, random: () => number): PostOutcome | undefined => {
  if (!(error instanceof PostError)) return undefined
  const { kind, message: reason } = error
  if (kind === 'refused') return { state: 'dead', reason }
  const delayMs = error.retryAfterMs ?? backoff(attempts, random)
  // A platform that asks for patience gets it, and it is no failure of the post.
  if (kind === 'limited') return { state: 'intended', reason, delayMs, isUncounted: true }
  return attempts >= MOST_ATTEMPTS
    ? { state: 'dead', reason: `${reason} (given up after ${attempts} attempts)` }
    : { state: 'intended', reason, delayMs }
}

/** Makes the function that posts what waits in a thread, in order; it returns how many posts were settled. */
export const createDelivery = ({
  store,
  platforms,
  random,
  now,
  onTrouble = () => {},
  trace = untraced,
}: DeliveryOptions) => {
  /** Until when a platform asked a tenant for patience: its other threads wait too, instead of asking again. */
  const pausedUntil = new Map<string, number>()
  const placeOf = ({ tenantId, platform }: WaitingPost) => `${tenantId}/${platform}`

  const handOver = (post: WaitingPost, platform: ChatPlatform): Promise<Receipt> =>
    trace(
      'cairn.post',
      {
        'cairn.tenant.id': post.tenantId,
        'cairn.thread.id': post.threadId,
        'cairn.platform': post.platform,
        'cairn.attempt': post.attempts + 1,
      },
      () => platform.post(post, AbortSignal.timeout(POST_TIMEOUT_MS)),
    )

  const send = async (
    lease: Lease,
    post: WaitingPost,
    platform: ChatPlatform,
  ): Promise<PostOutcome | undefined> => {
    const pause = (pausedUntil.get(placeOf(post)) ?? 0) - now()
    if (pause > 0) return { state: 'intended', reason: PATIENCE, delayMs: pause }
    if (!(await store.markSent(lease, post))) return undefined
    try {
      const { platformMessageId } = await handOver(post, platform)
      return { state: 'confirmed', platformMessageId }
    } catch (error) {
      if (error instanceof PostError && error.kind === 'limited' && error.retryAfterMs !== undefined)
        pausedUntil.set(placeOf(post), now() + error.retryAfterMs)
      // Without a clear answer it stays sent, and is looked for after its time-out.
      return afterError(error, post.attempts + 1, random)
    }
  }

  /**
   * Finds out what became of a post whose answer was lost. Only one that is surely absent is posted again; where nobody
   * answers now, it is asked again later.
   */
  const reconcile = async (
    lease: Lease,
    post: WaitingPost,
    platform: ChatPlatform,
  ): Promise<PostOutcome | undefined> => {
    const trace = await platform
      .find(post, AbortSignal.timeout(POST_TIMEOUT_MS))
      .catch((error: unknown) =>
        (error instanceof PostError && error.kind === 'refused') || post.attempts >= MOST_ATTEMPTS
          ? ('unknown' as const)
          : undefined,
      )
    if (trace === undefined) {
      await store.markSent(lease, post)
      return undefined
    }
    if (trace === 'unknown')
      return {
        state: 'uncertain',
        reason: 'it was handed over, no answer came, and the platform cannot tell whether it arrived',
      }
    if (trace === 'absent')
      return { state: 'intended', reason: 'it was handed over and did not arrive', delayMs: 0 }
    return { state: 'confirmed', platformMessageId: trace.found.platformMessageId }
  }

  return async (lease: Lease): Promise<number> => {
    let settled = 0
    for (let post = await store.nextPost(lease); post; post = await store.nextPost(lease)) {
      const platform = platforms[post.platform]
      const outcome: PostOutcome | undefined = platform
        ? await (post.state === 'sent' ? reconcile(lease, post, platform) : send(lease, post, platform))
        : { state: 'dead', reason: `${post.platform} is not connected` }
      if (outcome === undefined) return settled
      await store.settle(post, outcome)
      if (outcome.state === 'uncertain' || outcome.state === 'dead') onTrouble(post, outcome)
      settled++
    }
    return settled
  }
}
