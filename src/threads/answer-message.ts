import { randomUUID } from 'node:crypto'
import type { Advisor } from '../advisor/turn.ts'
import type { ThreadStore } from '../ports/thread-store.ts'
import type { AnswerMessage } from './work-thread.ts'

/** Turns of a thread that a follow-up may refer to. */
const REMEMBERED = 20

/** Answers messages with the advisor, in the light of what the thread's own transcript holds. */
export const createAnswerMessage =
  (store: Pick<ThreadStore, 'transcript'>, advise: Advisor): AnswerMessage =>
  async (key, message, signal) => {
    const transcript = await store.transcript(key, REMEMBERED)
    const thread = transcript.map(({ question, reply }) => ({
      question,
      kind: reply.kind,
      cited: [...new Set(reply.citations.map(({ passageId }) => passageId))],
    }))
    const { reply, composer, timings } = await advise({
      tenantId: key.tenantId,
      question: message.text,
      thread,
      signal,
    })
    return { turnId: randomUUID(), question: message.text, reply, composer, timings }
  }
