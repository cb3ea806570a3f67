import type { AnyBlock, MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { refusalOf } from './errors.ts'

/** Refusals to show something to one person in a channel. */
const NOT_THERE = new Set(['channel_not_found', 'not_in_channel', 'user_not_in_channel', 'is_archived'])

/** Someone in a conversation, or in a thread of it. */
export interface OneReader {
  channel: string
  user: string
  threadTs?: string | undefined
}

/** The conversation of one person with Cairn. */
export const ownChannel = async (client: WebClient, user: string): Promise<string> => {
  const { channel } = await client.conversations.open({ users: user })
  if (channel?.id === undefined) throw new TypeError('Slack opened a conversation and gave no id')
  return channel.id
}

/**
 * Shows something to one person: where they are, or in their conversation with Cairn when it may not write there.
 * @returns the message's ts, with its channel in front where it is another one: `D1/17.2`.
 */
export const tellAlone = async (
  client: WebClient,
  { channel, user, threadTs }: OneReader,
  { text, blocks }: { text: string; blocks: AnyBlock[] },
  metadata?: MessageMetadata,
): Promise<string | undefined> => {
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
  try {
    return (await client.chat.postEphemeral({ channel, user, text, blocks, ...thread })).message_ts
  } catch (error) {
    if (!NOT_THERE.has(refusalOf(error) ?? '')) throw error
    const own = await ownChannel(client, user)
    const { ts } = await client.chat.postMessage({
      channel: own,
      text,
      blocks,
      ...(metadata ? { metadata } : {}),
    })
    return ts === undefined ? undefined : `${own}/${ts}`
  }
}
