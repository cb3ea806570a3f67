import type { AIMessageChunk } from '@langchain/core/messages'
import { ModelFailure, type Provider } from './failure.ts'

/** Where providers say why a reply ended. */
const REASONS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason', 'status']
const TOO_LONG = /length|max_?(?:output_?)?tokens/i
const WITHHELD = /content_?filter|safety|refus|guardrail|prohibited|recitation|blocklist/i
/** Providers whose every reply says why it ended: one that does not was cut off. */
const ALWAYS_SAY = new Set(['openai', 'azure_openai', 'ollama'])

const reasonOf = ({ response_metadata: said, additional_kwargs: more }: AIMessageChunk): string => {
  const incomplete = (said.incomplete_details as { reason?: string } | null | undefined)?.reason
  const reasons = REASONS.map((key) => said[key] ?? more[key]).filter((value) => typeof value === 'string')
  return [...reasons, incomplete ?? ''].join(' ').trim()
}

/** @throws ModelFailure when a reply has come to its end, and not to that of what it says. */
export const checkFinish = (reply: AIMessageChunk, provider: Provider): void => {
  const { id, label, model } = provider
  const reason = reasonOf(reply)
  if (TOO_LONG.test(reason))
    throw new ModelFailure(
      `"${model}" reached the most that it may write before its answer was over; raise that limit at ${label}, or choose another model.`,
    )
  if (WITHHELD.test(reason))
    throw new ModelFailure(
      `${label} withheld the answer (content filter); if it happens often, review the filter's settings there.`,
    )
  if (reason === '' && ALWAYS_SAY.has(id))
    throw new ModelFailure(`The answer of ${label} broke off; if it happens often, check the network.`, {
      isPassing: true,
    })
}
