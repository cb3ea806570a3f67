import { understand } from '../../src/knowledge/understand.ts'
import type { Ask } from '../../src/ports/composer.ts'
import type { Passage } from '../../src/ports/knowledge-store.ts'
import { projectPlaybook } from './playbook.ts'

const { axes } = await projectPlaybook()

/** What a composer is asked, with these passages as what was found, best first. */
export const anAsk = (question: string, passages: Passage[], given: Partial<Ask> = {}): Ask => {
  const ranked = passages.map((passage) => ({
    passage,
    cosine: 1,
    line: undefined,
    lineText: undefined,
    termCounts: {},
    words: 10,
    score: 1,
    signals: { cosine: 1, line: 0, lexical: 1 },
  }))
  const understood = understand(question, axes)
  return {
    question,
    understood,
    facets: [{ text: question, entities: understood.entities, ranked }],
    passages: ranked,
    thread: [],
    limit: 900,
    computed: undefined,
    lacksData: false,
    tools: [],
    ...given,
  }
}
