import { describe, expect, test } from 'vitest'
import { actionOf } from '../../../src/adapters/slack/action-ids.ts'
import { renderReply } from '../../../src/adapters/slack/render-reply.ts'
import { type Chart, chartSchema } from '../../../src/conversation/chart.ts'
import type { Citation, Reply } from '../../../src/conversation/reply.ts'
import type { Table } from '../../../src/conversation/table.ts'
import { validateMessage } from '../../support/slack/validate-blocks.ts'

interface Element {
  type: string
  text?: { text: string } | string
  value?: string
  action_id?: string
  [key: string]: unknown
}
interface Block extends Element {
  elements?: Element[]
}

const citation: Citation = {
  n: 1,
  type: 'passage',
  passageId: 'p1',
  document: 'Growth phases',
  section: 'Phases compared > Infrastructure cost',
  quote: 'Total: $50K a month',
}
const replyOf = (extra: Partial<Reply> = {}): Reply => ({
  kind: 'answer',
  text: 'It costs **$50K a month**. [1]',
  citations: [citation],
  caveats: [],
  ...extra,
})
const where = { turnId: 'turn', userId: 'U1', isPrivate: false, mayShare: false }

const render = (reply: Reply, placement: Parameters<typeof renderReply>[1] = where) => {
  const message = renderReply(reply, placement)
  expect(validateMessage(message)).toEqual([])
  return { ...message, blocks: message.blocks as unknown as Block[] }
}
const typesOf = (blocks: Block[]) => blocks.map(({ type }) => type)
const only = (blocks: Block[], type: string): Block => {
  const found = blocks.filter((block) => block.type === type)
  expect(found).toHaveLength(1)
  return found[0] as Block
}
const elementsOf = (blocks: Block[]) => blocks.flatMap(({ elements = [] }) => elements)
const wordsOf = ({ text }: Element) => (typeof text === 'string' ? text : (text?.text ?? ''))
const contexts = (blocks: Block[]) => elementsOf(blocks.filter(({ type }) => type === 'context')).map(wordsOf)

