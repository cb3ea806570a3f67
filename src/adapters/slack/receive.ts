import { z } from 'zod'
import type { Approach } from '../../conversation/engagement.ts'

const fields = {
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  text: z.string().default(''),
  subtype: z.string().optional(),
  hidden: z.boolean().optional(),
}
const written = z.object(fields)
const messageSchema = z.object({
  ...fields,
  ts: z.string().optional(),
  message: written.partial().optional(),
  previous_message: written.partial().optional(),
  deleted_ts: z.string().optional(),
})

/** A message of a person, as Slack tells of it. */
export interface Written {
  kind: 'message'
  channelId: string
  ts: string
  /** The head of its thread: the message itself when it opens one. */
  threadTs: string
  userId: string
  approach: Omit<Approach, 'way'> & { way: 'mention' | 'direct' | 'reply' | 'channel' }
}
/** An edit or a deletion of a person's message. */
export type Changed =
  | { kind: 'edit'; channelId: string; ts: string; text: string }
  | { kind: 'deletion'; channelId: string; ts: string }

/** Kinds of messages that people write; every other subtype is Slack's own, a bot's or an edit's. */
const OF_PEOPLE = new Set([undefined, 'file_share', 'thread_broadcast'])
const MENTION = /<@([A-Z0-9]+)(?:\|[^>]*)?>/g

/** Slack's markup as the words that a person sees; what names Cairn itself is left out. */
export const plainText = (text: string, botUserId: string): string =>
  text
    .replace(MENTION, (_, id: string) => (id === botUserId ? ' ' : '@someone'))
    .replace(/<#[A-Z0-9]+\|([^>]*)>/g, '#$1')
    .replace(/<!subteam\^[^>|]*(?:\|([^>]*))?>/g, (_, name?: string) => name ?? '@group')
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<(?:https?|mailto):[^>|]*\|([^>]*)>/g, '$1')
    .replace(/<((?:https?|mailto):[^>|]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[^\S\n]+/g, ' ')
    .trim()

/**
 * Reads an `app_mention` or `message` event. Undefined for what nobody is to be answered for: messages of bots and of
 * Slack itself, and edits that Slack makes when it unfolds a link.
 */
export const readMessage = (event: unknown, botUserId: string): Written | Changed | undefined => {
  const parsed = messageSchema.safeParse(event)
  if (!parsed.success) return undefined
  const { channel: channelId, subtype, message, previous_message, deleted_ts } = parsed.data
  const isPerson = (one: z.infer<typeof messageSchema>['message']) =>
    one?.user !== undefined && one.user !== botUserId && one.bot_id === undefined
  if (subtype === 'message_changed') {
    if (!message?.ts || !isPerson(message)) return undefined
    // A deleted message that others have replied to is left as a tombstone.
    if (message.subtype === 'tombstone') return { kind: 'deletion', channelId, ts: message.ts }
    return { kind: 'edit', channelId, ts: message.ts, text: plainText(message.text ?? '', botUserId) }
  }
  if (subtype === 'message_deleted') {
    const ts = deleted_ts ?? previous_message?.ts
    return ts !== undefined && isPerson(previous_message) ? { kind: 'deletion', channelId, ts } : undefined
  }
  const { ts, thread_ts, user: userId, channel_type, text, bot_id, hidden } = parsed.data
  if (!OF_PEOPLE.has(subtype) || hidden || !ts || !userId || userId === botUserId || bot_id !== undefined)
    return undefined
  const named = [...text.matchAll(MENTION)].map(([, id]) => id)
  const way = (() => {
    if (channel_type === 'im' || channelId.startsWith('D')) return 'direct' as const
    if (named.includes(botUserId)) return 'mention' as const
    return thread_ts === undefined || thread_ts === ts ? ('channel' as const) : ('reply' as const)
  })()
  return {
    kind: 'message',
    channelId,
    ts,
    threadTs: thread_ts ?? ts,
    userId,
    approach: {
      way,
      text: plainText(text, botUserId),
      addressesOthers: named.some((id) => id !== botUserId),
    },
  }
}
