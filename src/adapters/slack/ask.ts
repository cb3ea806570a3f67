import { randomUUID } from 'node:crypto'
import type { WebClient } from '@slack/web-api'
import type { Acceptance, InboundMessage } from '../../ports/thread-store.ts'
import type { Actor, Ask } from '../../screens/screens.ts'
import type { Installation } from './clients.ts'
import { refusalOf } from './errors.ts'
import { renderNotice } from './render-notice.ts'
import type { Respond } from './respond.ts'
import { privateThreadId, threadIdOf, timeOf } from './thread-id.ts'

/** Where a screen is, for questions that are asked from it. */
export interface Where {
  installation: Installation
  client: WebClient
  actor: Actor
  /** The head of the thread that it belongs to. */
  threadTs?: string
  /** It belongs to a message that the actor alone sees; what is asked from there stays with them. */
  isAlone?: boolean
  /** Answers in the place of the command or button; see `Respond`. */
  respond?: Respond
}

export interface AskOptions {
  accept: (tenantId: string, message: InboundMessage) => Promise<Acceptance>
  /** By private thread: where its command wants to be answered. */
  responds: Map<string, Respond>
}

/** A question that stands in a channel in somebody's name. */
const QUESTION_TYPE = 'cairn_question'
/** Time for which Slack lets a command be answered in its own place. */
const RESPOND_MS = 29 * 60_000

/** Refusals that the person can do something about. */
const NOT_THERE = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action'])
const NOT_A_MEMBER = 'I am not a member of that channel. Invite me with `/invite @Cairn`, then try again.'

const isDirect = (conversationId: string | undefined): boolean => conversationId?.startsWith('D') ?? true

/**
 * Asks a question in a person's name. What others are to read is posted first, so that they see who asked what.
 * @returns why it could not be asked, in words for the person; undefined when it was.
 */
export const createAsk =
  ({ accept, responds }: AskOptions) =>
  async (
    ask: Ask,
    { installation, client, actor, threadTs, isAlone = false, respond }: Where,
  ): Promise<string | undefined> => {
    const { tenantId, installationId } = installation
    const { question, sharesTurnId } = ask
    const message = {
      platform: 'slack' as const,
      personId: actor.person.personId,
      userId: actor.userId,
      text: question,
      ...(sharesTurnId === undefined ? {} : { sharesTurnId }),
    }

    const inPublic = async (channel: string, thread: string | undefined): Promise<string | undefined> => {
      const who = isDirect(channel) ? 'You' : actor.person.name || 'Someone'
      const verb = sharesTurnId === undefined ? 'asked' : 'shared an answer to'
      const { text, blocks } = renderNotice(`${who} ${verb}:\n${question}`)
      try {
        const { ts } = await client.chat.postMessage({
          channel,
          ...(thread === undefined ? {} : { thread_ts: thread }),
          text,
          blocks,
          // What says nothing of itself is taken for an answer that was begun.
          metadata: { event_type: QUESTION_TYPE, event_payload: { by: actor.userId } },
        })
        if (ts === undefined) throw new TypeError('Slack took a question and gave no ts')
        await accept(tenantId, {
          ...message,
          eventId: `ask:${channel}:${ts}`,
          conversationId: channel,
          messageId: ts,
          threadId: threadIdOf(installationId, channel, thread ?? ts),
          occurredAt: timeOf(ts),
        })
        return undefined
      } catch (error) {
        if (!NOT_THERE.has(refusalOf(error) ?? '')) throw error
        return NOT_A_MEMBER
      }
    }

    const privately = async (channel: string): Promise<void> => {
      const occasion = randomUUID()
      const threadId = privateThreadId(installationId, channel, actor.userId, occasion)
      if (respond) {
        responds.set(threadId, respond)
        setTimeout(() => responds.delete(threadId), RESPOND_MS).unref()
      }
      await accept(tenantId, {
        ...message,
        eventId: `ask:${occasion}`,
        conversationId: channel,
        messageId: occasion,
        threadId,
        occurredAt: new Date(),
      })
    }

    const direct = async (): Promise<string> =>
      (await client.conversations.open({ users: actor.userId })).channel?.id as string

    const { conversationId: here } = actor
    switch (ask.where === 'thread' && isAlone ? 'private' : ask.where) {
      case 'channel':
        return inPublic(ask.conversationId ?? here ?? (await direct()), undefined)
      case 'thread':
        return inPublic(here ?? (await direct()), threadTs)
      case 'private': {
        // A direct conversation may be one between two people.
        const own = isDirect(here) ? await direct() : undefined
        if (own !== undefined && (here ?? own) === own) return inPublic(own, threadTs)
        await privately(here as string)
        return undefined
      }
    }
  }

export type AskFor = ReturnType<typeof createAsk>
