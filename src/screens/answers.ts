import type { Button, Card } from '../conversation/card.ts'
import { cutText } from '../conversation/cut-text.ts'
import type { AnsweredTurn, ThreadStore } from '../ports/thread-store.ts'
import { isAdmin } from './admins.ts'
import { findSeenTurn, findTurn, GONE, isAsker } from './may-see.ts'
import { changed, note } from './note.ts'
import type { Actor, Feature } from './screens.ts'

const MOST_SHOWN = 5
const LONGEST_TITLE = 120
const LONGEST_LINE = 200

const EXAMPLES = [
  'What should a team of 20 developers prepare for?',
  'What does phase 2 cost in infrastructure?',
  'How do we move from a small team to squads?',
]

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
const titleOf = (question: string): string =>
  cutText(question.trim().replace(/\s+/g, ' '), LONGEST_TITLE) || 'A message without words'
/** The first line that says something, without list and citation marks. */
const firstLine = (text: string): string =>
  cutText((text.trim().split('\n')[0] ?? '').replace(/\s*\[\d+\]/g, '').replace(/^- /, ''), LONGEST_LINE)

const deletion = (turnId: string): Button => ({
  action: 'delete_answer',
  value: turnId,
  label: 'Delete',
  style: 'danger',
  confirm: {
    title: 'Delete this answer?',
    text: 'The question and its answer are deleted for good, here and where they were posted.',
    yes: 'Delete',
  },
})

const summaryOf = ({ turnId, question, reply, answeredAt }: AnsweredTurn): Card => ({
  id: `answer:${turnId}`,
  title: titleOf(question),
  text: `${firstLine(reply.text)}\n_${dayOf(answeredAt)}_`,
  buttons: [{ action: 'open_answer', value: turnId, label: 'Open' }, deletion(turnId)],
})

const NONE_YET: Card = {
  id: 'answers',
  title: 'Ask Cairn',
  text: 'Ask what comes next for your company: stages by number of developers, growth phases by ARR, the moves between them, risks, roadmaps, costs. Every answer names its sources. Your answers will stand here; to begin, try one of these:',
  buttons: EXAMPLES.map((question) => ({ action: 'ask', value: question, label: question })),
}

const wholeOf = (turn: AnsweredTurn, actor: Actor): Card[] => {
  const { turnId, question, reply } = turn
  const { text, caveats, table, chart, citations } = reply
  const own: Button[] = isAsker(actor, turn)
    ? [{ action: 'share', value: turnId, label: 'Share in a channel' }, deletion(turnId)]
    : []
  return [
    {
      id: 'answer',
      title: titleOf(question),
      text: [text, ...caveats.map((caveat) => `_${caveat}_`)].join('\n\n'),
      ...(table ? { table } : {}),
      ...(chart ? { chart } : {}),
      buttons: own,
    },
    ...citations.map(
      ({ n, document, section, quote }): Card => ({
        id: `source:${n}`,
        title: `[${n}] ${document}`,
        text: `${section}\n\n> ${quote.replaceAll('\n', '\n> ')}`,
        buttons: [{ action: 'open_passage', value: `${turnId}:${n}`, label: 'Read the passage' }],
      }),
    ),
  ]
}

/** What a person was answered last: to read again, and to delete. */
export const createAnswers = (threads: Pick<ThreadStore, 'turn' | 'retire' | 'recentTurns'>): Feature => ({
  cards: async ({ tenantId, person }) => {
    const turns = await threads.recentTurns(tenantId, person.personId, MOST_SHOWN)
    if (turns.length === 0) return [NONE_YET]
    return [
      { id: 'answers', title: 'Your last answers', text: 'Only you see this list.', buttons: [] },
      ...turns.map(summaryOf),
    ]
  },
  actions: {
    open_answer: async (actor, turnId) => {
      const turn = await findSeenTurn(threads, actor, turnId)
      return turn ? { show: 'panel', panel: { title: 'Answer', cards: wholeOf(turn, actor) } } : note(GONE)
    },
    delete_answer: async (actor, turnId) => {
      const turn = await findTurn(threads, actor, turnId)
      if (!turn) return note(GONE)
      if (!isAsker(actor, turn) && !isAdmin(actor))
        return note('Only who asked, or an admin, may delete an answer.')
      const isDeleted = await threads.retire(actor.tenantId, turnId, actor.person.personId)
      return isDeleted ? changed('Deleted.') : note(GONE)
    },
  },
})
