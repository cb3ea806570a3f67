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

type Corpus = ReturnType<typeof readAnswers>

const droppedOf = (
  { question, computed }: Corpus['answers'][number],
  claims: Corpus['answers'][number]['claims'],
) => {
  const verification = verifier({
    find: (id) => passages.get(id),
    given: () => [question, ...computed].join('\n'),
    limit: 10_000,
  })
  for (const { text, cites } of claims)
    verification.claim({
      text: /^\n|^[.,;:]/.test(text) ? text : ` ${text}`,
      cites: cites.map(({ passage, quote }) => ({ passageId: passage, quote })),
    })
  verification.close()
  verification.replace([])
  return verification.finish().dropped
}

describe.each([
  // The rules were made while looking at the first. The second was written without sight of them and is harder; what
  // is missed of it is known: things without a figure, counted or foreign ones, and names exchanged in one sentence.
  { file: 'answers.yaml', true: 60, harmed: 0, mutated: 40, caught: 38 },
  { file: 'more-answers.yaml', true: 40, harmed: 1, mutated: 30, caught: 20 },
])('verification of $file', ({ file, ...expected }) => {
  const { answers, mutations } = readAnswers(file)
  const byId = new Map(answers.map((answer) => [answer.id, answer]))

  test('true answers stand whole', () => {
    const harmed = answers.flatMap((answer) =>
      droppedOf(answer, answer.claims).map((dropped) => `${answer.id} ${dropped}`),
    )
    expect(answers).toHaveLength(expected.true)
    if (harmed.length > expected.harmed) expect(harmed).toEqual([])
  })

  test('one false element each is caught', () => {
    const missed = mutations.filter(
      ({ of, claims }) => droppedOf(byId.get(of) as Corpus['answers'][number], claims).length === 0,
    )
    expect(mutations).toHaveLength(expected.mutated)
    if (mutations.length - missed.length < expected.caught)
      expect(missed.map(({ of, kind }) => `${of} ${kind}`)).toEqual([])
  })
})
