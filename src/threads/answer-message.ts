import { randomUUID } from 'node:crypto'
import type { Advisor } from '../advisor/turn.ts'
import { type Room, UNKNOWN_VIEWER } from '../conversation/people.ts'
import type { Reply } from '../conversation/reply.ts'
import { mayBeShown } from '../knowledge/may-be-shown.ts'
import type { ChatPlatform } from '../ports/chat-platform.ts'
import type { KnowledgeStore } from '../ports/knowledge-store.ts'
import type { PeopleStore, Person } from '../ports/people-store.ts'
import type { Lease, Post, ThreadStore, TurnRecord, WaitingMessage } from '../ports/thread-store.ts'
import { type Tracer, untraced } from '../ports/tracer.ts'
import type { TurnJournals } from '../ports/turn-journal.ts'
import type { AnswerMessage } from './work-thread.ts'

/** Turns of a thread that a follow-up may refer to. */
const REMEMBERED = 40

const WITHHELD =
  'I left out what your organization does not share with everyone who reads along here. Ask me in a direct message for the whole answer.'

export interface AnswerMessageOptions {
  store: Pick<ThreadStore, 'transcript' | 'turn' | 'noteLive'>
  people: Pick<PeopleStore, 'person' | 'meet'>
  knowledge: Pick<KnowledgeStore, 'passage'>
  advise: Advisor
  platforms: Partial<Record<WaitingMessage['platform'], ChatPlatform>>
  journals?: TurnJournals
  trace?: Tracer
}

/** The posts that a reply takes on its platform. */
const postsOf = (
  { sequence, messageId, userId, liveMessageId }: WaitingMessage,
  { turnId, reply }: TurnRecord,
  platform: ChatPlatform | undefined,
): Post[] =>
  (platform?.parts?.(reply) ?? [{ kind: 'reply' as const, reply }]).map((part, index) => ({
    idempotencyKey: index === 0 ? `reply:${sequence}` : `reply:${sequence}:${index + 1}`,
    body:
      part.kind === 'reply'
        ? {
            ...part,
            inReplyTo: messageId,
            turnId,
            ...(userId === undefined ? {} : { userId }),
            ...(index === 0 && liveMessageId !== undefined ? { liveMessageId } : {}),
          }
        : part,
  }))

/**
 * Answers messages with the advisor, in the light of the thread's own transcript, of what the writer may see and of who
 * reads along, and shows the turn while it goes on.
 */
export const createAnswerMessage = ({
  store,
  people,
  knowledge,
  advise,
  platforms,
  journals,
  trace = untraced,
}: AnswerMessageOptions): AnswerMessage => {
  /** The writer, whose name and address are asked for when they are not known yet. */
  const writerOf = async (lease: Lease, message: WaitingMessage): Promise<Person | undefined> => {
    if (message.personId === undefined) return undefined
    const person = await people.person(lease.tenantId, message.personId)
    const { userId, platform } = message
    if (person?.name !== '' || userId === undefined) return person
    const profile = await platforms[platform]?.profileOf?.(lease, userId)
    return profile?.name ? people.meet(lease.tenantId, { platform, userId, ...profile }) : person
  }

  /** The answer that is shown again; undefined when not everyone who reads along may see what it cites. */
  const sharedReply = async (tenantId: string, turnId: string, room: Room): Promise<Reply | undefined> => {
    const turn = await store.turn(tenantId, turnId)
    if (!turn || room === 'private') return turn?.reply
    return (await mayBeShown(knowledge, tenantId, turn.reply, room)) ? turn.reply : undefined
  }

  return (lease, message, signal) => {
    const { tenantId, threadId } = lease
    const { engagement = 'answer', personId, userId, sharesTurnId } = message
    const turnId = randomUUID()
    const ids = { 'cairn.tenant.id': tenantId, 'cairn.thread.id': threadId, 'cairn.turn.id': turnId }
    return trace('cairn.turn', { ...ids, 'cairn.attempt': message.attempts }, async (span) => {
      const platform = platforms[message.platform]
      const view =
        engagement === 'answer'
          ? platform?.watch?.(lease, message, async (id) => {
              message.liveMessageId = id
              await store.noteLive(lease, message, id)
            })
          : undefined
      try {
        const [transcript, writer, room] = await Promise.all([
          store.transcript(lease, REMEMBERED),
          writerOf(lease, message),
          platform?.roomOf?.(lease, message) ?? ('private' as const),
        ])
        const viewer = { ...(writer ?? UNKNOWN_VIEWER), room }
        const shared =
          sharesTurnId === undefined ? undefined : await sharedReply(tenantId, sharesTurnId, room)
        if (shared) {
          const turn = { turnId, question: message.text, reply: shared, composer: 'shared', timings: {} }
          return { turn, posts: postsOf(message, turn, platform) }
        }
        const thread = transcript.map(({ question, reply }) => ({
          question,
          kind: reply.kind,
          answer: reply.text,
          cited: [...new Set(reply.citations.map(({ passageId }) => passageId))],
        }))
        const { reply, composer, promptVersion, timings, toThePoint, withheld } = await advise({
          tenantId,
          turnId,
          ...(personId === undefined ? {} : { personId }),
          question: message.text,
          viewer,
          thread,
          signal,
          ...(journals ? { journal: journals.of(tenantId, message.sequence) } : {}),
          ...(view ? { onProgress: view.progress } : {}),
        })
        span.set({ 'cairn.reply.kind': reply.kind })
        const isCited = reply.kind === 'answer' && reply.citations.length > 0
        // Who goes on in a thread leans on what was said there; who opens one is answered unasked only to the point.
        if (engagement === 'if_cited' && !(isCited && (thread.length > 0 || toThePoint)))
          return { ignore: 'nobody asked, and there is nothing to the point to cite' }
        await view?.close()
        const turn: TurnRecord = {
          turnId,
          question: message.text,
          reply,
          composer,
          ...(promptVersion === undefined ? {} : { promptVersion }),
          timings,
        }
        const posts = postsOf(message, turn, platform)
        // A guest may see it nowhere, and need not know of it.
        if (withheld && userId !== undefined && !(await platform?.isOutsider?.(lease, message)))
          posts.push({
            idempotencyKey: `notice:${message.sequence}`,
            body: { kind: 'notice', text: WITHHELD, onlyFor: userId },
          })
        return { turn, posts }
      } finally {
        await view?.close()
      }
    })
  }
}
