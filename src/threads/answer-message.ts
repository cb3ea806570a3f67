import { randomUUID } from 'node:crypto'
import type { Advisor } from '../advisor/turn.ts'
import type { PeopleStore } from '../ports/people-store.ts'
import type { ThreadStore } from '../ports/thread-store.ts'
import { type Tracer, untraced } from '../ports/tracer.ts'
import type { TurnJournals } from '../ports/turn-journal.ts'
import type { AnswerMessage } from './work-thread.ts'

/** Turns of a thread that a follow-up may refer to. */
const REMEMBERED = 40

/** Answers messages with the advisor, in the light of the thread's own transcript and of what the writer may see. */
export const createAnswerMessage =
  (
    store: Pick<ThreadStore, 'transcript'>,
    people: Pick<PeopleStore, 'person'>,
    advise: Advisor,
    { trace = untraced, journals }: { trace?: Tracer; journals?: TurnJournals } = {},
  ): AnswerMessage =>
  ({ tenantId, threadId }, message, signal) => {
    const turnId = randomUUID()
    const ids = { 'cairn.tenant.id': tenantId, 'cairn.thread.id': threadId, 'cairn.turn.id': turnId }
    return trace('cairn.turn', { ...ids, 'cairn.attempt': message.attempts }, async (span) => {
      const transcript = await store.transcript({ tenantId, threadId }, REMEMBERED)
      const thread = transcript.map(({ question, reply }) => ({
        question,
        kind: reply.kind,
        answer: reply.text,
        cited: [...new Set(reply.citations.map(({ passageId }) => passageId))],
      }))
      const writer =
        message.personId === undefined ? undefined : await people.person(tenantId, message.personId)
      const { reply, composer, promptVersion, timings } = await advise({
        tenantId,
        turnId,
        ...(message.personId === undefined ? {} : { personId: message.personId }),
        question: message.text,
        ...(writer ? { viewer: writer } : {}),
        thread,
        signal,
        ...(journals ? { journal: journals.of(tenantId, message.sequence) } : {}),
      })
      span.set({ 'cairn.reply.kind': reply.kind })
      return {
        turnId,
        question: message.text,
        reply,
        composer,
        ...(promptVersion === undefined ? {} : { promptVersion }),
        timings,
      }
    })
  }
