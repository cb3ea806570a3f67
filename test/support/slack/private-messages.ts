import type { SlackMessage } from './conversation.ts'
import type { SlackProxy } from './proxy.ts'

/** A message with when it was posted, by `performance.now()`. */
export interface Posted {
  message: SlackMessage
  at: number
}

/** A moment of this process as Slack would write it. */
const timestamp = (at: number): string => ((performance.timeOrigin + at) / 1_000).toFixed(6)

/** What somebody alone was shown among others; no history holds it. */
export const privateMessages = (proxy: SlackProxy, userId: string): Posted[] => {
  const posted = proxy.calls
    .filter(
      ({ method, args, answer }) => method === 'chat.postEphemeral' && args.user === userId && answer?.ok,
    )
    .map(({ args, answer, at }) => ({
      body: args,
      channel: String(args.channel),
      ts: String(answer?.message_ts),
      at,
    }))
  const responses = proxy.responseUrls.received.filter(
    ({ recipient, status }) => recipient?.user === userId && status === 200,
  )
  const deleted = new Set(
    responses.flatMap(({ recipient, body }) => (body.delete_original ? recipient?.messageTs : [])),
  )
  const responded = responses
    .filter(({ body }) => !body.delete_original && body.response_type === 'ephemeral')
    .map(({ recipient, body, at }) => ({ body, channel: String(recipient?.channel), ts: timestamp(at), at }))
  return [...posted, ...responded]
    .filter(({ ts }) => !deleted.has(ts))
    .map(({ body: { text, blocks, thread_ts }, channel, ts, at }) => ({
      at,
      message: {
        type: 'message',
        user: '',
        channel,
        ts,
        text: String(text ?? ''),
        is_ephemeral: true,
        ...(Array.isArray(blocks) ? { blocks } : {}),
        ...(typeof thread_ts === 'string' ? { thread_ts } : {}),
      },
    }))
}
