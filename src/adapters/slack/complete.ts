import type { AnyBlock, MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { refusalOf } from './errors.ts'
import { toMarkdown } from './escape.ts'
import { LIMITS } from './limits.ts'
import { endOfTasks, type Stream } from './live.ts'
import { cut } from './text.ts'

/** A message as it is to stand in the end. */
export interface FinalMessage {
  channel: string
  ts: string
  /** Fallback for whoever cannot see the blocks. */
  text: string
  blocks: AnyBlock[]
  metadata: MessageMetadata
  /** The text of the answer, as far as it was streamed a part of it. */
  markdown: string
}

const isText = ({ type }: AnyBlock): boolean => type === 'markdown'

/** Ends the stream with the rest of its text and everything else; false when it is no stream any more. */
const endStream = async (
  client: WebClient,
  { channel, ts, blocks, metadata, markdown }: FinalMessage,
  stream: Stream,
): Promise<boolean> => {
  if (!markdown.startsWith(stream.text)) return false
  const rest = markdown.slice(stream.text.length)
  try {
    await client.chat.stopStream({
      channel,
      ts,
      chunks: [
        ...endOfTasks(stream),
        ...(rest === '' ? [] : [{ type: 'markdown_text' as const, text: toMarkdown(rest) }]),
      ],
      blocks: blocks.filter((block) => !isText(block)),
      metadata,
    })
    return true
  } catch (error) {
    if (refusalOf(error) === undefined) throw error
    return false
  }
}

/**
 * Completes a message in which an answer was begun, or stood before. Doing it twice leaves it the same, so that it may
 * be done again when nobody knows whether it was.
 * @returns false when the message is gone.
 */
export const complete = async (
  client: WebClient,
  message: FinalMessage,
  stream: Stream | undefined,
): Promise<boolean> => {
  if (stream && (await endStream(client, message, stream))) return true
  const { channel, ts, text, blocks, metadata } = message
  // One that another process began may still be open; a message that is none refuses.
  await client.chat.stopStream({ channel, ts }).catch((error: unknown) => {
    if (refusalOf(error) === undefined) throw error
  })
  try {
    await client.chat.update({ channel, ts, text: cut(text, LIMITS.message.updated), blocks, metadata })
    return true
  } catch (error) {
    if (refusalOf(error) === 'message_not_found') return false
    throw error
  }
}
