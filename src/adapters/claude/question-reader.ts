import type { Anthropic } from '@anthropic-ai/sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { z } from 'zod'
import { fence } from '../../advisor/brief.ts'
import type { Prompts } from '../../advisor/prompts.ts'
import type { QuestionReader } from '../../ports/question-reader.ts'
import { parseJson, usageOf } from './reply.ts'

const readingSchema = z.strictObject({ english: z.string() })
const MOST_TOKENS = 400
const DEADLINE_MS = 5_000
const LONGEST = 1_000

interface ReaderOptions {
  client: Pick<Anthropic, 'messages'>
  /** Name of a small, cheap model. */
  model: string
  prompts: Pick<Prompts, 'reading'>
  deadlineMs?: number
}

/** Reads questions with a small model of Claude. What it cannot read in time is searched for as it stands. */
export const createQuestionReader = ({
  client,
  model,
  prompts,
  deadlineMs = DEADLINE_MS,
}: ReaderOptions): QuestionReader => ({
  inEnglish: async (question, signal) => {
    const deadline = AbortSignal.timeout(deadlineMs)
    try {
      const message = await client.messages.create(
        {
          model,
          max_tokens: MOST_TOKENS,
          system: prompts.reading,
          messages: [{ role: 'user', content: fence('question', question) }],
          output_config: { format: zodOutputFormat(readingSchema) },
        },
        { signal: signal ? AbortSignal.any([signal, deadline]) : deadline },
      )
      const usage = [usageOf(message)]
      const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      const { success, data } = readingSchema.safeParse(parseJson(text))
      const english = success ? data.english.trim().slice(0, LONGEST) : ''
      return { english: english === '' ? undefined : english, usage }
    } catch {
      signal?.throwIfAborted()
      return { english: undefined, usage: [] }
    }
  },
})
