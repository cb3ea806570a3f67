import { describe, expect, test } from 'vitest'
import { type Surface, validateBlocks, validateMessage, validateView } from './validate-blocks.ts'

const x = (length: number) => 'x'.repeat(length)
const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))
const plain = (length: number) => ({ type: 'plain_text', text: x(length) })
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: x(length) })
const button = (extra: object = {}) => ({ type: 'button', text: plain(2), ...extra })
const actions = (...elements: object[]) => ({ type: 'actions', elements })
const input = (element: object, extra: object = {}) => ({ type: 'input', label: plain(2), element, ...extra })
const option = (length: number, at = 0) => ({ text: plain(length), value: `v${at}` })
const cell = (length: number) => ({ type: 'raw_text', text: x(length) })
const feedback = (text: number, value: number) => ({
  type: 'feedback_buttons',
  positive_button: { text: plain(text), value: x(value) },
  negative_button: { text: plain(1), value: 'b' },
})
const chart = ({ title = 5, series = 1, points = 2, label = 5, name = 5, axis = 5 } = {}) => {
  const categories = times(points, (at) => x(label - 2) + String(at).padStart(2, '0'))
  return {
    type: 'data_visualization',
    title: x(title),
    chart: {
      type: 'bar',
      series: times(series, (at) => ({
        name: x(name - 1) + at,
        data: categories.map((one) => ({ label: one, value: 1 })),
      })),
      axis_config: { categories, y_label: x(axis) },
    },
  }
}
const table = (rows: number, columns: number, length = 1) => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => cell(length))),
})
const dataTable = (rows: number, columns = 1, length = 1) => ({
  ...table(rows, columns, length),
  type: 'data_table',
  caption: 'c',
})
const confirm = (extra: object) => ({
  title: plain(1),
  text: plain(1),
  confirm: plain(1),
  deny: plain(1),
  ...extra,
})

