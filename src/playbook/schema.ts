import { z } from 'zod'

/** Developer-organisation stages, smallest first. */
export const STAGE_IDS = ['individual', 'small_team', 'medium_team', 'large_team', 'enterprise'] as const
/** ARR growth phases, earliest first. */
export const PHASE_IDS = ['foundation', 'growth', 'scale', 'market_leadership'] as const
export const TRANSITION_IDS = [
  'individual_to_small_team',
  'small_to_medium_team',
  'medium_to_large_team',
  'large_team_to_enterprise',
] as const

export type StageId = (typeof STAGE_IDS)[number]
export type PhaseId = (typeof PHASE_IDS)[number]
export type TransitionId = (typeof TRANSITION_IDS)[number]

const range = z
  .tuple([z.number(), z.number()])
  .refine(([from, to]) => from <= to, { error: 'a range is written [from, to] with from ≤ to' })
/** One figure, or an inclusive range of figures. */
const quantity = z.union([z.number(), range])
export type Quantity = z.infer<typeof quantity>

const sentence = z.string().trim().min(3)
const slug = z
  .string()
  .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/, { error: 'use lower-case words joined by _ and .' })

/** Figures by name; the name's ending is the unit (see `formatQuantity`). */
const values = z.record(z.string().regex(/^[a-z_]+$/), quantity)

/**
 * Where the knowledge comes from. `charter`, `phases` and `stages` are the three founding documents; `cairn` is
 * authored here and never passed off as theirs; `public` is a published source, named with its year.
 */
export const originSchema = z.enum(['charter', 'phases', 'stages', 'cairn', 'public'])
export type Origin = z.infer<typeof originSchema>

const targetSchema = z.strictObject({
  op: z.enum(['>', '>=', '<', '<=']),
  value: z.number(),
  unit: z.enum(['%', '/5', 'months', '']),
  per: z.string().optional(),
})
export type Target = z.infer<typeof targetSchema>

/** One line of an entry. A plain string is a line of text without figures of its own. */
const factSchema = z.union([
  z.string().trim().min(2),
  z
    .strictObject({
      label: z.string().trim().min(2).optional(),
      /** Text of the line; `{name}` prints the value of that name. */
      text: z.string().trim().min(2).optional(),
      /** Month since the company's start (milestones) or since the transition's start (roadmaps). */
      month: quantity.optional(),
      /** Head count or number of pieces. */
      count: quantity.optional(),
      usd_per_month: z.number().optional(),
      /** A measure's target; `null` when its source names the measure and gives no target. */
      target: targetSchema.nullable().optional(),
      values: values.optional(),
    })
    .refine((fact) => fact.label !== undefined || fact.month !== undefined || fact.text !== undefined, {
      error: 'a fact needs a label, a month or a text',
    }),
])
export type Fact = z.infer<typeof factSchema>

const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)])

/** What an entry is about on the two axes; an entry without any is about scaling in general. */
const aboutSchema = z.strictObject({
  stage: oneOrMore(z.enum(STAGE_IDS)).optional(),
  phase: oneOrMore(z.enum(PHASE_IDS)).optional(),
  transition: oneOrMore(z.enum(TRANSITION_IDS)).optional(),
})
export type About = z.infer<typeof aboutSchema>

const ratingSchema = z.strictObject({
  probability: z.enum(['low', 'medium', 'high']),
  impact: z.enum(['low', 'medium', 'high']),
})

/**
 * One entry of the playbook: it renders to one passage that stands alone when read.
 *
 * `kind` says how the advisor treats it: a `fact` is quoted; an `overview` joins other entries (`includes`) so
 * that what people ask together stands together; a `conflict` names entries that disagree (`between`) and lends
 * them its `caveat`; a `gap` says what the sources do not hold; a `benchmark` is a published figure, never a
 * target.
 */
export const entrySchema = z
  .strictObject({
    id: slug,
    kind: z.enum(['fact', 'overview', 'conflict', 'gap', 'benchmark']).default('fact'),
    section: sentence,
    about: aboutSchema.default({}),
    /** What the entry says about its stage or phase; siblings on the axis share it ("and for the next stage?"). */
    topic: slug,
    /** Opening sentence; `{stage}`, `{phase}`, `{transition}` print their full names, `{name}` a value. */
    lead: sentence,
    values: values.optional(),
    rating: ratingSchema.optional(),
    facts: z.array(factSchema).default([]),
    includes: z.array(slug).default([]),
    between: z.array(slug).default([]),
    note: sentence.optional(),
    caveat: sentence.optional(),
    source: z.strictObject({ title: sentence, year: z.int() }).optional(),
    /** Questions in the words people type; indexed with the entry, never shown. */
    asked: z.array(sentence).min(3),
  })
  .refine((entry) => entry.kind !== 'overview' || entry.includes.length > 0 || entry.facts.length > 0, {
    path: ['includes'],
    error: 'an overview lists the entries that it includes',
  })
  .refine((entry) => entry.kind !== 'conflict' || (entry.between.length > 0 && entry.caveat !== undefined), {
    path: ['between'],
    error: 'a conflict names the entries it is between and carries a caveat',
  })
  .refine((entry) => entry.kind !== 'benchmark' || entry.source !== undefined, {
    path: ['source'],
    error: 'a benchmark names its source and year',
  })
export type Entry = z.infer<typeof entrySchema>

/** A file of entries: all of one document and origin. */
export const entryFileSchema = z.strictObject({
  document: sentence,
  origin: originSchema,
  entries: z.array(z.unknown()).min(1),
})

/** The two axes and the moves between stages: the bands that code computes with. */
export const axesSchema = z.strictObject({
  stages: z
    .array(
      z.strictObject({
        id: z.enum(STAGE_IDS),
        number: z.int(),
        name: sentence,
        /** Inclusive band of developers; an open end is the last stage. */
        developers: z.strictObject({ from: z.int(), to: z.int().optional() }),
      }),
    )
    .length(STAGE_IDS.length),
  phases: z
    .array(
      z.strictObject({
        id: z.enum(PHASE_IDS),
        number: z.int(),
        name: sentence,
        months: z.strictObject({ from: z.int(), to: z.int().optional() }),
        arr_usd: z.strictObject({ from: z.number(), to: z.number().optional() }),
      }),
    )
    .length(PHASE_IDS.length),
  transitions: z
    .array(
      z.strictObject({
        id: z.enum(TRANSITION_IDS),
        from: z.enum(STAGE_IDS),
        to: z.enum(STAGE_IDS),
        months: range,
      }),
    )
    .length(TRANSITION_IDS.length),
})
export type Axes = z.infer<typeof axesSchema>
export type Stage = Axes['stages'][number]
export type Phase = Axes['phases'][number]
export type Transition = Axes['transitions'][number]

/** Words that mean the same to people and are written differently: each group's first is the playbook's own. */
export const vocabularySchema = z.strictObject({ synonyms: z.array(z.array(z.string().min(2)).min(2)) })
