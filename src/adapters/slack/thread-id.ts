/** Where a thread of Slack is. */
export interface Place {
  /** The workspace or, for an installation into a whole Enterprise Grid, the organization whose token is used. */
  installationId: string
  channelId: string
  /** The message at the head of the thread; absent for what one person alone sees. */
  threadTs?: string
  /** The one who sees it. */
  privateTo?: string
}

const PREFIX = 'slack'
const PRIVATE = 'private'

/** The id of the thread below a message. */
export const threadIdOf = (installationId: string, channelId: string, threadTs: string): string =>
  [PREFIX, installationId, channelId, threadTs].join(':')

/** The id of a thread that one person alone sees in a channel; `occasion` tells it from their others. */
export const privateThreadId = (
  installationId: string,
  channelId: string,
  userId: string,
  occasion: string,
): string => [PREFIX, installationId, channelId, PRIVATE, userId, occasion].join(':')

/** Reads what the two functions above have written. */
export const parseThreadId = (threadId: string): Place => {
  const [prefix, installationId, channelId, threadTs, userId] = threadId.split(':')
  if (prefix !== PREFIX || !installationId || !channelId || !threadTs)
    throw new TypeError(`${threadId} is no thread of Slack`)
  return threadTs === PRIVATE && userId
    ? { installationId, channelId, privateTo: userId }
    : { installationId, channelId, threadTs }
}

/** Whether it is a conversation of one person with Cairn. */
export const isDirect = (channelId: string): boolean => channelId.startsWith('D')

/** The ts of a message, however often it was edited since. */
export const tsOf = (messageId: string): string => messageId.split('#')[0] as string

/** When Slack's clock wrote a message. */
export const timeOf = (ts: string): Date => new Date(Number(ts.split('.')[0]) * 1_000)
