import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import type { BaseMessageLike } from '@langchain/core/messages'
import { briefOf, fence, historyOf, rewriteOrder } from '../../advisor/brief.ts'
import type { Prompts } from '../../advisor/prompts.ts'
import type { Ask, Claim, Composer, Composition, Emit, FailedSentence } from '../../ports/composer.ts'
import { type Tracer, untraced } from '../../ports/tracer.ts'
import { createAnswer } from './answer.ts'
import type { Callable } from './call.ts'
import { createCaller } from './caller.ts'
import { withinDeadline } from './deadline.ts'
import { ModelFailure, providerOf } from './failure.ts'
import { readRewriting } from './rewriting.ts'
import { callsOf, runTools } from './run-tools.ts'
import { createSources, type Sources } from './sources.ts'

export interface LangChainOptions {
  /** Made without retries of its own: how long to be patient is decided here. */
  model: BaseChatModel
  /** `PROVIDER:MODEL`. */
  name: string
  prompts: Prompts
  /** Longest silence of the model. */
  idleMs?: number
  /** Longest time for an answer, and for writing what failed of it anew. */
  deadlineMs?: number
  /** Longest time that is waited in all for a provider that asks for patience. */
  waitMs?: number
  trace?: Tracer
}

const MOST_ROUNDS = 4
const IDLE_MS = 30_000
const DEADLINE_MS = 120_000
const WAIT_MS = 10_000

const user = (content: string): BaseMessageLike => ({ role: 'user', content })
const assistant = (content: string): BaseMessageLike => ({ role: 'assistant', content })

/** The composer on any model that LangChain knows: passages as text in numbered pieces, citations as marks. */
export const createLangChainComposer = ({
  model,
  name,
  prompts,
  idleMs = IDLE_MS,
  deadlineMs = DEADLINE_MS,
  waitMs = WAIT_MS,
  trace = untraced,
}: LangChainOptions): Composer => {
  const provider = providerOf(name)
  const tookTooLong = new ModelFailure(
    `${provider.label} took longer than ${deadlineMs / 1_000} s; if it happens often, choose a faster model.`,
  )

  const opening = (ask: Ask, sources: Sources): BaseMessageLike[] => {
    const { earlier, exchanges } = historyOf(ask.thread)
    const passages = sources.print(ask.passages.map(({ passage }) => passage))
    return [
      { role: 'system', content: `${prompts.advisor}\n\n${prompts.marks}` },
      ...exchanges.flatMap(({ question, answer }) => [user(fence('question', question)), assistant(answer)]),
      user(`${passages}\n\n${briefOf(ask, earlier)}`),
    ]
  }

  const bind = ({ tools }: Ask): Callable | undefined =>
    tools.length > 0
      ? model.bindTools?.(tools.map(({ name, description, input }) => ({ name, description, schema: input })))
      : undefined

  const callerWithin = (signal: AbortSignal, emit: Emit) =>
    createCaller({ provider, idleMs, waitMs, emit, signal, trace })

  /** Composes one answer; returns how its failed sentences are written anew. */
  const compose = async (ask: Ask, emit: Emit, signal: AbortSignal) => {
    const sources = createSources()
    const answer = createAnswer(sources.citesOf, emit)
    const messages = opening(ask, sources)
    const send = callerWithin(signal, emit)
    let withTools = bind(ask)
    emit({ type: 'step', step: 'composing' })
    for (let round = 1; ; round++) {
      const mayLookUp = withTools !== undefined && round < MOST_ROUNDS
      try {
        const reply = await send((mayLookUp && withTools) || model, messages, answer)
        if (callsOf(reply).length === 0 || !mayLookUp) break
        answer.toolsCalled()
        messages.push(...(await runTools(reply, { tools: ask.tools, sources, emit })))
      } catch (failure) {
        // Many small models take no tools, and are refused with them.
        const mayDoWithout = failure instanceof ModelFailure && failure.status === 400 && round === 1
        if (!withTools || !mayDoWithout) throw failure
        withTools = undefined
      }
    }
    answer.end()
    if (!answer.hasSaid)
      throw new ModelFailure(
        `"${provider.model}" gave no answer: no text, or only calls of tools; if it happens often, choose another model.`,
      )

    const rewrite = async (failed: FailedSentence[], emit: Emit, signal: AbortSignal): Promise<Claim[][]> => {
      let text = ''
      const draft = {
        text: '',
        hasSaid: false,
        write: (more: string) => {
          text += more
        },
        breakOff: () => {
          text = ''
        },
      }
      const said = answer.text === '' ? [] : [assistant(answer.text)]
      const request = user(rewriteOrder(prompts.rewrite, failed))
      await callerWithin(signal, emit)(model, [...messages, ...said, request], draft)
      return readRewriting(text, failed, sources.citesOf)
    }
    return rewrite
  }

  return {
    name,
    promptVersion: prompts.version,
    compose: async (ask, emit, signal): Promise<Composition> => {
      const limits = { ms: deadlineMs, tookTooLong, signal }
      let isOver = false
      // What was stopped may yet say a last word; only what it took still counts.
      const emitInTime: Emit = (event) => {
        if (!isOver || event.type === 'usage') emit(event)
      }
      try {
        const rewrite = await withinDeadline(limits, (stop) => compose(ask, emitInTime, stop))
        return { rewrite: (failed) => withinDeadline(limits, (stop) => rewrite(failed, emit, stop)) }
      } finally {
        isOver = true
      }
    },
  }
}
