import { contentStems, stems } from '../knowledge/vocabulary.ts'
import type { Playbook } from '../playbook/playbook.ts'

/**
 * What the sources disagree on in these entries as far as the question touches it: the caveat of each conflict that
 * shares a word with the question, in the order of the entries.
 */
export const caveatsOf = (question: string, entryIds: string[], playbook: Playbook): string[] => {
  const subject = contentStems(question)
  const touched = playbook.entries.filter(({ kind, id, section, caveat, asked }) => {
    if (kind !== 'conflict' || entryIds.includes(id)) return false
    const words = new Set(stems([section, caveat, ...asked].join(' ')))
    return subject.some((stem) => words.has(stem))
  })
  return entryIds.flatMap((id) =>
    touched.filter(({ between }) => between.includes(id)).map(({ caveat }) => caveat as string),
  )
}
