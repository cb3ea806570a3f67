import type { AnyBlock, MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { refusalOf } from './errors.ts'
import { LIMITS } from './limits.ts'
import { endOfTasks, restOf, type Stream } from './live.ts'
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
  const rest = restOf(stream, markdown)
  if (rest === undefined) return false
  try {
    await client.chat.stopStream({
      channel,
      ts,
      chunks: [
        ...endOfTasks(stream),
        ...(rest === '' ? [] : [{ type: 'markdown_text' as const, text: rest }]),
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

/** Ends a stream that another process may have begun; a message that is none refuses. */
const endAny = async (client: WebClient, channel: string, ts: string): Promise<void> => {
  await client.chat.stopStream({ channel, ts }).catch((error: unknown) => {
    if (refusalOf(error) === undefined) throw error
  })
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
  await endAny(client, channel, ts)
  try {
    await client.chat.update({ channel, ts, text: cut(text, LIMITS.message.updated), blocks, metadata })
    return true
  } catch (error) {
    if (refusalOf(error) === 'message_not_found') return false
    throw error
  }
}

/** Deletes a message, also one that is being streamed. One that is gone is no failure. */
export const remove = async (client: WebClient, channel: string, ts: string): Promise<void> => {
  const unlessGone = (error: unknown) => {
    if (refusalOf(error) !== 'message_not_found') throw error
  }
  try {
    await client.chat.delete({ channel, ts }).catch(unlessGone)
  } catch (error) {
    // Slack deletes no stream that is open, and does not say that this is why.
    if (refusalOf(error) !== 'cant_delete_message') throw error
    await endAny(client, channel, ts)
    await client.chat.delete({ channel, ts }).catch(unlessGone)
  }
}
