import type { AnyBlock, InputBlock, InputBlockElement, ModalView } from '@slack/types'
import type { Field, Form } from '../../conversation/card.ts'
import { context, plain } from './elements.ts'
import { LIMITS } from './limits.ts'
import { renderText } from './render-text.ts'
import { clean, cut, oneLine } from './text.ts'

/** What a form needs to be opened: what comes back with it, and what is wrong with what was filled in before. */
export interface FormContext {
  privateMetadata: string
  errors?: Record<string, string>
}

type Kind<K extends Field['kind']> = Extract<Field, { kind: K }>

/** So many are seen at once; more go into a menu. */
const MOST_RADIO_BUTTONS = 5
const MOST_SECTIONS = 5

const textInput = ({ name, initial, multiline = false, maxLength }: Kind<'text'>): InputBlockElement => {
  const most = Math.max(1, Math.min(Math.floor(maxLength), LIMITS.input.text))
  const value = cut(clean(initial ?? ''), most)
  return {
    type: 'plain_text_input',
    action_id: name,
    multiline,
    max_length: most,
    ...(value === '' ? {} : { initial_value: value }),
  }
}

/** A number in digits alone, as Slack reads it. */
const digits = (number: number): string =>
  number.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 10 })

const numberInput = ({ name, initial, bounds: [least, most], whole }: Kind<'number'>): InputBlockElement => ({
  type: 'number_input',
  action_id: name,
  is_decimal_allowed: !whole,
  ...(Number.isFinite(least) ? { min_value: digits(least) } : {}),
  ...(Number.isFinite(most) ? { max_value: digits(most) } : {}),
  // A value out of bounds would keep the form from opening.
  ...(initial !== undefined && initial >= least && initial <= most ? { initial_value: digits(initial) } : {}),
})

/** The options that Slack carries; one whose value is cut would come back as another. */
const carried = ({ options }: Kind<'choice'>) =>
  options.filter(({ value }) => value !== '' && value.length <= LIMITS.options.value)

const choiceInput = (field: Kind<'choice'>): InputBlockElement => {
  const { name, initial } = field
  const all = carried(field).map(({ value, label }) => ({
    text: plain(label, LIMITS.options.label, value),
    value,
  }))
  const chosen = all.find(({ value }) => value === initial)
  const first = chosen ? { initial_option: chosen } : {}
  if (all.length <= MOST_RADIO_BUTTONS)
    return { type: 'radio_buttons', action_id: name, options: all, ...first }
  const menu = { type: 'static_select', action_id: name, ...first } as const
  const most = LIMITS.options.select
  if (all.length <= most) return { ...menu, options: all }
  const groups = Array.from({ length: Math.ceil(all.length / most) }, (_, at) => ({
    label: plain(`${at * most + 1} to ${Math.min((at + 1) * most, all.length)}`),
    options: all.slice(at * most, (at + 1) * most),
  }))
  return { ...menu, option_groups: groups.slice(0, LIMITS.options.groups) }
}

const ON = { text: plain('On'), value: 'true' }

const elementOf = (field: Field): InputBlockElement => {
  const { name } = field
  switch (field.kind) {
    case 'text':
      return textInput(field)
    case 'number':
      return numberInput(field)
    case 'choice':
      return choiceInput(field)
    case 'switch':
      return {
        type: 'checkboxes',
        action_id: name,
        options: [ON],
        ...(field.initial ? { initial_options: [ON] } : {}),
      }
    case 'person':
      return {
        type: 'users_select',
        action_id: name,
        ...(field.initial ? { initial_user: field.initial } : {}),
      }
    case 'channel':
      return {
        type: 'conversations_select',
        action_id: name,
        filter: { include: ['public', 'private'], exclude_bot_users: true },
        ...(field.initial ? { initial_conversation: field.initial } : {}),
      }
    case 'file':
      return {
        type: 'file_input',
        action_id: name,
        filetypes: field.endings.map((ending) => ending.replace(/^\./, '').toLowerCase()),
        max_files: 1,
      }
  }
}

const inputOf = (field: Field): InputBlock => ({
  type: 'input',
  block_id: field.name,
  label: plain(field.label, LIMITS.input.label, field.name),
  element: elementOf(field),
  // What is not ticked is an answer too.
  optional: field.kind === 'switch' || (field.optional ?? false),
  ...(field.hint && oneLine(field.hint, LIMITS.input.hint) !== ''
    ? { hint: plain(field.hint, LIMITS.input.hint) }
    : {}),
})

const fieldBlocks = (field: Field, error: string | undefined): AnyBlock[] => [
  field.kind === 'choice' && carried(field).length === 0
    ? context([`${oneLine(field.label, LIMITS.input.label)}: there is nothing to choose from yet.`])
    : inputOf(field),
  ...(error === undefined ? [] : [context([`⚠️ ${oneLine(error, LIMITS.input.hint)}`])]),
]

/** A form as a dialog. Fields are named as they are, and what was filled in comes back under their names. */
export const renderForm = (form: Form, { privateMetadata, errors = {} }: FormContext): ModalView => {
  const blocks = [
    ...renderText(form.text ?? '', MOST_SECTIONS),
    ...form.fields.flatMap((field) => fieldBlocks(field, errors[field.name])),
  ]
  return {
    type: 'modal',
    callback_id: form.action,
    private_metadata: privateMetadata,
    title: plain(form.title, LIMITS.view.title, 'Cairn'),
    submit: plain(form.submit, LIMITS.view.button, 'Save'),
    close: plain('Cancel'),
    blocks:
      blocks.length > 0 ? blocks.slice(0, LIMITS.view.blocks) : [context(['There is nothing to fill in.'])],
  }
}
