import type { Filling, Screen, ShownField } from '../chat-driver.ts'
import type { Json } from './api-call.ts'
import type { ViewState } from './interact.ts'
import { pressablesIn, wordsIn } from './seen-message.ts'

interface Input {
  blockId: string
  name: string
  label: string
  isOptional: boolean
  element: Json
}

interface Option {
  value: string
}

const blocksOf = (view: Json): Json[] => view.blocks as Json[]

const inputsIn = (view: Json): Input[] =>
  blocksOf(view)
    .filter(({ type }) => type === 'input')
    .map(({ block_id, label, optional, element }) => ({
      blockId: String(block_id),
      name: String((element as Json).action_id),
      label: String((label as Json).text),
      isOptional: optional === true,
      element: element as Json,
    }))

const optionsOf = ({ options, option_groups }: Json): Option[] | undefined =>
  (options as Option[] | undefined) ??
  (option_groups as { options: Option[] }[] | undefined)?.flatMap((group) => group.options)

/** What an element holds before anybody touched it. */
const initialOf = (element: Json): string => {
  if (element.type === 'checkboxes') return String(((element.initial_options ?? []) as Option[]).length > 0)
  const { initial_value, initial_option, initial_user, initial_conversation } = element
  return String(
    initial_value ?? (initial_option as Option)?.value ?? initial_user ?? initial_conversation ?? '',
  )
}

const fieldOf = ({ label, element }: Input): ShownField => {
  const options = element.type === 'checkboxes' ? undefined : optionsOf(element)
  return {
    label,
    ...(options ? { options: options.map(({ value }) => value) } : {}),
    value: initialOf(element),
  }
}

/** A view as someone sees it. */
export const screenOf = (view: Json, userId: string, errors: Record<string, string> = {}): Screen => {
  const { text, small } = wordsIn(blocksOf(view))
  return {
    title: String((view.title as Json | undefined)?.text ?? ''),
    text: [text, ...small].join('\n'),
    buttons: pressablesIn(blocksOf(view), userId).map(({ label }) => label),
    fields: Object.fromEntries(inputsIn(view).map((input) => [input.name, fieldOf(input)])),
    errors,
  }
}

/** Uploads a file as the form's field does. */
export type Upload = (file: { name: string; bytes: Uint8Array }) => Promise<Json>

const stateOf = async (
  { name, isOptional, element }: Input,
  filled: Filling[string],
  upload: Upload,
): Promise<Json> => {
  const { type } = element
  if (typeof filled === 'object') return { type, files: [await upload(filled)] }
  if (type === 'checkboxes')
    return { type, selected_options: String(filled) === 'true' ? element.options : [] }
  const value = String(filled)
  if (value === '' && !isOptional) throw new Error(`Slack does not hand the form in without ${name}`)
  const left = value === '' ? null : value
  switch (type) {
    case 'radio_buttons':
    case 'static_select': {
      const option = optionsOf(element)?.find((one) => one.value === value)
      if (left !== null && !option) throw new Error(`${name} has no option ${value}`)
      return { type, selected_option: option ?? null }
    }
    case 'users_select':
      return { type, selected_user: left }
    case 'conversations_select':
      return { type, selected_conversation: left }
    case 'file_input':
      return { type, files: [] }
    default:
      return { type, value: left }
  }
}

/** What a form holds once it is filled in. @throws for what Slack would not hand in. */
export const fillIn = async (view: Json, filling: Filling, upload: Upload): Promise<ViewState> => {
  const inputs = inputsIn(view)
  const unknown = Object.keys(filling).filter((name) => !inputs.some((input) => input.name === name))
  if (unknown.length > 0) throw new Error(`the form has no ${unknown.join(', ')}`)
  const state: ViewState = {}
  for (const input of inputs) {
    const filled = filling[input.name] ?? initialOf(input.element)
    state[input.blockId] = { [input.name]: await stateOf(input, filled, upload) }
  }
  return state
}
