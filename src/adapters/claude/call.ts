import { setTimeout as sleep } from 'node:timers/promises'
import { type Anthropic, APIError } from '@anthropic-ai/sdk'
import type { MessageCreateParamsNonStreaming, TextCitation } from '@anthropic-ai/sdk/resources/messages'
import { ComposerError, type ModelUsage } from '../../ports/composer.ts'
import { BROKEN, waitAfter } from './failure.ts'
import { createReplyReader, type Reply } from './reply.ts'

export type Request = Omit<MessageCreateParamsNonStreaming, 'stream'>

export interface CallOptions {
  client: Pick<Anthropic, 'messages'>
  /** Longest silence within a stream, in milliseconds. */
  idleMs: number
  /** Wait before the second attempt when none is asked for; it doubles. */
  backoffMs: number
  signal: AbortSignal
  /** Called with what a call took, however it ended. */
  onUsage: (usage: ModelUsage) => void
  /** Called with each text of the reply when it is complete, and what it cites. */
  onText: (text: string, citations: TextCitation[]) => void
}

const MOST_ATTEMPTS = 3
const silent = (idleMs: number) =>
  `Claude fell silent for ${idleMs / 1_000} s; if it happens often, check the network`

/** The end of a call: its reply, or what broke it after it had begun. */
export interface CallResult {
  reply: Reply | undefined
  broke?: unknown
}

/** Streams one reply. A broken stream is a result, since texts of it may have been used. @throws what came before it. */
const streamOnce = async (request: Request, options: CallOptions): Promise<CallResult> => {
  const { client, idleMs, signal, onUsage, onText } = options
  const idle = new AbortController()
  const watchdog = setTimeout(() => idle.abort(), idleMs)
  const reader = createReplyReader(onText)
  try {
    const stream = await client.messages.create(
      { ...request, stream: true },
      { signal: AbortSignal.any([signal, idle.signal]) },
    )
    for await (const event of stream) {
      watchdog.refresh()
      reader.take(event)
    }
    signal.throwIfAborted()
    if (!reader.reply()) throw new ComposerError(BROKEN)
    return { reply: reader.reply() }
  } catch (cause) {
    signal.throwIfAborted()
    let error = cause
    if (idle.signal.aborted) error = new ComposerError(silent(idleMs), { cause: error })
    if (!reader.usage()) throw error
    // What breaks a stream comes from the network, in the network's own words.
    const isKnown = error instanceof APIError || error instanceof ComposerError
    return { reply: undefined, broke: isKnown ? error : new ComposerError(BROKEN, { cause: error }) }
  } finally {
    clearTimeout(watchdog)
    const usage = reader.usage()
    if (usage) onUsage(usage)
  }
}

/** Streams one reply, with patience for what passes before it begins. @throws what did not pass. */
export const call = async (request: Request, options: CallOptions): Promise<CallResult> => {
  for (let attempt = 0; ; attempt++)
    try {
      return await streamOnce(request, options)
    } catch (error) {
      options.signal.throwIfAborted()
      const wait =
        attempt + 1 < MOST_ATTEMPTS ? waitAfter(error, options.backoffMs * 2 ** attempt) : undefined
      if (wait === undefined) throw error
      await sleep(wait, undefined, { signal: options.signal })
    }
}
