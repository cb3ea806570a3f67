import { describe, expect, test } from 'vitest'
import { readForm } from '../../../src/adapters/slack/read-form.ts'
import { renderHome, renderPanel } from '../../../src/adapters/slack/render-cards.ts'
import { renderForm } from '../../../src/adapters/slack/render-form.ts'
import { renderNotice } from '../../../src/adapters/slack/render-notice.ts'
import type { Card, Field, Form } from '../../../src/conversation/card.ts'
import { validateMessage, validateView } from '../../support/slack/validate-blocks.ts'

const card = (extra: Partial<Card> = {}): Card => ({
  id: 'c',
  title: 'Stage',
  text: 'You are at **stage 3**.',
  buttons: [],
  ...extra,
})
const button = (label: string) => ({ action: 'open', value: label, label })

describe('a notice', () => {
  test('is its text in mrkdwn, which Slack looks for nothing in, with its buttons', () => {
    const message = renderNotice('Saved **Handbook**. <!channel>', [
      {
        ...button('Undo'),
        style: 'danger',
        confirm: { title: 'Undo?', text: 'It is gone then.', yes: 'Undo' },
      },
    ])
    expect(validateMessage(message)).toEqual([])
    expect(message.text).toBe('Saved Handbook. &lt;!channel&gt;')
    expect(message.blocks).toMatchObject([
      { type: 'section', text: { type: 'mrkdwn', verbatim: true } },
      {
        type: 'actions',
        elements: [
          { action_id: 'open:0', value: 'Undo', style: 'danger', confirm: { deny: { text: 'Cancel' } } },
        ],
      },
    ])
  })

  test('of no text is a message still', () => {
    expect(validateMessage(renderNotice(''))).toEqual([])
  })
})

describe('the home screen', () => {
  test('has cards under each other, and no two buttons of the same id', () => {
    const view = renderHome([card({ buttons: [button('A'), button('B')] }), card({ buttons: [button('C')] })])
    expect(validateView(view)).toEqual([])
    expect(view.blocks.map(({ type }) => type)).toEqual([
      'header',
      'section',
      'actions',
      'divider',
      'header',
      'section',
      'actions',
    ])
    expect(JSON.stringify(view).match(/open:\d/g)).toEqual(['open:0', 'open:1', 'open:2'])
  })

  test('has tables in letters of one width, and charts in words', () => {
    const view = renderHome([
      card({
        table: {
          caption: 'Risks',
          columns: [
            { name: 'Risk', kind: 'text' },
            { name: 'Open', kind: 'number' },
          ],
          rows: [
            ['Hiring', 12],
            ['Cost', null],
          ],
        },
        chart: { kind: 'gauge', title: 'Done', unit: '%', value: null, min: 0, max: 100 },
      }),
    ])
    expect(validateView(view)).toEqual([])
    expect(JSON.stringify(view.blocks)).toContain(
      JSON.stringify('Risk       Open\nHiring       12\nCost    no data'),
    )
    expect(JSON.stringify(view.blocks)).toContain('Done: no data on a scale from 0% to 100%.')
  })

  test('of nothing says how to begin', () => {
    const view = renderHome([])
    expect(validateView(view)).toEqual([])
    expect(JSON.stringify(view)).toContain('Nothing here yet')
  })

  test('says how many cards are left out', () => {
    const view = renderHome(Array.from({ length: 60 }, () => card()))
    expect(validateView(view)).toEqual([])
    expect(JSON.stringify(view.blocks.at(-1))).toContain('27 more parts are not shown.')
  })

  test('is never too large', () => {
    const view = renderHome(Array.from({ length: 20 }, () => card({ text: 'é'.repeat(40_000) })))
    expect(validateView(view)).toEqual([])
  })
})

describe('a panel', () => {
  test('does not say its title twice', () => {
    const view = renderPanel({ title: 'Stage', cards: [card()] })
    expect(validateView(view)).toEqual([])
    expect(view.blocks.map(({ type }) => type)).toEqual(['section'])
    expect(view).toMatchObject({ title: { text: 'Stage' }, close: { text: 'Close' } })
  })

  test('of nothing says so', () => {
    expect(validateView(renderPanel({ title: '', cards: [] }))).toEqual([])
  })
})

const field = (extra: object): Field => ({ name: 'f', label: 'Label', ...extra }) as Field
const formOf = (...fields: Field[]): Form => ({
  action: 'save',
  value: 'v',
  title: 'Settings',
  submit: 'Save',
  fields,
})
const elementOf = (extra: object) => {
  const view = renderForm(formOf(field(extra)), { privateMetadata: '' })
  expect(validateView(view)).toEqual([])
  return view.blocks[0] as unknown as { element: Record<string, unknown>; optional: boolean; hint?: object }
}
const options = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ value: `v${at}`, label: `L${at}` }))

