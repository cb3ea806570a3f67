import type {
  ContentBlockParam,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages'
import { z } from 'zod'
import { fence, GO_ON } from '../../advisor/brief.ts'
import { lookUp } from '../../advisor/look-up.ts'
import { type Ask, ComposerError, type Emit, type ModelUsage } from '../../ports/composer.ts'
import type { Passage } from '../../ports/knowledge-store.ts'
import type { ToolResult } from '../../ports/toolbox.ts'
import type { Reply } from './reply.ts'
import type { Sources } from './sources.ts'

/** Messages of the model whose calls are run; the calls of the next one are not, and it is the last. */
const MOST_ROUNDS = 4
const ENOUGH = 'You have looked up enough; answer from what you have.'

/** What is kept in the journal. */
const stateSchema = z.object({
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.unknown() })),
  found: z.object({
    passages: z.array(z.looseObject({ id: z.string(), body: z.string() })),
    computed: z.array(z.string()),
  }),
  usage: z.array(z.looseObject({ model: z.string() })),
})

/** What a tool found, in words: the passages that are at hand already, and what was computed. */
const summaryOf = ({ passages, computed }: ToolResult): TextBlockParam => {
  const sections = passages.map(({ document, section }) => `${document} > ${section}`)
  const parts = [
    passages.length === 0 && computed.length === 0 ? 'Nothing was found.' : '',
    sections.length > 0 ? fence('found', sections.join('\n')) : '',
    computed.length > 0 ? fence('computed', computed.join('\n')) : '',
  ]
  return { type: 'text', text: parts.filter(Boolean).join('\n') }
}

/** Waits for work that knows no signal, no longer than the signal allows. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })

interface ExchangeOptions {
  ask: Pick<Ask, 'tools' | 'journal'>
  sources: Sources
  emit: Emit
  signal: AbortSignal
  /** Whether the model has written of its answer by now. */
  hasWritten: () => boolean
}

/**
 * What a turn says to the model beyond its beginning. Each step of it is kept in the journal, as long as nothing of the
 * answer was written: a turn begun again goes on behind it, and no tool whose result is there runs again.
 */
export const openExchange = async ({
  ask: { tools, journal },
  sources,
  emit,
  signal,
  hasWritten,
}: ExchangeOptions) => {
  const messages: MessageParam[] = []
  const found: ToolResult = { passages: [], computed: [] }
  const usage: ModelUsage[] = []
  const save = async () => hasWritten() || journal?.save({ messages, found, usage })

  const take = (result: ToolResult) => {
    found.passages.push(...result.passages)
    found.computed.push(...result.computed)
    emit({ type: 'found', ...result })
  }
  const spend = (one: ModelUsage) => {
    usage.push(one)
    emit({ type: 'usage', usage: one })
  }

  const run = async (name: string, input: unknown): Promise<Partial<ToolResultBlockParam>> => {
    emit({ type: 'step', step: 'reading', detail: name })
    const outcome = await unlessAborted(lookUp(tools, name, input), signal)
    if ('fault' in outcome && outcome.failure) emit({ type: 'failure', failure: outcome.failure })
    if ('fault' in outcome) return { is_error: true, content: outcome.fault }
    const { passages, computed } = outcome.result
    const fresh: Passage[] = passages.filter(({ id }) => !sources.has(id))
    take({ passages: fresh, computed })
    return { content: [...fresh.map((passage) => sources.send(passage)), summaryOf(outcome.result)] }
  }

  const rounds = () =>
    messages.filter(({ role, content }) => role === 'assistant' && Array.isArray(content)).length

  /** Runs what the last message of the model calls and has no result yet. */
  const runTools = async (): Promise<void> => {
    const [called, answered] = messages.slice(-2).map(({ content }) => content as ContentBlockParam[])
    const isEnough = rounds() > MOST_ROUNDS
    for (const block of called ?? []) {
      if (block.type !== 'tool_use') continue
      const { id, name, input } = block
      if (answered?.some((done) => done.type === 'tool_result' && done.tool_use_id === id)) continue
      const result = isEnough ? { is_error: true, content: ENOUGH } : await run(name, input)
      answered?.push({ type: 'tool_result', tool_use_id: id, ...result })
      await save()
    }
  }

  const saved = stateSchema.safeParse(await journal?.load())
  if (saved.success) {
    const before = saved.data as unknown as {
      messages: MessageParam[]
      found: ToolResult
      usage: ModelUsage[]
    }
    messages.push(...before.messages)
    for (const passage of before.found.passages) sources.send(passage)
    take(before.found)
    before.usage.forEach(spend)
    await runTools()
  }

  return {
    messages: messages as readonly MessageParam[],
    spend,
    /** Runs what a message of the model calls; when it called often enough, it is told so instead, once. */
    answer: async ({ content }: Pick<Reply, 'content'>): Promise<void> => {
      if (rounds() > MOST_ROUNDS)
        throw new ComposerError(
          `Claude asked for tools more than ${MOST_ROUNDS} times; if it happens often, choose a stronger MODEL`,
        )
      messages.push({ role: 'assistant', content }, { role: 'user', content: [] })
      await save()
      await runTools()
    },
    /** Has the model go on behind a text that was broken off. */
    goOn: (text: string): void => {
      messages.push(
        { role: 'assistant', content: text },
        { role: 'user', content: [{ type: 'text', text: GO_ON }] },
      )
    },
  }
}
