import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isEnglish } from '../../../src/conversation/language.ts'
import {
  answers,
  briefIn,
  type CairnOnClaude,
  cited,
  DURATION,
  startCairnOnClaude,
  text,
} from '../../support/cairn-on-claude.ts'

const SMALL = 'claude-haiku-5-5'
const GERMAN = 'Wie lange dauert der Umstieg von einem kleinen auf ein mittleres Team?'
const READ = 'How long does the move from a small to a medium team take?'
const ANSWER = 'Der Umstieg ist auf 6 bis 9 Monate angelegt.'

describe('a question of another language', () => {
  let cairn: CairnOnClaude
  beforeAll(async () => {
    cairn = await startCairnOnClaude({}, { MODEL_SMALL: SMALL })
  })
  afterAll(() => cairn?.close())

  test('is read by the small model, found in English, and asked and answered in its own', async () => {
    cairn.api.respond(
      { content: [text(JSON.stringify({ english: READ }))] },
      answers(cited(ANSWER, DURATION)),
    )
    const { reply, requests, passages, usage } = await cairn.ask(GERMAN)
    expect(reply.text).toBe(`${ANSWER} [1]`)
    expect(passages[0]?.passage.id).toBe(DURATION)
    expect(requests.map(({ body }) => body.model)).toEqual([SMALL, 'claude-sonnet-5-5'])
    expect(JSON.stringify(requests[0]?.body)).not.toContain('search_result')
    expect(briefIn(requests[1] as (typeof requests)[number])).toContain(JSON.stringify(GERMAN))
    expect(usage.map(({ model }) => model)).toEqual([SMALL, 'claude-sonnet-5-5'])
  })

  test.each([
    ['fails', { status: 500 }],
    ['is refused', { status: 401 }],
    ['gives no JSON', { content: [text('Ich weiß es nicht.')] }],
    ['gives nothing', { content: [text('{"english": "  "}')] }],
  ])('is answered all the same when its reading %s', async (_, reading) => {
    cairn.api.respond(reading, answers(cited(ANSWER, DURATION)))
    const { reply, shown } = await cairn.ask(GERMAN)
    expect(reply.text).toBe(`${ANSWER} [1]`)
    expect(shown.trim()).toBe(reply.text)
  })

  test('a reading adds no figure that may be said', async () => {
    cairn.api.respond(
      { content: [text(JSON.stringify({ english: `${READ} It takes 99 weeks.` }))] },
      answers(cited(ANSWER, DURATION), text(' Andere brauchen 99 Wochen.')),
      { content: [text('-')] },
    )
    const { reply } = await cairn.ask(GERMAN)
    expect(reply.text).toBe(`${ANSWER} [1]`)
  })

  test('an English one is not read', async () => {
    cairn.api.respond(answers(cited('It takes 6-9 months.', DURATION)))
    const { requests } = await cairn.ask(READ)
    expect(requests).toHaveLength(1)
  })

  test('a follow-up is asked as it was written', async () => {
    cairn.api.respond(answers(cited('It takes 6-9 months.', DURATION)))
    const { requests } = await cairn.ask('and for the next one?', {
      thread: [{ question: READ, kind: 'answer', answer: 'It takes 6-9 months.', cited: [DURATION] }],
    })
    expect(briefIn(requests[0] as (typeof requests)[number])).toContain('"and for the next one?"')
  })
})

test.each([
  ['how long does it take?', true],
  ['phase 2 KPIs', true],
  ['NRR target?', true],
  ['what does the café pay?', true],
  [GERMAN, false],
  ['¿Cuánto dura la fase dos de la empresa?', false],
  ['Combien de développeurs en phase 2 ?', false],
  ['フェーズ2の目標は?', false],
  ['какие риски', false],
])('%s: English is %s', (question, expected) => {
  expect(isEnglish(question)).toBe(expected)
})
