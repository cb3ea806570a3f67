import { PostError } from '../../ports/chat-platform.ts'
import { toPostError } from './errors.ts'

/** So many refusals in a row, and a workspace counts for a while as one in which nothing can be streamed. */
const REFUSALS = 3
const WHILE_MS = 3_600_000

/** Whether messages can be streamed in a workspace, as far as it was tried. */
export interface StreamAbility {
  may(installationId: string): boolean
  /** Begins a stream, and keeps in mind whether Slack refused. */
  trying<T>(installationId: string, begin: () => Promise<T>): Promise<T>
}

/** Keeps in mind where streams are refused: each answer would cost a call in vain. */
export const createStreamAbility = (now: () => number): StreamAbility => {
  const refusals = new Map<string, { count: number; at: number }>()
  return {
    may: (installationId) => {
      const { count, at } = refusals.get(installationId) ?? { count: 0, at: 0 }
      return count < REFUSALS || now() - at > WHILE_MS
    },
    trying: async (installationId, begin) => {
      try {
        const begun = await begin()
        refusals.delete(installationId)
        return begun
      } catch (error) {
        const reason = toPostError(error)
        if (reason instanceof PostError && reason.kind === 'refused') {
          const { count } = refusals.get(installationId) ?? { count: 0 }
          refusals.set(installationId, { count: count + 1, at: now() })
        }
        throw error
      }
    },
  }
}
