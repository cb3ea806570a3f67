import type {
  ActionsBlock,
  ContextBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
  Button as SlackButton,
} from '@slack/types'
import type { Button } from '../../conversation/card.ts'
import { actionId } from './action-ids.ts'
import { LIMITS } from './limits.ts'
import { clean, cut, oneLine } from './text.ts'

/** Text in which nothing is markup: no mention, no link, no style. It is never empty, which Slack refuses. */
export const plain = (text: string, limit: number = LIMITS.text, orElse = '–'): PlainTextElement => ({
  type: 'plain_text',
  text: oneLine(text, limit) || oneLine(orElse, limit) || '–',
})

/** Text that is mrkdwn already; `verbatim` keeps Slack from finding links and names in it. */
const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true })

/** A section of mrkdwn, shown whole. */
export const section = (text: string): SectionBlock => ({ type: 'section', text: mrkdwn(text), expand: true })

/** Small grey lines, plain. Elements stand beside each other, so that lines share one. */
export const context = (lines: string[]): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: cut(clean(lines.join('\n')).trim(), LIMITS.text) || '–' }],
})

const confirmOf = ({ title, text, yes }: NonNullable<Button['confirm']>, style: Button['style']) => ({
  title: plain(title, LIMITS.confirm.title),
  text: plain(text, LIMITS.confirm.text),
  confirm: plain(yes, LIMITS.confirm.button, 'Yes'),
  deny: plain('Cancel'),
  ...(style ? { style } : {}),
})

/** A button as it stands in a message or view. */
export interface PlacedButton extends Button {
  /** The number that tells it from others of its action, if there are any. */
  place?: number
  /** What is read aloud instead of a label that is short. */
  spoken?: string
}

const buttonOf = ({ action, place, value, label, spoken, style, confirm }: PlacedButton): SlackButton => ({
  type: 'button',
  action_id: actionId(action, place),
  text: plain(label, LIMITS.button.label, action),
  ...(value === '' ? {} : { value }),
  ...(spoken ? { accessibility_label: oneLine(spoken, LIMITS.button.label) } : {}),
  ...(style ? { style } : {}),
  ...(confirm ? { confirm: confirmOf(confirm, style) } : {}),
})

/** Buttons in rows. One whose value Slack does not carry would do something else than it says, and is left out. */
export const buttonRows = (buttons: PlacedButton[]): ActionsBlock[] => {
  const elements = buttons.filter(({ value }) => value.length <= LIMITS.button.value).map(buttonOf)
  const most = LIMITS.actions.elements
  return Array.from({ length: Math.ceil(elements.length / most) }, (_, row) => ({
    type: 'actions',
    elements: elements.slice(row * most, (row + 1) * most),
  }))
}
