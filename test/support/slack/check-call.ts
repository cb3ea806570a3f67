import type { ApiCall, Json } from './api-call.ts'
import type { Streams } from './streams.ts'
import { validateBlocks, validateMessage, validateView } from './validate-blocks.ts'

/** The text that a stream ends with, as the block that Slack makes of it. */
const streamedText = (streams: Streams, { channel, ts, chunks = [] }: Json): Json[] => {
  const before = streams.all.find((stream) => stream.channel === channel && stream.ts === ts)?.text ?? ''
  const rest = (chunks as Json[]).map(({ type, text }) => (type === 'markdown_text' ? text : '')).join('')
  return before + rest === '' ? [] : [{ type: 'markdown', text: before + rest }]
}

/** What Slack would refuse of what a call shows: a message, the end of a streamed one, or a view. */
export const faultsIn =
  (streams: Streams) =>
  ({ method, args }: Pick<ApiCall, 'method' | 'args'>): string[] => {
    const { text = '', blocks, view } = args
    if (view !== undefined) return validateView(view)
    if (!Array.isArray(blocks)) return []
    return method === 'chat.stopStream'
      ? validateBlocks([...streamedText(streams, args), ...blocks], 'message')
      : validateMessage({ text: String(text), blocks })
  }
