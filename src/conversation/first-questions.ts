import type { Choice } from './reply.ts'

/** What someone may ask who does not know yet what Cairn is good for. No platform shows more than four. */
export const FIRST_QUESTIONS: readonly Choice[] = [
  { label: 'Where do we stand?', question: 'We are 23 developers with $4.2M ARR: where do we stand?' },
  {
    label: 'What comes next?',
    question: 'What should we prepare for when we grow from 20 to 40 developers?',
  },
  { label: 'What can go wrong?', question: 'What are the risks of growing from 8 to 25 developers?' },
  { label: 'How would we know?', question: 'Which KPIs should a team of 8 to 25 developers watch?' },
]
