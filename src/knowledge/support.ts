import type { Playbook } from '../playbook/playbook.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { contentStems, stems, type Vocabulary } from './vocabulary.ts'

/** How far a passage covers what a question asks. */
interface Support {
  /** Share of the question's subject words, weighted by rarity, that the passage or its asked lines hold: 0..1. */
  coverage: number
  /** Subject words that the passage does not hold. */
  missing: string[]
}

/** Judges passages by the words of a question. */
export interface Judge {
  support(question: string, passage: Passage): Support
  /** Weight of the question's subject words that a single line holds. */
  overlap(question: string, line: string): number
  /** Subject words of the question that stand nowhere in the playbook. */
  unknown(question: string): string[]
}

/** Makes a judge whose word weights come from the playbook: a word in few entries says more than one in many. */
export const createJudge = (playbook: Playbook, vocabulary: Vocabulary): Judge => {
  const texts = new Map(
    playbook.entries.map((e) => [e.id, new Set(stems([e.section, e.body, ...e.asked].join(' ')))]),
  )
  const frequency = new Map<string, number>()
  for (const words of texts.values())
    for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1)
  const weight = (stem: string) => Math.log(1 + playbook.entries.length / ((frequency.get(stem) ?? 0) + 0.5))
  const holds = (words: ReadonlySet<string>, stem: string) =>
    vocabulary.same(stem).some((same) => words.has(same))

  return {
    support: (question, passage) => {
      const words = texts.get(passage.id) ?? new Set(stems(`${passage.section} ${passage.body}`))
      const subject = contentStems(question)
      const total = subject.reduce((sum, stem) => sum + weight(stem), 0)
      const missing = subject.filter((stem) => !holds(words, stem))
      const lost = missing.reduce((sum, stem) => sum + weight(stem), 0)
      return { coverage: total > 0 ? 1 - lost / total : 0, missing }
    },
    overlap: (question, line) => {
      const words = new Set(stems(line))
      return contentStems(question).reduce((sum, stem) => sum + (holds(words, stem) ? weight(stem) : 0), 0)
    },
    unknown: (question) =>
      contentStems(question).filter((stem) => vocabulary.same(stem).every((same) => !frequency.has(same))),
  }
}
