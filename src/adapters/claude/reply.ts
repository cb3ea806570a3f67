import type {
  ContentBlockParam,
  Message,
  MessageStreamEvent,
  StopReason,
  TextCitation,
} from '@anthropic-ai/sdk/resources/messages'
import type { ModelUsage } from '../../ports/composer.ts'

/** A call of a tool; `input` is undefined when it was no JSON. */
export interface ToolCall {
  id: string
  name: string
  input: unknown
}

/** A finished reply. */
export interface Reply {
  stopReason: StopReason | null
  /** As it is sent back with what the tools found. */
  content: ContentBlockParam[]
  toolCalls: ToolCall[]
}

/** A block as far as it has come; the SDK's own is made anew for every delta, which costs more than all else. */
interface OpenBlock {
  block: ContentBlockParam
  text: string
  json: string
  citations: TextCitation[]
}

/** What a model wrote as JSON; undefined when it is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a call took. */
export const usageOf = ({ model, usage }: Pick<Message, 'model' | 'usage'>): ModelUsage => ({
  model,
  inputTokens: usage.input_tokens,
  outputTokens: usage.output_tokens,
  cacheReadTokens: usage.cache_read_input_tokens ?? 0,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
})

/** Makes the reader of a reply's events. `onText` gets each text when it is complete, and what it cites. */
export const createReplyReader = (onText: (text: string, citations: TextCitation[]) => void) => {
  let usage: ModelUsage | undefined
  const reply: Reply = { stopReason: null, content: [], toolCalls: [] }
  const open = new Map<number, OpenBlock>()
  let isWhole = false

  const close = ({ block, text, json, citations }: OpenBlock): void => {
    if (block.type === 'text') {
      if (text === '') return
      // Citations are not sent back: the sources are in the request already. What has no words is not taken back.
      if (text.trim() !== '') reply.content.push({ type: 'text', text })
      onText(text, citations)
    } else if (block.type === 'tool_use') {
      const input = json === '' ? {} : parseJson(json)
      reply.toolCalls.push({ id: block.id, name: block.name, input })
      reply.content.push({ type: 'tool_use', id: block.id, name: block.name, input: input ?? {} })
    } else if (block.type === 'thinking') reply.content.push({ ...block, thinking: text, signature: json })
    else reply.content.push(block)
  }

  return {
    take: (event: MessageStreamEvent): void => {
      if (event.type === 'content_block_delta') {
        const block = open.get(event.index)
        if (!block) return
        const { delta } = event
        if (delta.type === 'text_delta') block.text += delta.text
        else if (delta.type === 'citations_delta') block.citations.push(delta.citation)
        else if (delta.type === 'input_json_delta') block.json += delta.partial_json
        else if (delta.type === 'thinking_delta') block.text += delta.thinking
        else if (delta.type === 'signature_delta') block.json += delta.signature
      } else if (event.type === 'content_block_start') {
        const { content_block: block } = event
        const text = block.type === 'text' ? block.text : ''
        open.set(event.index, { block: block as ContentBlockParam, text, json: '', citations: [] })
      } else if (event.type === 'content_block_stop') {
        const block = open.get(event.index)
        open.delete(event.index)
        if (block) close(block)
      } else if (event.type === 'message_start') {
        usage = usageOf(event.message)
      } else if (event.type === 'message_delta') {
        reply.stopReason = event.delta.stop_reason
        const {
          output_tokens,
          input_tokens,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: made,
        } = event.usage
        if (usage)
          usage = {
            model: usage.model,
            outputTokens: output_tokens,
            inputTokens: input_tokens ?? usage.inputTokens,
            cacheReadTokens: read ?? usage.cacheReadTokens,
            cacheWriteTokens: made ?? usage.cacheWriteTokens,
          }
      } else isWhole = true
    },
    /** What was taken so far; undefined before the reply began. */
    usage: (): ModelUsage | undefined => usage,
    /** The reply once it has come to its end; undefined before. */
    reply: (): Reply | undefined => (isWhole ? reply : undefined),
  }
}