describe('a limit is held at its figure, and complained of one beyond', () => {
  test.each<[string, number, (n: number) => object | object[], Surface?]>([
    ['blocks of a message', 50, (n) => times(n, () => ({ type: 'divider' }))],
    ['blocks of a modal', 100, (n) => times(n, () => ({ type: 'divider' })), 'modal'],
    ['blocks of a home screen', 100, (n) => times(n, () => ({ type: 'divider' })), 'home'],
    ['section', 3_000, (n) => ({ type: 'section', text: mrkdwn(n) })],
    ['fields', 10, (n) => ({ type: 'section', fields: times(n, () => mrkdwn(1)) })],
    ['field', 2_000, (n) => ({ type: 'section', fields: [mrkdwn(n)] })],
    ['header', 150, (n) => ({ type: 'header', text: plain(n) })],
    ['markdown', 12_000, (n) => ({ type: 'markdown', text: x(n) })],
    ['all markdown', 12_000, (n) => [1, n - 1].map((length) => ({ type: 'markdown', text: x(length) }))],
    // Four further blocks cost 125 each.
    [
      'all text',
      13_200 - 4 * 125,
      (n) => [
        { type: 'markdown', text: x(n - 9_000) },
        ...times(3, () => ({ type: 'section', text: mrkdwn(3_000) })),
        { type: 'divider' },
      ],
    ],
    ['elements of a context', 10, (n) => ({ type: 'context', elements: times(n, () => plain(1)) })],
    ['text of a context', 3_000, (n) => ({ type: 'context', elements: [plain(n)] })],
    ['actions', 25, (n) => actions(...times(n, () => button()))],
    [
      'context actions',
      5,
      (n) => ({
        type: 'context_actions',
        elements: times(n, () => ({ type: 'icon_button', icon: 'trash', text: plain(1) })),
      }),
    ],
    ['feedback text', 75, (n) => ({ type: 'context_actions', elements: [feedback(n, 1)] })],
    ['feedback value', 2_000, (n) => ({ type: 'context_actions', elements: [feedback(1, n)] })],
    ['label of a button', 75, (n) => actions(button({ text: plain(n) }))],
    ['value of a button', 2_000, (n) => actions(button({ value: x(n) }))],
    ['url of a button', 3_000, (n) => actions(button({ url: x(n) }))],
    ['accessibility label', 75, (n) => actions(button({ accessibility_label: x(n) }))],
    ['title of a question', 100, (n) => actions(button({ confirm: confirm({ title: plain(n) }) }))],
    ['text of a question', 300, (n) => actions(button({ confirm: confirm({ text: plain(n) }) }))],
    ['yes to a question', 30, (n) => actions(button({ confirm: confirm({ confirm: plain(n) }) }))],
    ['no to a question', 30, (n) => actions(button({ confirm: confirm({ deny: plain(n) }) }))],
    ['action_id', 255, (n) => actions(button({ action_id: x(n) }))],
    ['block_id', 255, (n) => ({ type: 'divider', block_id: x(n) })],
    ['alternative text', 2_000, (n) => ({ type: 'image', image_url: 'u', alt_text: x(n) })],
    ['title of an image', 2_000, (n) => ({ type: 'image', image_url: 'u', alt_text: 'a', title: plain(n) })],
    ['rows of a table', 100, (n) => table(n, 1)],
    ['columns of a table', 20, (n) => table(1, n)],
    [
      'cells of a table',
      10_000,
      (n) => ({ ...table(1, 1), rows: [[2_000, 2_000, 2_000, 2_000, n - 8_000].map(cell)] }),
    ],
    ['rows of a data table', 101, (n) => dataTable(n)],
    ['columns of a data table', 20, (n) => dataTable(2, n)],
    ['page of a data table', 100, (n) => ({ ...dataTable(2), page_size: n })],
    ['charts', 2, (n) => times(n, () => chart())],
    ['tables', 1, (n) => times(n, () => table(1, 1))],
    ['title of a chart', 50, (n) => chart({ title: n })],
    ['series', 6, (n) => chart({ series: n })],
    ['points', 20, (n) => chart({ points: n })],
    ['label of a point', 20, (n) => chart({ label: n })],
    ['name of a series', 20, (n) => chart({ name: n })],
    ['label of an axis', 50, (n) => chart({ axis: n })],
    [
      'segments',
      6,
      (n) => ({
        type: 'data_visualization',
        title: 't',
        chart: { type: 'pie', segments: times(n, (at) => ({ label: `${at}`, value: 1 })) },
      }),
    ],
    ['title of a card', 150, (n) => ({ type: 'card', title: mrkdwn(n) })],
    ['body of a card', 200, (n) => ({ type: 'card', body: mrkdwn(n) })],
    [
      'cards',
      10,
      (n) => ({ type: 'carousel', elements: times(n, () => ({ type: 'card', body: mrkdwn(1) })) }),
    ],
    ['label of an input', 2_000, (n) => input({ type: 'plain_text_input' }, { label: plain(n) }), 'modal'],
    ['hint', 2_000, (n) => input({ type: 'plain_text_input' }, { hint: plain(n) }), 'modal'],
    ['placeholder', 150, (n) => input({ type: 'plain_text_input', placeholder: plain(n) }), 'modal'],
    ['longest text', 3_000, (n) => input({ type: 'plain_text_input', max_length: n }), 'modal'],
    ['initial text', 3_000, (n) => input({ type: 'plain_text_input', initial_value: x(n) }), 'modal'],
    [
      'options',
      100,
      (n) => input({ type: 'static_select', options: times(n, (at) => option(1, at)) }),
      'modal',
    ],
    [
      'radio buttons',
      10,
      (n) => input({ type: 'radio_buttons', options: times(n, (at) => option(1, at)) }),
      'modal',
    ],
    [
      'checkboxes',
      10,
      (n) => input({ type: 'checkboxes', options: times(n, (at) => option(1, at)) }),
      'modal',
    ],
    ['label of an option', 75, (n) => input({ type: 'static_select', options: [option(n)] }), 'modal'],
    [
      'value of an option',
      75,
      (n) => input({ type: 'radio_buttons', options: [{ text: plain(1), value: x(n) }] }),
      'modal',
    ],
    [
      'groups of options',
      100,
      (n) =>
        input({
          type: 'static_select',
          option_groups: times(n, (at) => ({ label: plain(1), options: [option(1, at)] })),
        }),
      'modal',
    ],
    ['files', 10, (n) => input({ type: 'file_input', max_files: n }), 'modal'],
    ['alert', 200, (n) => ({ type: 'alert', text: plain(n) }), 'modal'],
  ])('%s: %d', (_, limit, make, surface = 'message') => {
    expect(validateBlocks([make(limit)].flat(), surface)).toEqual([])
    expect(validateBlocks([make(limit + 1)].flat(), surface)).not.toEqual([])
  })

  test.each<[string, number, (n: number) => object]>([
    ['title', 24, (n) => ({ title: plain(n) })],
    ['submit', 24, (n) => ({ submit: plain(n) })],
    ['close', 24, (n) => ({ close: plain(n) })],
    ['private_metadata', 3_000, (n) => ({ private_metadata: x(n) })],
    ['callback_id', 255, (n) => ({ callback_id: x(n) })],
  ])('%s of a modal: %d', (_, limit, make) => {
    const view = { type: 'modal', title: plain(1), blocks: [{ type: 'divider' }] }
    expect(validateView({ ...view, ...make(limit) })).toEqual([])
    expect(validateView({ ...view, ...make(limit + 1) })).not.toEqual([])
  })

  test('text of a message: 40,000', () => {
    expect(validateMessage({ text: x(40_000), blocks: [] })).toEqual([])
    expect(validateMessage({ text: x(40_001), blocks: [] })).not.toEqual([])
  })

  test('a view of 250 KB', () => {
    const view = { type: 'home', blocks: times(90, () => ({ type: 'section', text: mrkdwn(3_000) })) }
    expect(validateView(view)).toEqual(['the view is above 250 KB'])
  })
})

