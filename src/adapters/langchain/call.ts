import type { BaseLanguageModelInput } from '@langchain/core/language_models/base'
import type { AIMessageChunk, BaseMessageLike, UsageMetadata } from '@langchain/core/messages'
import type { Runnable } from '@langchain/core/runnables'
import type { ModelUsage } from '../../ports/composer.ts'
import type { Sink } from './answer.ts'
import { ModelFailure, type Provider, readFailure } from './failure.ts'
import { checkFinish } from './finish.ts'

/** A chat model, with tools bound to it or without. */
export type Callable = Pick<Runnable<BaseLanguageModelInput, AIMessageChunk>, 'stream'>

export interface CallOptions {
  provider: Provider
  /** Longest silence, in milliseconds. */
  idleMs: number
  signal: AbortSignal
  sink: Sink
  onUsage: (usage: ModelUsage) => void
}

/** Tokens of a call. LangChain counts those from and to the cache as input too. */
const usageOf = (usage: UsageMetadata, model: string): ModelUsage => {
  const { cache_read: cacheReadTokens = 0, cache_creation: cacheWriteTokens = 0 } =
    usage.input_token_details ?? {}
  return {
    model,
    inputTokens: Math.max(0, usage.input_tokens - cacheReadTokens - cacheWriteTokens),
    outputTokens: usage.output_tokens,
    cacheReadTokens,
    cacheWriteTokens,
  }
}

/**
 * Streams one reply, and stops it when nothing comes for too long.
 * @throws ModelFailure unless the reply is whole; the reason of the signal when that stops it.
 */
export const call = async (
  model: Callable,
  messages: BaseMessageLike[],
  { provider, idleMs, signal, sink, onUsage }: CallOptions,
): Promise<AIMessageChunk> => {
  const chunks: AIMessageChunk[] = []
  const silence = new AbortController()
  const hush = () =>
    silence.abort(
      new ModelFailure(
        `${provider.label} said nothing for ${idleMs / 1_000} s; if it happens often, choose a faster model or check the network.`,
        // Who is silent from the start would be so again.
        { isPassing: sink.hasSaid },
      ),
    )
  let timer = setTimeout(hush, idleMs)
  const stop = AbortSignal.any([signal, silence.signal])
  let reply: AIMessageChunk | undefined
  try {
    for await (const chunk of await model.stream(messages, { signal: stop })) {
      clearTimeout(timer)
      timer = setTimeout(hush, idleMs)
      chunks.push(chunk)
      if (chunk.text !== '') sink.write(chunk.text)
    }
    stop.throwIfAborted()
    reply = chunks.reduce<typeof reply>((all, chunk) => all?.concat(chunk) ?? chunk, undefined)
    if (!reply) throw readFailure(undefined, provider, true)
    checkFinish(reply, provider)
    return reply
  } catch (error) {
    stop.throwIfAborted()
    throw readFailure(error, provider, chunks.length > 0)
  } finally {
    clearTimeout(timer)
    const counted = reply ?? chunks.findLast((chunk) => chunk.usage_metadata)
    const usage: UsageMetadata | undefined = counted?.usage_metadata
    if (usage) onUsage(usageOf(usage, `${provider.id}:${provider.model}`))
  }
}
