import { actionOf } from '../../../src/adapters/slack/action-ids.ts'
import type { Shown, ShownChart, ShownTable } from '../chat-driver.ts'
import type { Json } from './api-call.ts'
import type { SlackMessage } from './conversation.ts'

/** Something that can be pressed, and what Slack tells when it is. */
export interface Pressable {
  label: string
  actionId: string
  given: Json
}

const isJson = (node: unknown): node is Json => typeof node === 'object' && node !== null

/** Markdown and mrkdwn as they are read. */
const asRead = (text: string): string =>
  text
    .replace(/[\u200b\u2060]/g, '')
    .replace(/(\*\*?)(\S(?:[^*\n]*\S)?)\1/g, '$2')
    .replace(/(?<!\w)_(\S(?:[^_\n]*\S)?)_(?!\w)/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** Every text within, in order; what is pressed and what is filled in has its own. */
const textsIn = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(textsIn)
  if (!isJson(node)) return []
  if (typeof node.text === 'string') return [asRead(node.text)]
  return [node.text, ...(Array.isArray(node.fields) ? node.fields : []), node.elements].flatMap(textsIn)
}

const WITHOUT_TEXT = ['actions', 'context', 'context_actions', 'data_table', 'input', 'table', 'task_card']

/** What blocks say, and what they say in small letters. */
export const wordsIn = (blocks: Json[]): { text: string; small: string[] } => ({
  text: blocks
    .filter(({ type }) => !WITHOUT_TEXT.includes(String(type)))
    .flatMap(textsIn)
    .join('\n'),
  small: blocks
    .filter(({ type }) => type === 'context')
    .flatMap(textsIn)
    .flatMap((text) => text.split('\n')),
})

const labelOf = (node: unknown): string => (isJson(node) ? String(node.text) : '')

const isSeenBy = ({ visible_to_user_ids: ids }: Json, userId: string): boolean =>
  !Array.isArray(ids) || ids.includes(userId)

/** What someone can press in blocks. */
export const pressablesIn = (blocks: Json[], userId: string): Pressable[] =>
  blocks
    .filter(({ type }) => type === 'actions' || type === 'context_actions')
    .flatMap(({ elements }) => elements as Json[])
    .flatMap((element): Pressable[] => {
      const actionId = String(element.action_id)
      if (element.type === 'feedback_buttons')
        return [element.positive_button, element.negative_button]
          .filter(isJson)
          .map(({ text, value }) => ({ label: labelOf(text), actionId, given: { value } }))
      return isSeenBy(element, userId) ? [{ label: labelOf(element.text), actionId, given: {} }] : []
    })

const tableIn = (blocks: Json[]): ShownTable | undefined => {
  const at = blocks.findIndex(({ type }) => type === 'table' || type === 'data_table')
  const block = blocks[at]
  if (!block) return undefined
  const [above = ''] = textsIn(blocks[at - 1])
  return {
    caption: typeof block.caption === 'string' ? block.caption : above,
    rows: (block.rows as Json[][]).map((row) => row.map(({ text }) => String(text))),
  }
}

const chartIn = (blocks: Json[]): ShownChart | undefined => {
  const block = blocks.find(({ type }) => type === 'data_visualization')
  if (!block) return undefined
  const { series, axis_config } = block.chart as {
    series: { name: string; data: { value: number }[] }[]
    axis_config: { categories: string[] }
  }
  return {
    title: String(block.title),
    categories: axis_config.categories,
    series: Object.fromEntries(series.map(({ name, data }) => [name, data.map(({ value }) => value)])),
  }
}

const CAVEAT = '⚠️ '

/** A message as this person sees it. */
export const seenIn = (
  message: SlackMessage,
  userId: string,
): Omit<Shown, 'conversation' | 'id' | 'isPrivate' | 'isFinal'> => {
  const { blocks = [], files = [] } = message
  const { text, small } = wordsIn(blocks)
  const pressables = pressablesIn(blocks, userId)
  const [table, chart] = [tableIn(blocks), chartIn(blocks)]
  return {
    // The text of a streamed message stands beside its blocks.
    text: text || asRead(message.text),
    sources: pressables
      .filter(({ actionId }) => actionOf(actionId) === 'open_passage')
      .map(({ label }) => label),
    caveats: small.filter((line) => line.startsWith(CAVEAT)).map((line) => line.slice(CAVEAT.length)),
    smallPrint: small.filter((line) => !line.startsWith(CAVEAT)).join('\n'),
    steps: blocks.filter(({ type }) => type === 'task_card').map(({ title }) => String(title)),
    buttons: pressables.map(({ label }) => label),
    ...(table ? { table } : {}),
    ...(chart ? { chart } : {}),
    files: files.map(({ name }) => name),
  }
}
