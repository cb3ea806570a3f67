import type { Anthropic } from '@anthropic-ai/sdk'
import type { ContentBlockParam, MessageParam, TextCitation } from '@anthropic-ai/sdk/resources/messages'
import { z } from 'zod'
import { briefOf, fence, historyOf, rewriteOrder } from '../../advisor/brief.ts'
import { createKindReader } from '../../advisor/kind-line.ts'
import type { Prompts } from '../../advisor/prompts.ts'
import {
  type Ask,
  type Claim,
  type Composer,
  ComposerError,
  type Composition,
  type Emit,
  type FailedSentence,
  type ModelUsage,
} from '../../ports/composer.ts'
import type { Passage } from '../../ports/knowledge-store.ts'
import { type Tracer, untraced } from '../../ports/tracer.ts'
import { type CallOptions, type CallResult, call, type Request } from './call.ts'
import { openExchange } from './exchange.ts'
import { toComposerError } from './failure.ts'
import { createSources, type Sources } from './sources.ts'

export interface ClaudeOptions {
  /** Made without retries of its own: how long to be patient is decided here. */
  client: Pick<Anthropic, 'messages'>
  /** Name of the model that answers. */
  model: string
  prompts: Prompts
  /** The shared knowledge that every question is asked against, the same each time so that it is cached. */
  knowledge: readonly Passage[]
  /** How long it is waited for, in milliseconds. */
  patience?: Patience
  trace?: Tracer
}

export interface Patience {
  /** Longest silence of a stream, its beginning included. */
  idleMs: number
  /** An answer as a whole, tools and rewriting included. */
  deadlineMs: number
  /** Before a failed call is made again, unless the API says how long. */
  backoffMs: number
}

const PATIENCE: Patience = { idleMs: 30_000, deadlineMs: 120_000, backoffMs: 500 }
const MOST_TOKENS = 2_000
/** Passages beside the shared knowledge. */
const MOST_PASSAGES = 20
const textOf = (claims: Claim[]): string => claims.map(({ text }) => text).join('')

/** Claims of a text in paragraphs: those of the first, the second and so on. */
const paragraphsOf = (claims: Claim[]): Claim[][] => {
  const paragraphs: Claim[][] = [[]]
  for (const { text, cites } of claims)
    for (const [index, piece] of text.split(/\n\s*\n/).entries()) {
      if (index > 0) paragraphs.push([])
      if (piece.trim() !== '') paragraphs.at(-1)?.push({ text: piece, cites })
    }
  return paragraphs.filter((paragraph) => paragraph.length > 0)
}