describe('a form', () => {
  test('names itself and carries what it was given', () => {
    const view = renderForm(
      { ...formOf(field({ kind: 'switch', initial: true })), text: 'Choose **well**.' },
      { privateMetadata: 'meta' },
    )
    expect(validateView(view)).toEqual([])
    expect(view).toMatchObject({
      type: 'modal',
      callback_id: 'save',
      private_metadata: 'meta',
      title: { text: 'Settings' },
      submit: { text: 'Save' },
      close: { text: 'Cancel' },
      blocks: [{ type: 'section' }, { type: 'input', block_id: 'f', element: { action_id: 'f' } }],
    })
  })

  test.each<[string, object, object]>([
    [
      'text',
      { kind: 'text', initial: 'too long', multiline: true, maxLength: 5 },
      { type: 'plain_text_input', multiline: true, max_length: 5, initial_value: 'too…' },
    ],
    ['long text', { kind: 'text', maxLength: 9_000 }, { type: 'plain_text_input', max_length: 3_000 }],
    [
      'number',
      { kind: 'number', initial: 0.5, bounds: [0, 1e21], whole: false },
      {
        type: 'number_input',
        is_decimal_allowed: true,
        initial_value: '0.5',
        min_value: '0',
        max_value: '1000000000000000000000',
      },
    ],
    [
      'few choices',
      { kind: 'choice', options: options(5), initial: 'v1' },
      { type: 'radio_buttons', initial_option: { value: 'v1' } },
    ],
    ['many choices', { kind: 'choice', options: options(6), initial: 'other' }, { type: 'static_select' }],
    [
      'switch',
      { kind: 'switch', initial: true },
      { type: 'checkboxes', initial_options: [{ value: 'true' }] },
    ],
    ['person', { kind: 'person', initial: 'U1' }, { type: 'users_select', initial_user: 'U1' }],
    [
      'channel',
      { kind: 'channel', initial: 'C1' },
      {
        type: 'conversations_select',
        initial_conversation: 'C1',
        filter: { include: ['public', 'private'] },
      },
    ],
    [
      'file',
      { kind: 'file', endings: ['.PDF', 'md'] },
      { type: 'file_input', filetypes: ['pdf', 'md'], max_files: 1 },
    ],
  ])('has a field for a %s', (_, given, element) => {
    expect(elementOf(given).element).toMatchObject(element)
  })

  test('leaves out a number that is out of bounds, and bounds that are none', () => {
    const { element } = elementOf({ kind: 'number', initial: 9, bounds: [-Infinity, 5], whole: true })
    expect(element).toEqual({
      type: 'number_input',
      action_id: 'f',
      is_decimal_allowed: false,
      max_value: '5',
    })
  })

  test('has hundreds of choices in groups', () => {
    const { element } = elementOf({ kind: 'choice', options: options(230) })
    expect((element.option_groups as { label: { text: string } }[]).map(({ label }) => label.text)).toEqual([
      '1 to 100',
      '101 to 200',
      '201 to 230',
    ])
  })

  test('says where there is nothing to choose from', () => {
    const view = renderForm(formOf(field({ kind: 'choice', options: [] })), { privateMetadata: '' })
    expect(validateView(view)).toEqual([])
    expect(view.blocks[0]?.type).toBe('context')
  })

  test('tells which fields may stay empty; a switch is an answer either way', () => {
    expect(elementOf({ kind: 'person' }).optional).toBe(false)
    expect(elementOf({ kind: 'person', optional: true, hint: 'Who?' })).toMatchObject({
      optional: true,
      hint: { text: 'Who?' },
    })
    expect(elementOf({ kind: 'switch', initial: false }).optional).toBe(true)
  })

  test('says under a field what is wrong with it', () => {
    const view = renderForm(formOf(field({ kind: 'person' })), {
      privateMetadata: '',
      errors: { f: 'Not *here*.' },
    })
    expect(validateView(view)).toEqual([])
    expect(JSON.stringify(view.blocks[1])).toContain('⚠️ Not *here*.')
  })
})

describe('what was filled in', () => {
  const state = (values: Record<string, object>) => ({
    values: Object.fromEntries(Object.entries(values).map(([name, element]) => [name, { [name]: element }])),
  })

  test('is read as text, and what was left empty is absent', () => {
    expect(
      readForm(
        state({
          text: { type: 'plain_text_input', value: ' words ' },
          blank: { type: 'plain_text_input', value: '  ' },
          empty: { type: 'plain_text_input', value: null },
          number: { type: 'number_input', value: '3.5' },
          radio: {
            type: 'radio_buttons',
            selected_option: { text: { type: 'plain_text', text: 'L' }, value: 'v' },
          },
          menu: { type: 'static_select', selected_option: null },
          on: { type: 'checkboxes', selected_options: [{ value: 'true' }] },
          off: { type: 'checkboxes', selected_options: [] },
          person: { type: 'users_select', selected_user: 'U1' },
          channel: { type: 'conversations_select', selected_conversation: 'C1' },
          file: { type: 'file_input', files: [{ id: 'F1', name: 'a.pdf' }, { id: 'F2' }] },
        }),
      ),
    ).toEqual({
      values: {
        text: 'words',
        number: '3.5',
        radio: 'v',
        on: 'true',
        off: 'false',
        person: 'U1',
        channel: 'C1',
      },
      fileIds: ['F1', 'F2'],
    })
  })

  test.each([
    undefined,
    null,
    {},
    { values: [] },
    { values: { a: { a: 'x' } } },
    { values: { a: { a: { type: 'x', value: 3 } } } },
  ])('is refused when it is no state: %j', (given) => {
    expect(() => readForm(given)).toThrow(/could not be read; open the form again/)
  })

  test('has no fields of other names', () => {
    expect(Object.getPrototypeOf(readForm({ values: { ['__proto__']: {} } }).values)).toBe(Object.prototype)
  })
})