describe('an answer', () => {
  test('is its text, its sources as buttons, where it comes from, and what can be done with it', () => {
    const { blocks, text, image } = render(replyOf())
    expect(typesOf(blocks)).toEqual(['markdown', 'context', 'actions', 'context_actions'])
    expect(blocks[0]?.text).toBe('It costs **$50K a month**. [1]')
    expect(contexts(blocks)).toEqual(['Sources · AI-generated: check the sources before you rely on it.'])
    expect(elementsOf([only(blocks, 'actions')])).toEqual([
      {
        type: 'button',
        action_id: 'open_passage:1',
        text: { type: 'plain_text', text: '[1] Growth phases › Phases compared › Infrastructure cost' },
        value: 'turn:1',
      },
    ])
    expect(text).toBe(
      'It costs $50K a month. [1]\n\nSources\n[1] Growth phases › Phases compared › Infrastructure cost: “Total: $50K a month”',
    )
    expect(image).toBeUndefined()
  })

  test('can be judged by all and taken back by whoever asked', () => {
    const [feedback, trash] = elementsOf([only(render(replyOf()).blocks, 'context_actions')])
    expect(feedback).toMatchObject({
      type: 'feedback_buttons',
      action_id: 'feedback',
      positive_button: { value: 'up:turn' },
      negative_button: { value: 'down:turn' },
    })
    expect(trash).toMatchObject({
      type: 'icon_button',
      icon: 'trash',
      action_id: 'delete_answer',
      value: 'turn',
      visible_to_user_ids: ['U1'],
    })
    expect(trash).toHaveProperty('confirm.style', 'danger')
  })

  test('of nobody known cannot be taken back', () => {
    const { blocks } = render(replyOf(), { turnId: 'turn', isPrivate: false, mayShare: false })
    expect(elementsOf([only(blocks, 'context_actions')]).map(({ type }) => type)).toEqual([
      'feedback_buttons',
    ])
  })

  test.each([
    [{ isPrivate: true, mayShare: true }, true],
    [{ isPrivate: true, mayShare: false }, false],
    [{ isPrivate: false, mayShare: true }, false],
  ])('%j can be shared: %s', (placement, shared) => {
    const { blocks } = render(replyOf(), { ...where, ...placement })
    const ids = elementsOf(blocks).map(({ action_id }) => action_id)
    expect(ids.includes('share')).toBe(shared)
  })

  test('of no turn has its sources with their words, and nothing to press', () => {
    const { blocks } = render(replyOf(), { isPrivate: false, mayShare: false })
    expect(typesOf(blocks)).toEqual(['markdown', 'context'])
    expect(contexts(blocks)[0]).toBe(
      'Sources · AI-generated: check the sources before you rely on it.\n[1] Growth phases › Phases compared › Infrastructure cost: “Total: $50K a month”',
    )
  })

  test('that goes on in the next message has its end there', () => {
    const { blocks } = render(replyOf(), { ...where, continues: true })
    expect(typesOf(blocks)).toEqual(['markdown', 'context', 'actions'])
  })

  test('warns of what it should be read with', () => {
    const { blocks } = render(replyOf({ caveats: ['Targets differ.', 'Margins are of <!channel> kinds.'] }))
    expect(contexts(blocks)[0]).toBe('⚠️ Targets differ.\n⚠️ Margins are of <!channel> kinds.')
  })

  test('without sources says where it comes from all the same', () => {
    const { blocks } = render(replyOf({ citations: [] }))
    expect(contexts(blocks)).toEqual(['AI-generated: check the sources before you rely on it.'])
  })

  test('offers what to go on with, once for each question that a button carries', () => {
    const choices = [
      { label: 'Costs', question: 'What does phase 2 cost?' },
      { label: '', question: 'And phase 3?' },
      { label: 'Empty', question: ' ' },
      { label: 'Too long', question: 'x'.repeat(2_001) },
    ]
    const { blocks } = render(replyOf({ citations: [], choices }))
    expect(
      elementsOf([only(blocks, 'actions')]).map((one) => [one.action_id, wordsOf(one), one.value]),
    ).toEqual([
      ['choose:0', 'Costs', 'What does phase 2 cost?'],
      ['choose:1', 'And phase 3?', 'And phase 3?'],
    ])
  })
})

describe('other kinds of replies', () => {
  test.each([
    ['declined', ['markdown', 'context_actions'], ['icon_button']],
    ['clarify', ['markdown'], []],
    ['unanswerable', ['markdown', 'context_actions'], ['feedback_buttons', 'icon_button']],
  ] as const)('%s has no more than makes sense', (kind, types, elements) => {
    const { blocks } = render(replyOf({ kind, text: 'No.', citations: [] }))
    expect(typesOf(blocks)).toEqual(types)
    expect(elementsOf(blocks).map(({ type }) => type)).toEqual(elements)
  })

  test('of no text at all are a message still', () => {
    const { text, blocks } = render(replyOf({ kind: 'clarify', text: ' ', citations: [] }))
    expect(text).toBe('–')
    expect(blocks).toEqual([])
  })
})

describe('sources', () => {
  const labels = (citations: Citation[]) =>
    elementsOf([only(render(replyOf({ citations })).blocks, 'actions')]).map(wordsOf)

  test('leave their section room beside a long document', () => {
    const [label] = labels([{ ...citation, document: 'A document whose name goes on and on and on and on' }])
    expect(label).toBe('[1] A document whose name goes on a… › Phases compared › Infrastructure co…')
    expect(label?.length).toBeLessThanOrEqual(75)
  })

  test('without a section are their document', () => {
    expect(labels([{ ...citation, section: '' }])).toEqual(['[1] Growth phases'])
  })

  test('have short names where there are many, and whole ones where they are read aloud', () => {
    const citations = Array.from({ length: 5 }, (_, at) => ({ ...citation, n: at + 1 }))
    const [first] = elementsOf([only(render(replyOf({ citations })).blocks, 'actions')])
    expect(first).toMatchObject({
      text: { text: '[1] Infrastructure cost' },
      accessibility_label: '[1] Growth phases › Phases compared › Infrastructure cost',
    })
  })

  test('of the same mark are one', () => {
    expect(labels([citation, { ...citation, passageId: 'p2' }])).toHaveLength(1)
  })

  test('are as many as there is room for, and the rest is counted', () => {
    const citations = Array.from({ length: 60 }, (_, at) => ({ ...citation, n: at + 1 }))
    const { blocks } = render(replyOf({ citations }))
    expect(contexts(blocks)[0]).toMatch(/^Sources .*\n10 more sources are not shown\.$/)
    expect(blocks.filter(({ type }) => type === 'actions')).toHaveLength(2)
  })
})

