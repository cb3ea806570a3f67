import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { z } from 'zod'

const claims = z
  .array(
    z.strictObject({
      text: z.string(),
      /** The claim repeats a figure that an earlier claim of its paragraph cites. */
      same_paragraph: z.boolean().default(false),
      cites: z.array(z.strictObject({ passage: z.string(), quote: z.string() })),
    }),
  )
  .min(1)

const corpus = z.strictObject({
  answers: z.array(
    z.strictObject({
      id: z.string(),
      question: z.string(),
      /** Sentences of named calculations, whose figures an answer may state. */
      computed: z.array(z.string()).default([]),
      claims,
    }),
  ),
  mutations: z.array(
    z.strictObject({
      /** Id of the true answer. */
      of: z.string(),
      kind: z.enum(['phase', 'stage', 'unit', 'metric', 'subject', 'digits', 'quote', 'number-word', 'swap']),
      claims,
    }),
  ),
})

/** True answers with their citations, and copies of them that hold one false element each. */
export const readAnswers = (file = 'answers.yaml') =>
  corpus.parse(load(readFileSync(join('test/fixtures', file), 'utf8')))
