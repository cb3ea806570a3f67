import type { AnyBlock, ContextActionsBlock } from '@slack/types'
import type { Choice, ReplyKind } from '../../conversation/reply.ts'
import { ACTIONS } from './action-ids.ts'
import { buttonRows, context, type PlacedButton, plain } from './elements.ts'
import { LIMITS } from './limits.ts'

/** Whom a reply is shown to, and what may be done with it. */
export interface Placement {
  /** The turn that it answers; without it, nothing under the reply can be pressed but its choices. */
  turnId?: string
  /** Who asked, by the id on the platform: only they may take the answer back. */
  userId?: string
  /** Only the asker sees it. */
  isPrivate: boolean
  /** The asker may show it to the channel. */
  mayShare: boolean
  /** More of the same reply follows in the next message, and with it what stands at the end. */
  continues?: boolean
  /** Slack refused the message as it was: tables and charts go without the blocks that it may not know yet. */
  isBasic?: boolean
}

const MOST_CHOICES = 10
/** What can be judged: an answer, and that there is none. A refusal can be taken back; asking back needs neither. */
const JUDGED: readonly ReplyKind[] = ['answer', 'unanswerable']
const KEPT: readonly ReplyKind[] = ['clarify']

const choiceButtons = (choices: Choice[]): PlacedButton[] =>
  choices
    .filter(({ question }) => question.trim() !== '' && question.length <= LIMITS.button.value)
    .slice(0, MOST_CHOICES)
    .map(({ label, question }, place) => ({
      action: ACTIONS.choose,
      place,
      label: label.trim() === '' ? question : label,
      value: question,
    }))

const judgement = (turnId: string): ContextActionsBlock['elements'][number] => ({
  type: 'feedback_buttons',
  action_id: ACTIONS.feedback,
  positive_button: {
    text: plain('Helpful'),
    accessibility_label: 'This answer is helpful',
    value: `up:${turnId}`,
  },
  negative_button: {
    text: plain('Not helpful'),
    accessibility_label: 'This answer is not helpful',
    value: `down:${turnId}`,
  },
})

const removal = (turnId: string, userId: string): ContextActionsBlock['elements'][number] => ({
  type: 'icon_button',
  icon: 'trash',
  action_id: ACTIONS.deleteAnswer,
  text: plain('Delete'),
  accessibility_label: 'Delete this answer',
  value: turnId,
  visible_to_user_ids: [userId],
  confirm: {
    title: plain('Delete this answer?'),
    text: plain('It is removed here for everyone, and from the thread that Cairn remembers.'),
    confirm: plain('Delete'),
    deny: plain('Keep'),
    style: 'danger',
  },
})

/** What stands under a reply: how to go on, and what can be done with it. */
export const renderFooter = (
  kind: ReplyKind,
  choices: Choice[],
  { turnId, userId, isPrivate, mayShare, continues = false }: Placement,
): AnyBlock[] => {
  if (continues) return []
  const share: PlacedButton[] =
    turnId !== undefined && isPrivate && mayShare && kind === 'answer'
      ? [{ action: ACTIONS.share, label: 'Share to channel', value: turnId }]
      : []
  const elements =
    turnId === undefined
      ? []
      : [
          ...(JUDGED.includes(kind) ? [judgement(turnId)] : []),
          ...(userId !== undefined && !KEPT.includes(kind) ? [removal(turnId, userId)] : []),
        ]
  const next = choiceButtons(choices)
  return [
    ...(next.length > 0 ? [context(['Go on with'])] : []),
    ...buttonRows([...next, ...share]),
    ...(elements.length > 0 ? [{ type: 'context_actions', elements } satisfies ContextActionsBlock] : []),
  ]
}