describe('a table', () => {
  const table: Table = {
    caption: 'Cost by *phase*',
    columns: [
      { name: 'Phase', kind: 'text' },
      { name: 'Cost', kind: 'number' },
    ],
    rows: [
      ['Foundation', 50_000],
      ['Market Leadership', null],
      ['', 0.004],
    ],
  }
  const long = (rows: number) => ({
    ...table,
    rows: Array.from({ length: rows }, (_, at) => [`a row of some length ${at}`, at]),
  })

  test('of few rows is seen whole, numbers flush right, and what is not known is said', () => {
    const { blocks, text } = render(replyOf({ table }))
    expect(wordsOf(only(blocks, 'section'))).toBe('*Cost by phase*')
    expect(only(blocks, 'table')).toMatchObject({
      rows: [
        ['Phase', 'Cost'],
        ['Foundation', '50,000'],
        ['Market Leadership', 'no data'],
        ['–', '0.004'],
      ].map((row) => row.map((cell) => ({ type: 'raw_text', text: cell }))),
      column_settings: [{ align: 'left', is_wrapped: true }, { align: 'right' }],
    })
    expect(text).toContain('Cost by *phase*:\n- Foundation: Cost: 50,000\n- Market Leadership: Cost: no data')
  })

  test('of many rows is turned over in pages and sorted by its numbers', () => {
    const block = only(render(replyOf({ table: long(11) })).blocks, 'data_table')
    expect(block).toMatchObject({ caption: 'Cost by *phase*', page_size: 10 })
    expect((block.rows as unknown[][])[1]?.[1]).toEqual({ type: 'raw_number', value: 0, text: '0' })
  })

  test.each([
    [100, undefined],
    [101, 'Not shown: 1 more row.'],
    [400, 'Not shown: 300 more rows.'],
  ])('of %d rows says what is left out', (rows, said) => {
    const { blocks } = render(replyOf({ citations: [], table: long(rows) }))
    expect(only(blocks, 'data_table').rows).toHaveLength(101)
    expect(contexts(blocks).find((line) => line.startsWith('Not shown'))).toBe(said)
  })

  test('of more columns than fit says so', () => {
    const columns = Array.from({ length: 22 }, (_, at) => ({ name: `c${at}`, kind: 'number' as const }))
    const { blocks } = render(replyOf({ table: { ...table, columns, rows: [columns.map((_, at) => at)] } }))
    expect((only(blocks, 'table').rows as unknown[][])[0]).toHaveLength(20)
    expect(contexts(blocks)[0]).toBe('Not shown: 2 more columns.')
  })

  test('gives way to the text', () => {
    const { blocks } = render(replyOf({ text: 'word '.repeat(2_200), table: long(100) }))
    expect(contexts(blocks)[0]).toMatch(/^Not shown: \d+ more rows\.$/)
  })
})

