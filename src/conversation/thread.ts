import type { ReplyKind } from './reply.ts'

/** One question of a thread and what was answered from. */
export interface Turn {
  question: string
  kind: ReplyKind
  /** What was answered, for a composer that reads the conversation. */
  answer?: string
  /** Passages that the answer cited, most important first. */
  cited: string[]
}

/** A conversation so far, oldest turn first. */
export type Thread = readonly Turn[]
