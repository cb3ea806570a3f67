import { setTimeout as sleep } from 'node:timers/promises'
import type { AIMessageChunk, BaseMessageLike } from '@langchain/core/messages'
import { GO_ON } from '../../advisor/brief.ts'
import type { Emit } from '../../ports/composer.ts'
import type { Tracer } from '../../ports/tracer.ts'
import type { Sink } from './answer.ts'
import { type Callable, call } from './call.ts'
import { ModelFailure, type Provider } from './failure.ts'

export interface CallerOptions {
  provider: Provider
  idleMs: number
  /** Longest time that is waited in all. */
  waitMs: number
  emit: Emit
  signal: AbortSignal
  trace: Tracer
}

/** Of the time that may be waited, what the first wait takes. */
const FIRST_WAIT = 1 / 20
const MOST_WAITS = 3

/**
 * Makes the calls of one composition, with patience for what passes: as long as the provider asks for, or longer each
 * time. What broke off begins anew; when some of it was said already, it goes on behind that, once.
 * @throws the failure that did not pass, was met too often, or would take longer to wait for than is left.
 */
export const createCaller = ({ provider, idleMs, waitMs, emit, signal, trace }: CallerOptions) => {
  let waits = 0
  let left = waitMs
  let hasGoneOn = false

  const wait = async (failure: unknown): Promise<void> => {
    if (!(failure instanceof ModelFailure) || !failure.isPassing) throw failure
    const time = failure.retryAfterMs ?? waitMs * FIRST_WAIT * 2 ** waits
    waits++
    left -= time
    if (waits > MOST_WAITS || left < 0) throw failure
    await sleep(time, undefined, { signal })
  }

  const send = (model: Callable, messages: BaseMessageLike[], sink: Sink): Promise<AIMessageChunk> => {
    const begun: BaseMessageLike[] =
      sink.text === ''
        ? []
        : [
            { role: 'assistant', content: sink.text },
            { role: 'user', content: GO_ON },
          ]
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': provider.id,
      'gen_ai.request.model': provider.model,
    }
    return trace('chat', attributes, (span) =>
      call(model, [...messages, ...begun], {
        provider,
        idleMs,
        signal,
        sink,
        onUsage: (usage) => {
          span.set({
            'gen_ai.usage.input_tokens': usage.inputTokens,
            'gen_ai.usage.output_tokens': usage.outputTokens,
          })
          emit({ type: 'usage', usage })
        },
      }),
    )
  }

  return async (model: Callable, messages: BaseMessageLike[], sink: Sink): Promise<AIMessageChunk> => {
    for (;;)
      try {
        return await send(model, messages, sink)
      } catch (failure) {
        sink.breakOff()
        if (sink.hasSaid && hasGoneOn) throw failure
        hasGoneOn ||= sink.hasSaid
        await wait(failure)
      }
  }
}
