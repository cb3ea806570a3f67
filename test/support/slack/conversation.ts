import type { Json } from './api-call.ts'
import type { SlackEmulator } from './emulator.ts'
import { until } from './until.ts'
import { readerToken } from './workspace.ts'

export interface SlackMessage {
  /** The conversation in which it stands; Slack leaves it out where it is clear. */
  channel: string
  type: string
  subtype?: string
  user: string
  bot_id?: string
  app_id?: string
  text: string
  ts: string
  thread_ts?: string
  blocks?: Json[]
  metadata?: { event_type: string; event_payload: Json }
  files?: (Json & { id: string; name: string; title: string; mimetype: string; url_private: string })[]
  edited?: { user: string; ts: string }
  /** One person alone sees it. */
  is_ephemeral?: boolean
  reactions?: { name: string; users: string[]; count: number }[]
}

/** Looks up what stands in a workspace, past the proxy. */
export interface Reader {
  /** A thread, its first message included. */
  replies(channel: string, ts: string): Promise<SlackMessage[]>
  /** What stands in a conversation outside of threads, the oldest first. */
  history(channel: string): Promise<SlackMessage[]>
  /** The bot's messages of a thread, as soon as they are as wished. */
  untilReplied(
    channel: string,
    ts: string,
    isThere?: (messages: SlackMessage[]) => boolean,
    timeoutMs?: number,
  ): Promise<SlackMessage[]>
}

export const createReader = (emulator: SlackEmulator): Reader => {
  const read = async (method: string, args: { channel: string; ts?: string }): Promise<SlackMessage[]> => {
    // The bot sees its direct messages, and people see private channels without it.
    const people = Object.values(emulator.users).map(({ token }) => token)
    for (const token of [readerToken(emulator.workspace), ...people]) {
      const answer = await emulator.api<{ messages: SlackMessage[] }>(method, args, token)
      if (answer.ok) return answer.messages.map((message) => ({ ...message, channel: args.channel }))
      if (answer.error !== 'not_in_channel')
        throw new Error(`${method} ${JSON.stringify(args)} was refused: ${answer.error}`)
    }
    throw new Error(`nobody in the workspace sees ${JSON.stringify(args)}`)
  }
  const replies: Reader['replies'] = (channel, ts) => read('conversations.replies', { channel, ts })
  return {
    replies,
    history: async (channel) => (await read('conversations.history', { channel })).toReversed(),
    untilReplied: (channel, ts, isThere = (messages) => messages.length > 0, timeoutMs) =>
      until(
        async () => (await replies(channel, ts)).filter(({ user }) => user === emulator.botUserId),
        isThere,
        `the bot's replies to ${ts}`,
        timeoutMs,
      ),
  }
}