/** The composer on Claude: the shared knowledge in the cached prompt, citations by the API, tools that only read. */
export const createClaudeComposer = ({
  client,
  model,
  prompts,
  knowledge,
  patience: { idleMs, deadlineMs, backoffMs } = PATIENCE,
  trace = untraced,
}: ClaudeOptions): Composer => {
  const knownIds = new Set(knowledge.map(({ id }) => id))

  /** The conversation up to the question. */
  const opening = (ask: Ask, sources: Sources): MessageParam[] => {
    const { earlier, exchanges } = historyOf(ask.thread)
    const shared: ContentBlockParam[] = knowledge.map((passage, index) => ({
      ...sources.send(passage),
      ...(index === knowledge.length - 1 ? { cache_control: { type: 'ephemeral' as const } } : {}),
    }))
    // Overviews only say again what the knowledge holds.
    const fresh = ask.passages
      .filter(
        ({ passage }) =>
          !knownIds.has(passage.id) && (passage.origin === 'file' || passage.style === 'prose'),
      )
      .slice(0, MOST_PASSAGES)
      .map(({ passage }) => sources.send(passage))
    const turns = exchanges.flatMap(({ question, answer }): MessageParam[] => [
      { role: 'user', content: [{ type: 'text', text: fence('question', question) }] },
      { role: 'assistant', content: answer },
    ])
    const question: ContentBlockParam[] = [...fresh, { type: 'text', text: briefOf(ask, earlier) }]
    const [first, ...rest] = turns
    // The knowledge always comes first, so that it is cached for every conversation.
    if (!first) return [{ role: 'user', content: [...shared, ...question] }]
    const begun = [...shared, ...(first.content as ContentBlockParam[])]
    return [{ role: 'user', content: begun }, ...rest, { role: 'user', content: question }]
  }

  /** One answer in the making. */
  const compose = async (ask: Ask, emit: Emit, signal: AbortSignal): Promise<Composition> => {
    const sources = createSources()
    const start = opening(ask, sources)
    const written: Claim[] = []
    const kind = createKindReader((event) => {
      if (event.type === 'claim') written.push(event)
      emit(event)
    })
    const claimOf = (text: string, citations: TextCitation[]): Claim => ({
      text,
      cites: citations.flatMap((citation) => sources.resolve(citation) ?? []),
    })
    const hasWritten = () => written.length > 0
    const exchange = await openExchange({ ask, sources, emit, signal, hasWritten })
    // The same in every call: the cache of what was sent before does not outlive another choice of tools.
    const tools = ask.tools.map(({ name, description, input }) => ({
      name,
      description,
      input_schema: schemaOf(input),
      strict: true,
    }))
    const send = (more: MessageParam[], onText: CallOptions['onText']): Promise<CallResult> =>
      trace(
        'chat',
        { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'anthropic', 'gen_ai.request.model': model },
        async (span) => {
          const request: Request = {
            model,
            max_tokens: MOST_TOKENS,
            system: [{ type: 'text', text: prompts.advisor }],
            messages: [...start, ...exchange.messages, ...more],
            ...(tools.length > 0 ? { tools } : {}),
          }
          const onUsage = (usage: ModelUsage) => {
            span.set({
              'gen_ai.usage.input_tokens': usage.inputTokens,
              'gen_ai.usage.output_tokens': usage.outputTokens,
            })
            exchange.spend(usage)
          }
          const result = await call(request, { client, idleMs, backoffMs, signal, onUsage, onText })
          if (result.reply?.stopReason)
            span.set({ 'gen_ai.response.finish_reasons': [result.reply.stopReason] })
          return result
        },
      )

    emit({ type: 'found', passages: [...knowledge], computed: [] })
    emit({ type: 'step', step: 'composing' })
    let hasBroken = false
    for (;;) {
      const { reply, broke } = await send([], (text, citations) => kind.claim(claimOf(text, citations)))
      if (!reply) {
        // Once: what was written stays, and the model goes on behind it.
        if (hasBroken) throw toComposerError(broke)
        hasBroken = true
        kind.restart()
        if (hasWritten()) exchange.goOn(textOf(written).trim())
        continue
      }
      if (reply.stopReason === 'refusal')
        throw new ComposerError('Claude declined to answer (refusal); nothing to do unless it happens often')
      if (reply.stopReason === 'max_tokens')
        throw new ComposerError(
          `The answer was longer than ${MOST_TOKENS} tokens and was cut off; nothing to do unless it happens often`,
        )
      if (reply.toolCalls.length === 0) break
      kind.restart()
      await exchange.answer(reply)
    }
    kind.end()

    const rewrite = async (failed: FailedSentence[]): Promise<Claim[][]> => {
      const claims: Claim[] = []
      const order = rewriteOrder(prompts.rewrite, failed)
      const { reply, broke } = await send(
        [
          { role: 'assistant', content: textOf(written).trim() },
          { role: 'user', content: [{ type: 'text', text: order }] },
        ],
        (text, citations) => claims.push(claimOf(text, citations)),
      )
      if (!reply) throw toComposerError(broke)
      const paragraphs = paragraphsOf(claims)
      if (paragraphs.length !== failed.length) return []
      return paragraphs.map((paragraph) => (/^\s*[-–—]\s*$/.test(textOf(paragraph)) ? [] : paragraph))
    }
    return { rewrite }
  }

  return {
    name: `claude:${model}`,
    promptVersion: prompts.version,
    probe: async () => {
      const signal = AbortSignal.timeout(idleMs)
      const messages: MessageParam[] = [{ role: 'user', content: 'Say "ok".' }]
      try {
        await client.messages.create({ model, max_tokens: 8, messages }, { signal })
      } catch (error) {
        throw toComposerError(error)
      }
    },
    told: `${prompts.advisor}\n${prompts.rewrite}`,
    compose: async (ask, emit, signal) => {
      const deadline = AbortSignal.timeout(deadlineMs)
      const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
        try {
          return await work()
        } catch (error) {
          signal?.throwIfAborted()
          if (deadline.aborted)
            throw new ComposerError(
              `Claude took longer than ${deadlineMs / 1_000} s; if it happens often, choose a faster MODEL`,
              { cause: error },
            )
          throw toComposerError(error)
        }
      }
      const both = signal ? AbortSignal.any([signal, deadline]) : deadline
      const { rewrite } = await guarded(() => compose(ask, emit, both))
      return rewrite ? { rewrite: (failed) => guarded(() => rewrite(failed)) } : {}
    },
  }
}

/** The input of a tool as JSON schema; the name of the dialect is no part of it. */
const schemaOf = (input: z.ZodObject): { type: 'object' } => {
  const { $schema: _, ...schema } = z.toJSONSchema(input)
  return schema as { type: 'object' }
}
