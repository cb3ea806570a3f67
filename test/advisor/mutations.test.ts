import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../src/advisor/verify.ts'
import { readPlaybook, readSharedDocuments } from '../../src/app.ts'
import { createVocabulary } from '../../src/knowledge/vocabulary.ts'
import type { Passage } from '../../src/ports/knowledge-store.ts'
import { readAnswers } from '../support/answers.ts'

const playbook = await readPlaybook()
const documents = await readSharedDocuments(playbook)
const passages = new Map<string, Passage>(
  documents.flatMap((document) =>
    document.passages.map((passage) => [
      passage.id,
      { ...passage, documentId: document.id, document: document.title, origin: document.origin },
    ]),
  ),
)
const verifier = createVerifier(playbook.axes, createVocabulary(playbook.synonyms))
const { answers, mutations } = readAnswers()

const droppedOf = (
  question: string,
  computed: string[],
  claims: (typeof answers)[number]['claims'],
): string[] => {
  const verification = verifier({
    find: (id) => passages.get(id),
    given: () => [question, ...computed].join('\n'),
    limit: 10_000,
  })
  for (const { text, cites } of claims)
    verification.claim({
      text: text.startsWith('\n') ? text : `${text} `,
      cites: cites.map(({ passage, quote }) => ({ passageId: passage, quote })),
    })
  verification.close()
  verification.replace([])
  return verification.finish().dropped
}

describe('verification of written answers', () => {
  test.each(answers.map((answer) => [answer.id, answer] as const))(
    '%s is true and stands whole',
    (_, answer) => {
      expect(droppedOf(answer.question, answer.computed, answer.claims)).toEqual([])
    },
  )

  test('of 40 answers with one false element each, at least 38 are caught', () => {
    const missed = mutations.filter(({ of, claims }) => {
      const answer = answers.find(({ id }) => id === of)
      return droppedOf(answer?.question ?? '', answer?.computed ?? [], claims).length === 0
    })
    expect(mutations).toHaveLength(40)
    expect(missed.map(({ of, kind }) => `${of} ${kind}`).length).toBeLessThanOrEqual(2)
  })
})
