/** Turns that may be shown at once, and in a minute after that: Slack lets a workspace begin some twenty streams a minute. */
const AT_ONCE = 20
const A_MINUTE = 20
const MINUTE_MS = 60_000

/**
 * Keeps the count of turns shown in each workspace; beyond it answers are posted when they are finished, so that a busy
 * hour costs one call each.
 */
export const createShowBudget = (now: () => number) => {
  const left = new Map<string, { tokens: number; at: number }>()
  return (installationId: string): boolean => {
    const { tokens, at } = left.get(installationId) ?? { tokens: AT_ONCE, at: now() }
    const filled = Math.min(AT_ONCE, tokens + ((now() - at) / MINUTE_MS) * A_MINUTE)
    const may = filled >= 1
    left.set(installationId, { tokens: may ? filled - 1 : filled, at: now() })
    return may
  }
}