describe('what Slack refuses', () => {
  test.each<[string, object | object[], Surface?]>([
    ['an unknown type', { type: 'gauge' }],
    ['a key that is not documented', { type: 'divider', color: 'red' }],
    ['an empty text', { type: 'section', text: mrkdwn(0) }],
    ['a section of nothing', { type: 'section' }],
    ['an image without a source', { type: 'image', alt_text: 'a' }],
    ['an action_id twice', actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    ['an action_id twice in two blocks', times(2, () => actions(button({ action_id: 'a' })))],
    ['a block_id twice', times(2, () => ({ type: 'divider', block_id: 'a' }))],
    ['mrkdwn on a button', actions({ type: 'button', text: mrkdwn(1) })],
    [
      'an icon that there is not',
      { type: 'context_actions', elements: [{ type: 'icon_button', icon: 'star', text: plain(1) }] },
    ],
    ['a button among context actions', { type: 'context_actions', elements: [button()] }],
    ['rows that differ', { type: 'table', rows: [[cell(1)], [cell(1), cell(1)]] }],
    ['an empty cell', { type: 'table', rows: [[cell(0)]] }],
    ['a data table of a heading alone', dataTable(1)],
    [
      'labels that are not the categories',
      { ...chart(), chart: { ...chart().chart, axis_config: { categories: ['a', 'b'] } } },
    ],
    ['a value that is none', JSON.parse(JSON.stringify(chart()).replace('"value":1', '"value":null'))],
    ['markdown on a home screen', { type: 'markdown', text: 'x' }, 'home'],
    ['a table in a modal', table(1, 1), 'modal'],
    ['a chart on a home screen', chart(), 'home'],
    ['an alert in a message', { type: 'alert', text: plain(1) }],
    ['feedback in a modal', { type: 'context_actions', elements: [feedback(1, 1)] }, 'modal'],
    [
      'an initial option that is none',
      input({ type: 'radio_buttons', options: [option(1)], initial_option: option(2) }),
      'modal',
    ],
    [
      'options and groups',
      input({
        type: 'static_select',
        options: [option(1)],
        option_groups: [{ label: plain(1), options: [option(1)] }],
      }),
      'modal',
    ],
    ['a select without options', input({ type: 'static_select' }), 'modal'],
    [
      'bounds the wrong way round',
      input({ type: 'number_input', is_decimal_allowed: true, min_value: '2', max_value: '1' }),
      'modal',
    ],
    [
      'a number out of bounds',
      input({ type: 'number_input', is_decimal_allowed: true, max_value: '1', initial_value: '2' }),
      'modal',
    ],
    [
      'a number in letters',
      input({ type: 'number_input', is_decimal_allowed: true, initial_value: '1e21' }),
      'modal',
    ],
  ])('%s', (_, blocks, surface = 'message') => {
    expect(validateBlocks([blocks].flat(), surface)).not.toEqual([])
  })

  test('a message without text for those who see no blocks', () => {
    expect(validateMessage({ text: ' ', blocks: [{ type: 'divider' }] })).not.toEqual([])
  })

  test('a modal that is filled in and cannot be submitted', () => {
    const view = { type: 'modal', title: plain(1), blocks: [input({ type: 'plain_text_input' })] }
    expect(validateView(view)).toEqual(['a modal with inputs has no submit'])
    expect(validateView({ ...view, submit: plain(1) })).toEqual([])
  })

  test('a view of an unknown type', () => {
    expect(validateView({ type: 'workflow_step' })).toHaveLength(1)
    expect(validateView(undefined)).toHaveLength(1)
  })
})
