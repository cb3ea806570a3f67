import { contentStems, stems } from '../knowledge/vocabulary.ts'
import type { Playbook } from '../playbook/playbook.ts'

/**
 * Makes the function that says what the sources disagree on in some entries, as far as a question touches it: the
 * caveat of each conflict that shares a word with the question, in the order of the entries.
 */
export const createCaveats = (playbook: Playbook) => {
  const conflicts = playbook.entries
    .filter(({ kind }) => kind === 'conflict')
    .map(({ id, between, caveat = '', section, asked }) => {
      return { id, between, caveat, words: new Set(stems([section, caveat, ...asked].join(' '))) }
    })
  return (question: string, entryIds: string[]): string[] => {
    const subject = contentStems(question)
    const touched = conflicts.filter(
      ({ id, words }) => !entryIds.includes(id) && subject.some((stem) => words.has(stem)),
    )
    return entryIds.flatMap((id) =>
      touched.filter(({ between }) => between.includes(id)).map(({ caveat }) => caveat),
    )
  }
}
