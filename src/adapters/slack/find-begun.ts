import type { WebClient } from '@slack/web-api'
import type { Place } from './thread-id.ts'

export interface FindBegunOptions {
  client: WebClient
  place: Place
  /** The question; what stands before it belongs to others. */
  since: string
  botUserId: string
}

/**
 * Finds the message in which an answer to the question was begun when nobody took note of it: its process died, or
 * Slack's word of it was lost. It is Cairn's own and says of nothing what it is; everything finished does.
 */
export const findBegun = async ({
  client,
  place: { channelId, threadTs },
  since,
  botUserId,
}: FindBegunOptions): Promise<string | undefined> => {
  if (threadTs === undefined) return undefined
  const { messages = [] } = await client.conversations.replies({
    channel: channelId,
    ts: threadTs,
    oldest: since,
    include_all_metadata: true,
  })
  const isBegun = ({ user, ts, metadata, files }: (typeof messages)[number]) =>
    user === botUserId && Number(ts) > Number(since) && metadata === undefined && files === undefined
  return messages.findLast(isBegun)?.ts
}
