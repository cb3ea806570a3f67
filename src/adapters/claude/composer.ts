import type { Anthropic } from '@anthropic-ai/sdk'
import type {
  ContentBlockParam,
  MessageParam,
  TextCitation,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages'
import { z } from 'zod'
import { briefOf, fence, historyOf } from '../../advisor/brief.ts'
import { createKindReader } from '../../advisor/kind-line.ts'
import { lookUp } from '../../advisor/look-up.ts'
import type { Prompts } from '../../advisor/prompts.ts'
import {
  type Ask,
  type Claim,
  type Composer,
  ComposerError,
  type Composition,
  type Emit,
  type FailedSentence,
} from '../../ports/composer.ts'
import type { Passage } from '../../ports/knowledge-store.ts'
import type { ToolResult } from '../../ports/toolbox.ts'
import { type Tracer, untraced } from '../../ports/tracer.ts'
import { type CallResult, call, type Request } from './call.ts'
import { toComposerError } from './failure.ts'
import type { ToolCall } from './reply.ts'
import { createSources, type Sources } from './sources.ts'

export interface ClaudeOptions {
  /** Made without retries of its own: how long to be patient is decided here. */
  client: Pick<Anthropic, 'messages'>
  /** Name of the model that answers. */
  model: string
  prompts: Prompts
  /** The shared knowledge that every question is asked against, the same each time so that it is cached. */
  knowledge: readonly Passage[]
  idleMs?: number
  deadlineMs?: number
  trace?: Tracer
}

const MOST_ROUNDS = 4
const MOST_TOKENS = 2_000
/** Passages beside the shared knowledge. */
const MOST_PASSAGES = 20
const IDLE_MS = 30_000
const DEADLINE_MS = 120_000
const GO_ON = 'The connection broke there. Go on right after it; repeat nothing.'

/** What a turn has said to the model beyond its beginning, as it is kept in the journal. */
const journalSchema = z.object({
  exchanged: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.unknown() })),
  found: z.object({
    passages: z.array(z.looseObject({ id: z.string(), body: z.string() })),
    computed: z.array(z.string()),
  }),
})

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
  idleMs = IDLE_MS,
  deadlineMs = DEADLINE_MS,
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

  const runTools = async (
    ask: Ask,
    calls: ToolCall[],
    sources: Sources,
    onFound: (result: ToolResult) => void,
    emit: Emit,
  ): Promise<ToolResultBlockParam[]> => {
    const results: ToolResultBlockParam[] = []
    for (const { id, name, input } of calls) {
      emit({ type: 'step', step: 'reading', detail: name })
      const outcome = await lookUp(ask.tools, name, input)
      if ('fault' in outcome) {
        results.push({ type: 'tool_result', tool_use_id: id, is_error: true, content: outcome.fault })
        continue
      }
      const { passages, computed } = outcome.result
      const found = passages.filter((passage) => !sources.has(passage.id))
      onFound({ passages: found, computed })
      results.push({
        type: 'tool_result',
        tool_use_id: id,
        content: [
          ...found.map((passage) => sources.send(passage)),
          { type: 'text', text: summaryOf(passages, computed) },
        ],
      })
    }
    return results
  }

  /** One answer in the making. */
  const compose = async (ask: Ask, emit: Emit, signal: AbortSignal): Promise<Composition> => {
    const sources = createSources()
    const start = opening(ask, sources)
    const exchanged: MessageParam[] = []
    const found: ToolResult = { passages: [], computed: [] }
    const written: Claim[] = []
    const kind = createKindReader((event) => {
      if (event.type === 'claim') written.push(event)
      emit(event)
    })
    const claimOf = (text: string, citations: TextCitation[]): Claim => ({
      text,
      cites: citations.flatMap((citation) => sources.resolve(citation) ?? []),
    })
    const onFound = ({ passages, computed }: ToolResult) => {
      found.passages.push(...passages)
      found.computed.push(...computed)
      emit({ type: 'found', passages, computed })
    }
    const request = (messages: MessageParam[], mayLookUp: boolean): Request => ({
      model,
      max_tokens: MOST_TOKENS,
      system: [{ type: 'text', text: prompts.advisor }],
      messages,
      ...(ask.tools.length > 0
        ? {
            tools: ask.tools.map(({ name, description, input }) => ({
              name,
              description,
              input_schema: schemaOf(input),
              strict: true,
            })),
            tool_choice: { type: mayLookUp ? ('auto' as const) : ('none' as const) },
          }
        : {}),
    })
    const send = (
      messages: MessageParam[],
      mayLookUp: boolean,
      onText: (text: string, citations: TextCitation[]) => void,
    ): Promise<CallResult> =>
      trace(
        'chat',
        { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'anthropic', 'gen_ai.request.model': model },
        async (span) => {
          const result = await call(request(messages, mayLookUp), { client, idleMs, signal, onText })
          if (result.usage) {
            span.set({
              'gen_ai.usage.input_tokens': result.usage.inputTokens,
              'gen_ai.usage.output_tokens': result.usage.outputTokens,
            })
            emit({ type: 'usage', usage: result.usage })
          }
          if (result.reply?.stopReason)
            span.set({ 'gen_ai.response.finish_reasons': [result.reply.stopReason] })
          return result
        },
      )

    const saved = journalSchema.safeParse(await ask.journal?.load())
    if (saved.success) {
      exchanged.push(...(saved.data.exchanged as unknown as MessageParam[]))
      const before = saved.data.found as unknown as ToolResult
      for (const passage of before.passages) sources.send(passage)
      onFound(before)
    }
    const rounds = exchanged.filter(({ role }) => role === 'assistant').length
    emit({ type: 'found', passages: [...knowledge], computed: [] })
    emit({ type: 'step', step: 'composing' })
    let hasBroken = false
    for (let round = rounds; ; round++) {
      const mayLookUp = round < MOST_ROUNDS
      const { reply, broke } = await send([...start, ...exchanged], mayLookUp, (text, citations) =>
        kind.claim(claimOf(text, citations)),
      )
      if (!reply) {
        // Once: what was written stays, and the model goes on behind it.
        if (hasBroken) throw toComposerError(broke)
        hasBroken = true
        const text = textOf(written).trim()
        kind.drop()
        if (text !== '')
          exchanged.push(
            { role: 'assistant', content: text },
            { role: 'user', content: [{ type: 'text', text: GO_ON }] },
          )
        continue
      }
      if (reply.stopReason === 'refusal')
        throw new ComposerError('Claude declined to answer (refusal); nothing to do unless it happens often')
      if (reply.stopReason === 'max_tokens')
        throw new ComposerError(`The answer was longer than ${MOST_TOKENS} tokens; the rest was cut off`)
      const calls = reply.toolCalls
      if (reply.stopReason !== 'tool_use' || calls.length === 0) break
      if (!mayLookUp) throw new ComposerError(`Claude asked for tools more than ${MOST_ROUNDS} times`)
      kind.drop()
      exchanged.push(
        { role: 'assistant', content: reply.content },
        { role: 'user', content: await runTools(ask, calls, sources, onFound, emit) },
      )
      // Only what a turn begun again can go on from: no text was written yet.
      if (written.length === 0) await ask.journal?.save({ exchanged, found })
    }
    kind.end()

    const rewrite = async (failed: FailedSentence[]): Promise<Claim[][]> => {
      const claims: Claim[] = []
      const list = failed.map(({ text, reason }) => `${text.trim()} — ${reason}`).join('\n')
      const { reply, broke } = await send(
        [
          ...start,
          ...exchanged,
          { role: 'assistant', content: textOf(written).trim() },
          {
            role: 'user',
            content: [{ type: 'text', text: `${prompts.rewrite}\n\n${fence('failed', list)}` }],
          },
        ],
        false,
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
    compose: async (ask, emit, signal) => {
      const deadline = AbortSignal.timeout(deadlineMs)
      const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
        try {
          return await work()
        } catch (error) {
          signal?.throwIfAborted()
          if (deadline.aborted)
            throw new ComposerError(`Claude took longer than ${deadlineMs / 1_000} s`, { cause: error })
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

/** What a tool found, in words: the passages that are at hand already, and what was computed. */
const summaryOf = (passages: Passage[], computed: string[]): string =>
  [
    passages.length === 0 && computed.length === 0 ? 'Nothing was found.' : '',
    passages.length > 0
      ? `Found: ${passages.map(({ document, section }) => `${document} > ${section}`).join('; ')}`
      : '',
    computed.length > 0 ? fence('computed', computed.join('\n')) : '',
  ]
    .filter(Boolean)
    .join('\n')
