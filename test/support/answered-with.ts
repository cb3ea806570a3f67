import { randomUUID } from 'node:crypto'
import type { Reply } from '../../src/conversation/reply.ts'
import type { Lease, WaitingMessage } from '../../src/ports/thread-store.ts'
import type { Chat, PersonName, Written } from './chat-driver.ts'

const LONG_AGO = new Date(0)

/** Stores an answer to a question that nobody asked in a chat; gives the turn's id. */
const storeAnswer = async ({ app, tenantId }: Chat, personId: string, reply: Reply): Promise<string> => {
  const key = { tenantId, threadId: `stored:${randomUUID()}` }
  const message = { platform: 'web', conversationId: 'stored', personId, text: 'stored', ...key } as const
  const arrived = (occurredAt: Date) =>
    app.threads.accept(tenantId, { ...message, eventId: randomUUID(), messageId: randomUUID(), occurredAt })
  // A message that came too late makes the thread, and no worker takes that before this one does.
  await arrived(LONG_AGO)
  const lease = (await app.threads.lease(key, 60)) as Lease
  await arrived(new Date())
  const waiting = (await app.threads.nextMessage(lease)) as WaitingMessage
  const turnId = randomUUID()
  await app.threads.finish(
    lease,
    waiting,
    { turnId, question: 'stored', reply, composer: 'test', timings: {} },
    [],
  )
  await app.threads.release(lease, 0)
  return turnId
}

/**
 * Has Cairn answer somebody in a thread with this reply, such as no question leads to yet: it is shown as a stored
 * answer is shown again.
 */
export const answeredWith = async (
  chat: Chat,
  name: PersonName,
  { conversation: conversationId, id: messageId, threadId }: Written,
  reply: Reply,
): Promise<void> => {
  const { app, platform, tenantId } = chat
  const { id: userId } = chat.person(name)
  const { personId } = await app.people.meet(tenantId, { platform, userId })
  await app.threads.accept(tenantId, {
    platform,
    conversationId,
    // A message has one answer, and this one may have had it.
    messageId: `${messageId}#${randomUUID()}`,
    threadId,
    personId,
    userId,
    eventId: randomUUID(),
    text: 'Show this.',
    sharesTurnId: await storeAnswer(chat, personId, reply),
    occurredAt: new Date(),
  })
}
