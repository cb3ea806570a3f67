import { randomUUID } from 'node:crypto'
import type { InboundMessage, TurnRecord, WaitingMessage } from '../../src/ports/thread-store.ts'
import type { Answered } from '../../src/threads/work-thread.ts'

export const aMessage = (given: Partial<InboundMessage> = {}): InboundMessage => ({
  platform: 'web',
  eventId: randomUUID(),
  conversationId: 'room',
  messageId: randomUUID(),
  threadId: 'thread',
  text: 'what are squads?',
  occurredAt: new Date(),
  ...given,
})

/** What comes of a message when the advisor repeats it. */
export const echoed = (message: WaitingMessage, turn = anEcho(message)): Answered => ({
  turn,
  posts: [
    {
      idempotencyKey: `reply:${message.sequence}`,
      body: { kind: 'reply', reply: turn.reply, inReplyTo: message.messageId },
    },
  ],
})

/** The turn of an advisor that repeats what it was asked. */
export const anEcho = ({ text }: WaitingMessage): TurnRecord => ({
  turnId: randomUUID(),
  question: text,
  reply: { kind: 'answer', text: `You said: ${text}`, citations: [], caveats: [] },
  composer: 'echo',
  timings: { total: 1 },
})
