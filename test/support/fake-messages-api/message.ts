import type {
  BetaContentBlock,
  BetaMessage,
  BetaRawContentBlockDelta,
  BetaRawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/beta/messages/messages'
import { cite } from './cite.ts'
import type { RequestBody } from './request.ts'
import type { ScriptedMessage, ScriptedText, ScriptedToolUse } from './script.ts'
import { type Tokens, tokensOf } from './usage.ts'

export type WireEvent = BetaRawMessageStreamEvent | { type: 'ping' }

/** A scripted message as the API sends it: in one piece, and as a stream. */
export interface WireMessage {
  whole: BetaMessage
  events: WireEvent[]
}

interface WireBlock {
  whole: BetaContentBlock
  /** As the block stands before its first delta. */
  start: BetaContentBlock
  deltas: BetaRawContentBlockDelta[]
}

const pieces = (text: string): string[] => text.match(/.{1,6}/gsu) ?? []

const textBlock = (script: ScriptedText, body: RequestBody): WireBlock => {
  const citations = script.citations?.map((given) => cite(body, given))
  const texts = (script.deltas ?? pieces(script.text)).map((text) => ({ type: 'text_delta', text }) as const)
  const cites = (citations ?? []).map((citation) => ({ type: 'citations_delta', citation }) as const)
  return {
    whole: { type: 'text', text: script.text, citations: citations ?? null },
    start: { type: 'text', text: '', citations: citations ? [] : null },
    deltas: script.citationsFirst ? [...cites, ...texts] : [...texts, ...cites],
  }
}

const toolBlock = ({ name, id, input, rawInput }: ScriptedToolUse, ownId: string): WireBlock => {
  const start = { type: 'tool_use', id: id ?? ownId, name, input: {} } as const
  return {
    whole: { ...start, input },
    start,
    deltas: pieces(rawInput ?? JSON.stringify(input)).map((partial_json) => ({
      type: 'input_json_delta',
      partial_json,
    })),
  }
}

const usageOf = ({ input, output, cacheRead, cacheWrite }: Tokens): BetaMessage['usage'] => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: cacheRead,
  cache_creation_input_tokens: cacheWrite,
  cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
  fallback_credit: null,
  inference_geo: null,
  iterations: null,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: 'standard',
  speed: null,
})

/** `number` tells this server's messages apart; `tokens` are what the request takes. */
export const wireMessage = (
  script: ScriptedMessage,
  body: RequestBody,
  number: number,
  tokens: Omit<Tokens, 'output'>,
): WireMessage => {
  const blocks = script.content.map((block, index) =>
    block.type === 'text' ? textBlock(block, body) : toolBlock(block, `toolu_${number}_${index}`),
  )
  const content = blocks.map(({ whole }) => whole)
  const output = tokensOf(JSON.stringify(script.content.map((b) => (b.type === 'text' ? b.text : b))).length)
  const usage = usageOf({ output, ...tokens, ...script.usage })
  const hasCalls = script.content.some(({ type }) => type === 'tool_use')
  const stop_reason = script.stopReason ?? (hasCalls ? 'tool_use' : 'end_turn')
  const stop_details =
    stop_reason === 'refusal'
      ? ({ type: 'refusal', category: null, explanation: null } as BetaMessage['stop_details'])
      : null
  const started: BetaMessage = {
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    context_management: null,
    diagnostics: null,
    usage: { ...usage, output_tokens: 1 },
  }
  const { cache_creation, inference_geo, service_tier, speed, ...counted } = usage
  return {
    whole: { ...started, content, stop_reason, stop_details, usage },
    events: [
      { type: 'message_start', message: started },
      ...blocks.flatMap(({ start, deltas }, index): WireEvent[] => [
        { type: 'content_block_start', index, content_block: start },
        ...(index % 3 === 0 ? [{ type: 'ping' } as const] : []),
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta }) as const),
        { type: 'content_block_stop', index },
      ]),
      {
        type: 'message_delta',
        delta: { stop_reason, stop_sequence: null, stop_details, container: null },
        usage: counted,
        context_management: null,
      },
      { type: 'message_stop' },
    ],
  }
}