describe('a chart', () => {
  const chartOf = (chart: object): Chart =>
    chartSchema.parse({
      kind: 'line',
      title: 'Deployments',
      unit: 'a week',
      categories: ['Jan', 'Feb'],
      series: [{ name: 'Checkout', values: [3, 4] }],
      ...chart,
    })
  const drawn = (chart: object) => render(replyOf({ chart: chartOf(chart) }))

  test.each([
    ['line', 'line'],
    ['bar', 'bar'],
    ['stacked_bar', 'bar'],
  ])('%s is drawn by Slack as %s', (kind, type) => {
    const { blocks, image, text } = drawn({ kind })
    expect(image).toBeUndefined()
    expect(only(blocks, 'data_visualization')).toEqual({
      type: 'data_visualization',
      title: 'Deployments',
      chart: {
        type,
        series: [
          {
            name: 'Checkout',
            data: [
              { label: 'Jan', value: 3 },
              { label: 'Feb', value: 4 },
            ],
          },
        ],
        axis_config: { categories: ['Jan', 'Feb'], y_label: 'a week' },
      },
    })
    expect(text).toContain('Deployments. Checkout: Jan: 3 a week, Feb: 4 a week.')
  })

  test('as a sparkline is drawn as a line', () => {
    const chart = chartSchema.parse({ kind: 'sparkline', title: 'Trend', values: [1, 2, 3] })
    expect(only(render(replyOf({ chart })).blocks, 'data_visualization')).toMatchObject({
      chart: { type: 'line', axis_config: { categories: ['1', '2', '3'] } },
    })
  })

  test('has its target and remarks said, which Slack does not draw', () => {
    const { blocks } = drawn({
      target: { value: 1_100, label: 'own target' },
      annotations: [{ at: 1, text: 'freeze' }],
    })
    expect(contexts(blocks)[0]).toBe('own target: 1,100 a week\nFeb: freeze')
  })

  const many = Array.from({ length: 21 }, (_, at) => at)
  test.each<[string, object]>([
    ['a gap', { series: [{ name: 'a', values: [1, null] }] }],
    ['seven series', { series: many.slice(0, 7).map((at) => ({ name: `${at}`, values: [1, 2] })) }],
    ['21 points', { categories: many.map(String), series: [{ name: 'a', values: many }] }],
    ['a long label', { categories: ['Jan', 'x'.repeat(21)] }],
    ['labels of the same name', { categories: ['Jan', 'Jan'] }],
    ['a long name', { series: [{ name: 'x'.repeat(21), values: [1, 2] }] }],
  ])('with %s is told in words, and sent as an image', (_, chart) => {
    const { blocks, image } = drawn(chart)
    expect(typesOf(blocks)).not.toContain('data_visualization')
    expect(image).toEqual(chartOf(chart))
    expect(contexts(blocks)[0]).toMatch(/^Deployments\. /)
  })

  test.each([
    { kind: 'gauge', title: 'Done', value: 3, max: 10 },
    {
      kind: 'radar',
      title: 'Maturity',
      axes: ['a', 'b', 'c'].map((name) => ({ name, max: 5 })),
      series: [{ name: 'now', values: [1, 2, 3] }],
    },
  ])('of another kind is sent as an image: $kind', (chart) => {
    expect(render(replyOf({ chart: chartSchema.parse(chart) })).image).toEqual(chartSchema.parse(chart))
  })
})

test('where newer blocks are refused, a table is set in letters and a chart is an image', () => {
  const table: Table = { caption: 'Sizes', columns: [{ name: 'Size', kind: 'number' }], rows: [[3], [null]] }
  const chart = chartSchema.parse({ kind: 'sparkline', title: 'Trend', values: [1, 2] })
  const { blocks, image } = render(replyOf({ table, chart }), { ...where, isBasic: true })
  expect(typesOf(blocks)).toEqual([
    'markdown',
    'context',
    'rich_text',
    'context',
    'context',
    'actions',
    'context_actions',
  ])
  expect(JSON.stringify(blocks)).toContain(JSON.stringify('   Size\n      3\nno data'))
  expect(image).toEqual(chart)
})

test('the action of a button is told from its place', () => {
  expect(['open_passage:12', 'share', 'stage:next:3'].map(actionOf)).toEqual([
    'open_passage',
    'share',
    'stage:next',
  ])
})
