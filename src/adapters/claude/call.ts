import { setTimeout as sleep } from 'node:timers/promises'
import type { Anthropic } from '@anthropic-ai/sdk'
import type {
  Message,
  MessageCreateParamsNonStreaming,
  MessageStreamEvent,
  TextCitation,
} from '@anthropic-ai/sdk/resources/messages'
import { ComposerError, type ModelUsage } from '../../ports/composer.ts'
import { waitAfter } from './failure.ts'

export type Request = Omit<MessageCreateParamsNonStreaming, 'stream'>

export interface CallOptions {
  client: Pick<Anthropic, 'messages'>
  /** Longest silence within a stream, in milliseconds. */
  idleMs: number
  signal: AbortSignal
  /** Called with each text of the reply when it is complete, and what it cites. */
  onText: (text: string, citations: TextCitation[]) => void
}

const MOST_ATTEMPTS = 3

/** What a call took, as far as its stream told. */
const usageOf = ({ model, usage }: Message): ModelUsage => ({
  model,
  inputTokens: usage.input_tokens,
  outputTokens: usage.output_tokens,
  cacheReadTokens: usage.cache_read_input_tokens ?? 0,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
})

/** The end of a call: its message, or what broke it after it had begun. */
export interface CallResult {
  message: Message | undefined
  usage: ModelUsage | undefined
  broke?: unknown
}

/** Streams one reply. A broken stream is a result, since texts of it may have been used. @throws what came before it. */
const streamOnce = async (request: Request, options: CallOptions): Promise<CallResult> => {
  const { client, idleMs, signal, onText } = options
  const idle = new AbortController()
  let timer = setTimeout(() => {}, 0)
  const listen = () => {
    clearTimeout(timer)
    timer = setTimeout(() => idle.abort(), idleMs)
  }
  const stream = client.messages.stream(request, { signal: AbortSignal.any([signal, idle.signal]) })
  let hasBegun = false
  const citations: TextCitation[] = []
  const take = (event: MessageStreamEvent) => {
    listen()
    hasBegun = true
    if (event.type === 'content_block_delta' && event.delta.type === 'citations_delta')
      citations.push(event.delta.citation)
    if (event.type !== 'content_block_stop') return
    const block = stream.currentMessage?.content[event.index]
    if (block?.type === 'text' && block.text !== '') onText(block.text, citations.splice(0))
  }
  try {
    listen()
    for await (const event of stream) take(event)
    const message = await stream.finalMessage()
    return { message, usage: usageOf(message) }
  } catch (error) {
    signal.throwIfAborted()
    const broke = idle.signal.aborted
      ? new ComposerError(
          `Claude fell silent for ${idleMs / 1_000} s; if it happens often, check the network`,
        )
      : error
    if (!hasBegun) throw broke
    const begun = stream.currentMessage
    return { message: undefined, usage: begun && usageOf(begun), broke }
  } finally {
    clearTimeout(timer)
  }
}

/** Streams one reply, with patience for what passes before it begins. @throws what did not pass. */
export const call = async (request: Request, options: CallOptions): Promise<CallResult> => {
  for (let attempt = 0; ; attempt++)
    try {
      return await streamOnce(request, options)
    } catch (error) {
      options.signal.throwIfAborted()
      const wait = attempt + 1 < MOST_ATTEMPTS ? waitAfter(error, attempt) : undefined
      if (wait === undefined) throw error
      await sleep(wait, undefined, { signal: options.signal })
    }
}
