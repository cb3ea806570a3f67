import { z } from 'zod'
import type { Form } from '../conversation/card.ts'
import type { FeedbackStore } from '../ports/feedback-store.ts'
import type { ThreadStore } from '../ports/thread-store.ts'
import { readFilled, typedText } from './filled.ts'
import { findSeenTurn, findTurn, GONE } from './may-see.ts'
import { note } from './note.ts'
import type { Feature } from './screens.ts'

const LONGEST_REASON = 1_000
const VALUE = /^(up|down):(.+)$/

const reason = z.object({ reason: typedText(LONGEST_REASON).optional() })

const reasonForm = (turnId: string): Form => ({
  action: 'feedback_reason',
  value: turnId,
  title: 'What was wrong?',
  submit: 'Send',
  text: 'Thank you, that is noted. If you like, say what was missing or wrong; the admins can read it.',
  fields: [
    {
      kind: 'text',
      name: 'reason',
      label: 'What was missing or wrong?',
      multiline: true,
      maxLength: LONGEST_REASON,
      optional: true,
    },
  ],
})

export interface FeedbackOptions {
  threads: Pick<ThreadStore, 'turn'>
  feedback: Pick<FeedbackStore, 'record'>
}

/** What people think of answers. A rating stands at once; its reason may follow. */
export const createFeedback = ({ threads, feedback }: FeedbackOptions): Feature => ({
  actions: {
    feedback: async (actor, value) => {
      const [, rating, turnId = ''] = VALUE.exec(value) ?? []
      const turn = await findSeenTurn(threads, actor, turnId)
      if (!turn || (rating !== 'up' && rating !== 'down')) return note(GONE)
      const { personId } = actor.person
      if (!(await feedback.record(actor.tenantId, { turnId, personId, rating }))) return note(GONE)
      return rating === 'up'
        ? note('Thank you! Good to know that it helped.')
        : { show: 'form', form: reasonForm(turnId) }
    },
  },
  submissions: {
    // A form may no longer know from which conversation it was opened; that there is such an answer is enough here.
    feedback_reason: async (actor, turnId, filled) => {
      const { data, wrong } = readFilled(reason, filled)
      if (wrong) return wrong
      if (!(await findTurn(threads, actor, turnId))) return note(GONE)
      if (data.reason === undefined) return note('Thank you, your rating is noted.')
      const { personId } = actor.person
      const isRecorded = await feedback.record(actor.tenantId, {
        turnId,
        personId,
        rating: 'down',
        reason: data.reason,
      })
      return note(isRecorded ? 'Thank you, that helps to do better.' : GONE)
    },
  },
})
