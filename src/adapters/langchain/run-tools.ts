import type { AIMessageChunk, BaseMessageLike } from '@langchain/core/messages'
import { fence } from '../../advisor/brief.ts'
import { lookUp } from '../../advisor/look-up.ts'
import type { Emit } from '../../ports/composer.ts'
import type { Toolbox, ToolResult } from '../../ports/toolbox.ts'
import type { Sources } from './sources.ts'

/** Calls of one reply that are run; the others are answered with that. */
const MOST_CALLS = 8

export interface ToolCall {
  id: string
  name: string
  /** As the model sent it; undefined when that was no JSON. */
  input: unknown
}

/** What a reply asks for, calls included whose input could not be read. */
export const callsOf = ({ tool_calls = [], invalid_tool_calls = [] }: AIMessageChunk): ToolCall[] => [
  ...tool_calls.map(({ id, name, args }, at) => ({ id: id ?? `call_${at}`, name, input: args })),
  ...invalid_tool_calls.map(({ id, name }, at) => ({
    id: id ?? `unread_${at}`,
    name: name ?? '',
    input: undefined,
  })),
]

/** The reply as it is sent back: every call stands in it, since each is answered. */
const asked = (reply: AIMessageChunk, calls: ToolCall[]): BaseMessageLike => {
  // Kept whole where that is possible: some providers want their own additions back.
  const isWhole = (reply.invalid_tool_calls ?? []).length === 0 && reply.tool_calls?.every(({ id }) => id)
  if (isWhole) return reply
  return {
    role: 'assistant',
    content: reply.text,
    tool_calls: calls.map(({ id, name, input }) => ({ id, name, args: input ?? {}, type: 'tool_call' })),
  }
}

export interface RunToolsOptions {
  tools: Toolbox
  sources: Sources
  emit: Emit
}

const inWords = ({ passages, computed }: ToolResult, sources: Sources): string =>
  [
    computed.length > 0 ? fence('computed', computed.join('\n')) : '',
    passages.length > 0 ? sources.print(passages) : '',
  ]
    .filter(Boolean)
    .join('\n\n') || 'Nothing was found.'

/** Runs what a reply asks for; returns the reply and the results, as the conversation goes on with them. */
export const runTools = async (
  reply: AIMessageChunk,
  { tools, sources, emit }: RunToolsOptions,
): Promise<BaseMessageLike[]> => {
  const calls = callsOf(reply)
  const run = async ({ name, input }: ToolCall): Promise<string> => {
    if (tools.some((tool) => tool.name === name)) emit({ type: 'step', step: 'reading', detail: name })
    const outcome = await lookUp(tools, name, input)
    if ('fault' in outcome) return outcome.fault
    emit({ type: 'found', ...outcome.result })
    return inWords(outcome.result, sources)
  }
  const messages = [asked(reply, calls)]
  for (const [at, toolCall] of calls.entries()) {
    const content =
      at < MOST_CALLS ? await run(toolCall) : 'Too many calls at once; answer from what you have.'
    messages.push({ role: 'tool', content, tool_call_id: toolCall.id, name: toolCall.name })
  }
  return messages
}
