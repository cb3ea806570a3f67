import fc from 'fast-check'
import type { Button, Card, Field, Form, Panel } from '../../../src/conversation/card.ts'
import { type Chart, chartSchema } from '../../../src/conversation/chart.ts'
import type { Reply } from '../../../src/conversation/reply.ts'
import { type Table, tableSchema } from '../../../src/conversation/table.ts'
import { hostileText, piece } from './hostile-text.ts'

const label = fc
  .tuple(fc.array(piece, { maxLength: 4 }), fc.constantFrom(1, 1, 30))
  .map(([pieces, times]) => pieces.join(' ').repeat(times))
const short = (most: number) => label.map((text) => text.slice(0, most) || 'x')
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(0.004))

/** Without the keys that have no value. */
const present = <T extends object>(from: T): T =>
  Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T

const anyTable: fc.Arbitrary<Table> = fc
  .tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 98, max: 104 })),
  )
  .chain(([columns, rows]) =>
    fc.record({
      caption: short(200),
      columns: fc.array(fc.record({ name: short(80), kind: fc.constantFrom('text', 'number') }), {
        minLength: columns,
        maxLength: columns,
      }),
      rows: fc
        .array(fc.oneof(number, fc.constant(null), short(2_000)), { minLength: columns, maxLength: columns })
        .map((row) => Array.from({ length: rows }, () => row)),
    }),
  )
  .map((table) => tableSchema.parse(table))

const point = fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.constant(null) })
const seriesOf = (length: number, most: number) =>
  fc.array(
    fc.record({
      name: short(80),
      values: fc
        .array(point, { minLength: 1, maxLength: 4 })
        .map((few) => Array.from({ length }, (_, at) => few[at % few.length])),
    }),
    { minLength: 1, maxLength: most },
  )

const anyChart: fc.Arbitrary<Chart> = fc
  .record({
    kind: fc.constantFrom('line', 'bar', 'stacked_bar', 'radar', 'gauge', 'sparkline'),
    length: fc.oneof(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 3, max: 60 })),
  })
  .chain(({ kind, length }): fc.Arbitrary<object> => {
    const shared = {
      kind: fc.constant(kind),
      title: short(160),
      unit: fc.constantFrom('', '%', '$K a month'),
      altText: optional(short(1_000)),
    }
    const target = optional(fc.record({ value: number, label: short(80) }))
    const categories = fc.array(short(30), { minLength: length, maxLength: length })
    const distinct = categories.map((labels) => labels.map((text, at) => `${at} ${text.slice(0, 10)}`))
    switch (kind) {
      case 'gauge':
        return fc.record({ ...shared, value: point, max: fc.integer({ min: 1, max: 1_000 }), target })
      case 'sparkline':
        return fc.record({ ...shared, values: fc.array(point, { minLength: 2, maxLength: length }) })
      case 'radar':
        return fc.record({
          ...shared,
          axes: fc.constant(
            Array.from({ length: Math.min(length, 12) }, (_, at) => ({ name: `${at}`, max: 5 })),
          ),
          series: seriesOf(Math.min(length, 12), 4),
        })
      default:
        return fc.record({
          ...shared,
          categories: fc.oneof(categories, distinct),
          series: seriesOf(length, 8),
          target,
          annotations: fc.array(fc.record({ at: fc.integer({ min: 0, max: length - 1 }), text: short(80) }), {
            maxLength: 8,
          }),
        })
    }
  })
  .map((chart) => chartSchema.parse(present(chart)))

const citation = fc.record({
  n: fc.integer({ min: 1, max: 60 }),
  type: fc.constant('passage' as const),
  passageId: fc.uuid(),
  document: label,
  section: label,
  quote: hostileText(6),
})

export const anyReply: fc.Arbitrary<Reply> = fc
  .record({
    kind: fc.constantFrom('answer', 'declined', 'unanswerable', 'clarify'),
    text: hostileText(),
    citations: fc.array(citation, { maxLength: 30 }),
    caveats: fc.array(hostileText(4), { maxLength: 12 }),
    table: optional(anyTable),
    chart: optional(anyChart),
    choices: optional(fc.array(fc.record({ label, question: hostileText(3) }), { maxLength: 12 })),
  })
  .map((reply) => present(reply) as Reply)

const name = fc.stringMatching(/^[a-z][a-z_]{0,20}$/)

const button: fc.Arbitrary<Button> = fc
  .record({
    action: name,
    value: fc.string({ maxLength: 2_100 }),
    label,
    style: optional(fc.constantFrom('primary', 'danger')),
    confirm: optional(fc.record({ title: label, text: hostileText(4), yes: label })),
  })
  .map((one) => present(one) as Button)

const card: fc.Arbitrary<Card> = fc
  .record({
    id: name,
    title: label,
    text: hostileText(),
    table: optional(anyTable),
    chart: optional(anyChart),
    buttons: fc.array(button, { maxLength: 30 }),
  })
  .map((one) => present(one) as Card)

export const anyButtons = fc.array(button, { maxLength: 30 })
export const anyCards = fc.oneof(
  fc.array(card, { maxLength: 4 }),
  fc.array(
    card.map((one) => ({ ...one, text: one.text.slice(0, 300) })),
    { maxLength: 40, size: 'max' },
  ),
)
export const anyPanel: fc.Arbitrary<Panel> = fc.record({ title: label, cards: anyCards })

const options = fc.oneof(
  fc.array(fc.record({ value: fc.string({ maxLength: 80 }), label }), { maxLength: 12 }),
  fc
    .integer({ min: 95, max: 260 })
    .map((count) => Array.from({ length: count }, (_, at) => ({ value: `v${at}`, label: `Choice ${at}` }))),
)

const kinds: fc.Arbitrary<object>[] = [
  fc.record({
    kind: fc.constant('text'),
    initial: optional(hostileText(5)),
    multiline: optional(fc.boolean()),
    maxLength: fc.integer({ min: 1, max: 10_000 }),
  }),
  fc.tuple(number, number, optional(number), fc.boolean()).map(([a, b, initial, whole]) => ({
    kind: 'number',
    bounds: [Math.min(a, b), Math.max(a, b)],
    initial,
    whole,
  })),
  options.chain((all) =>
    fc.record({
      kind: fc.constant('choice'),
      options: fc.constant(all),
      initial: optional(fc.constantFrom('other', ...all.map(({ value }) => value))),
    }),
  ),
  fc.record({ kind: fc.constant('switch'), initial: fc.boolean() }),
  fc.record({ kind: fc.constant('person'), initial: optional(fc.constant('U123')) }),
  fc.record({ kind: fc.constant('channel'), initial: optional(fc.constant('C123')) }),
  fc.record({ kind: fc.constant('file'), endings: fc.constant(['.pdf', 'DOCX', 'md']) }),
]

const field: fc.Arbitrary<Field> = fc
  .tuple(
    fc.oneof(...kinds),
    fc.record({ label, hint: optional(hostileText(4)), optional: optional(fc.boolean()) }),
  )
  .map(([kind, base]) => present({ ...base, ...kind }) as Field)

export const anyForm: fc.Arbitrary<Form> = fc
  .record({
    action: name,
    value: fc.string({ maxLength: 200 }),
    title: label,
    submit: label,
    text: optional(hostileText()),
    fields: fc.array(field, { maxLength: 12 }),
  })
  .map(
    (form) =>
      present({ ...form, fields: form.fields.map((one, at) => ({ ...one, name: `f${at}` })) }) as Form,
  )
