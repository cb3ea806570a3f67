import type { ApiCall, Json } from './api-call.ts'

/** What happens to a call instead of its usual answer, or around it. */
export interface Fault {
  /** Answered this much later. */
  delayMs?: number
  /** Answered when this is over. */
  until?: Promise<unknown>
  /** The answer is held back until this is over, though the call took effect. */
  held?: Promise<unknown>
  /** Answered with this status; 429 goes with `retryAfter`. */
  status?: number
  /** Seconds. */
  retryAfter?: number
  /** Answered with `{ ok: false, error }`. */
  error?: string
  /** Answered with this. */
  answer?: Json
  /** The connection breaks: before the call took effect, or after. */
  cut?: 'before' | 'after'
}

/** So many calls within a time, as Slack allows; more are answered with 429. */
export interface RateLimit {
  calls: number
  perMs: number
  /** Counted apart for each value of this argument, such as `channel`. */
  by?: string
}

export interface Faults {
  /** What the next calls of a method meet, in order. */
  next(method: string, ...faults: Fault[]): void
  /** What every call of a method meets, unless something is queued; undefined ends it. */
  always(method: string, fault: Fault | undefined): void
  limit(method: string, limit: RateLimit | undefined): void
  /** What this call meets. */
  take(call: ApiCall): Fault | undefined
  clear(): void
}

export const createFaults = (): Faults => {
  const queued = new Map<string, Fault[]>()
  const standing = new Map<string, Fault>()
  const limits = new Map<string, RateLimit>()
  const taken = new Map<string, number[]>()

  const overLimit = ({ method, args, at }: ApiCall): Fault | undefined => {
    const limit = limits.get(method)
    if (!limit) return undefined
    const key = `${method} ${limit.by === undefined ? '' : String(args[limit.by])}`
    const recent = (taken.get(key) ?? []).filter((before) => before > at - limit.perMs)
    const oldest = recent[0]
    if (recent.length < limit.calls || oldest === undefined) {
      taken.set(key, [...recent, at])
      return undefined
    }
    taken.set(key, recent)
    return { status: 429, retryAfter: Math.max(1, Math.ceil((oldest + limit.perMs - at) / 1_000)) }
  }
  return {
    next: (method, ...faults) => void queued.set(method, [...(queued.get(method) ?? []), ...faults]),
    always: (method, fault) => void (fault ? standing.set(method, fault) : standing.delete(method)),
    limit: (method, limit) => void (limit ? limits.set(method, limit) : limits.delete(method)),
    take: (call) => queued.get(call.method)?.shift() ?? standing.get(call.method) ?? overLimit(call),
    clear: () => {
      for (const each of [queued, standing, limits, taken]) each.clear()
    },
  }
}
