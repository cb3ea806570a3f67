import type { Entities } from '../knowledge/entities.ts'
import type { Judge } from '../knowledge/support.ts'
import { contentStems } from '../knowledge/vocabulary.ts'
import type { Passage } from '../ports/knowledge-store.ts'

/**
 * Share of a question's subject words, weighted by rarity, that one cited passage has to hold. Measured without a model:
 * of 30 everyday questions of colleagues to each other one comes this far, of 60 questions on scaling 46.
 */
const SHARE = 0.75
/** The same for a question that names a stage, a phase or a move between stages, which colleagues seldom do. */
const SHARE_ON_AXES = 0.5
/** One word alone says what is asked in a question for its meaning: "what are squads?" */
const DEFINITION = /^\s*what(?:'s|\s+(?:is|are|does|do))\b/i

/**
 * Whether an answer made of passages may be given to a question that nobody asked Cairn: the question's own words stand
 * in what is cited, and none of them is foreign to the knowledge base. Nearness alone finds something for every question.
 */
export const isToThePoint = (
  judge: Judge,
  question: string,
  { stages, phases, transitions }: Pick<Entities, 'stages' | 'phases' | 'transitions'>,
  cited: readonly Passage[],
): boolean => {
  const subject = contentStems(question)
  if (subject.length === 0 || (subject.length === 1 && !DEFINITION.test(question))) return false
  // An organization's own documents have words that the shared knowledge does not.
  const isForeign = cited.every(({ origin }) => origin !== 'file') && judge.unknown(question).length > 0
  const share = stages.length + phases.length + transitions.length > 0 ? SHARE_ON_AXES : SHARE
  return !isForeign && cited.some((passage) => judge.support(question, passage).coverage >= share)
}
