import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { piecesOf } from '../../../src/advisor/citable.ts'
import type { Turn } from '../../../src/conversation/thread.ts'
import {
  answers,
  type blocksIn,
  briefIn,
  type CairnOnClaude,
  cited,
  citing,
  DURATION,
  HOW_LONG,
  SIX_TO_NINE,
  startCairnOnClaude,
  TARGETS,
  text,
  uses,
} from '../../support/cairn-on-claude.ts'
import { blocksOf, innerBlocks } from '../../support/fake-messages-api/request.ts'

let cairn: CairnOnClaude
beforeAll(async () => {
  cairn = await startCairnOnClaude()
})
beforeEach(() => {
  cairn.api.respondWith(() => answers(SIX_TO_NINE))
})
afterAll(() => cairn?.close())

const PROMPT = readFileSync('prompts/advisor.md', 'utf8').trim()
const MODEL = 'claude:claude-sonnet-5-5'
const aTurn = (n: number): Turn => ({
  question: `what is question ${n}?`,
  kind: 'answer',
  answer: `This is **answer ${n}**. [1] It goes on.`,
  cited: [DURATION],
})
const texts = (blocks: { text?: string }[]) => blocks.map((block) => block.text)

describe('what is sent', () => {
  test('the knowledge as search results, the same bytes for every question, so that the second one reads the cache', async () => {
    const first = await cairn.ask(HOW_LONG)
    const second = await cairn.ask('what is the target for market penetration?', { thread: [aTurn(1)] })
    const bodies = [...first.requests, ...second.requests].map(({ body }) => body)
    expect(bodies).toHaveLength(2)
    const passages = new Map((await cairn.app.passages('local')).map((passage) => [passage.id, passage]))
    for (const body of bodies) {
      expect(body.system).toEqual([{ type: 'text', text: PROMPT }])
      expect(body.stream).toBe(true)
      for (const absent of ['temperature', 'top_p', 'thinking', 'metadata', 'tool_choice'])
        expect(body).not.toHaveProperty(absent)
      expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(1)
    }
    const upToCache = bodies.map((body) => {
      const [opening] = body.messages
      const blocks = opening?.content as ReturnType<typeof blocksIn>
      const end = blocks.findIndex(({ cache_control }) => cache_control)
      expect(blocks[end]?.cache_control).toEqual({ type: 'ephemeral' })
      return { tools: body.tools, system: body.system, blocks: blocks.slice(0, end + 1) }
    })
    expect(JSON.stringify(upToCache[1])).toBe(JSON.stringify(upToCache[0]))
    expect(first.usage[0]).toMatchObject({ cacheReadTokens: 0 })
    expect(second.usage[0]?.cacheReadTokens).toBe(first.usage[0]?.cacheWriteTokens)
    expect(second.usage[0]?.cacheWriteTokens).toBe(0)

    const sent = upToCache[0]?.blocks ?? []
    expect(sent.length).toBeGreaterThan(200)
    for (const block of sent) {
      const passage = passages.get(block.source as string)
      expect(block).toMatchObject({
        type: 'search_result',
        title: `${passage?.document} > ${passage?.section}`,
        citations: { enabled: true },
      })
      expect(texts(innerBlocks(block)).join('')).toBe(passage?.body)
    }
    const targets = sent.find(({ source }) => source === TARGETS)
    expect(texts(innerBlocks(targets as (typeof sent)[0]))).toEqual(piecesOf(passages.get(TARGETS) as never))
    expect(innerBlocks(targets as (typeof sent)[0])).toHaveLength(6)
  })

  test('tools are strict and take nothing but what they look for', async () => {
    const { requests } = await cairn.ask(HOW_LONG)
    const tools = requests[0]?.body.tools ?? []
    expect(tools.map(({ name, strict }) => [name, strict])).toEqual([
      ['search_knowledge', true],
      ['place_on_axes', true],
    ])
    expect(tools.flatMap(({ input_schema }) => Object.keys(input_schema?.properties ?? {}))).toEqual([
      'query',
      'developers',
      'arr_usd',
    ])
  })

  test('the thread as messages behind the knowledge, its older turns summed up, its questions fenced', async () => {
    const { requests } = await cairn.ask(HOW_LONG, {
      thread: Array.from({ length: 9 }, (_, n) => aTurn(n + 1)),
    })
    const [request] = requests
    const messages = request?.body.messages ?? []
    expect(messages.map(({ role }) => role)).toEqual([
      ...Array.from({ length: 6 }, () => ['user', 'assistant']).flat(),
      'user',
    ])
    expect(messages[1]).toEqual({ role: 'assistant', content: 'This is answer 4. It goes on.' })
    expect(messages[2]?.content).toEqual([
      { type: 'text', text: '<question>\n"what is question 5?"\n</question>' },
    ])
    const brief = briefIn(request as (typeof requests)[0])
    expect(brief).toContain(
      `<earlier_in_this_thread>\n${JSON.stringify('- "what is question 1?": This is answer 1.\n- "what is question 2?": This is answer 2.\n- "what is question 3?": This is answer 3.')}\n</earlier_in_this_thread>`,
    )
    expect(brief).toContain(`<question>\n${JSON.stringify(HOW_LONG)}\n</question>`)
    expect(brief).toMatch(/Answer within \d+ characters\.$/)
  })

  test('a follow-up is asked in the light of the thread', async () => {
    const thread: Turn[] = [
      {
        question: 'what are the scaling triggers of stage 2?',
        kind: 'answer',
        answer: 'They are many.',
        cited: ['stage.small_team.triggers'],
      },
    ]
    const { requests } = await cairn.ask('and for the next stage?', { thread })
    expect(briefIn(requests[0] as (typeof requests)[0])).toMatch(/sections_that_may_fit_best>\n".*Stage 3/)
  })

  test('answers that hold no words are no part of the conversation', async () => {
    const { requests } = await cairn.ask(HOW_LONG, { thread: [{ ...aTurn(1), answer: '[1]' }] })
    expect(requests[0]?.refused).toBeUndefined()
    expect(requests[0]?.body.messages).toHaveLength(1)
  })
})

describe('the answer', () => {
  test('comes sentence by sentence while the model still writes, and stands as it was shown', async () => {
    cairn.api.respond({
      ...answers(
        SIX_TO_NINE,
        cited(' Market penetration is to stay above 25% in target markets.', TARGETS, 3),
        cited(' Milestones are to be achieved above 90%.', TARGETS, 2),
      ),
      deltaMs: 25,
    })
    const { reply, progress, shown, requests } = await cairn.ask(HOW_LONG)
    const last = requests[0]?.deltas.at(-1) as number
    const at = progress.filter(({ event }) => event.type === 'text').map((one) => one.at)
    expect(at.length).toBeGreaterThanOrEqual(3)
    expect(at[0]).toBeLessThan(last - 200)
    expect(at[1]).toBeLessThan(last - 100)
    expect(reply.text).toBe(shown.trim())
    expect(reply.text).toBe(
      'The move is planned for six to nine months. [1] Market penetration is to stay above 25% in target markets. [2] Milestones are to be achieved above 90%. [3]',
    )
    expect(reply.citations.map(({ passageId, quote }) => [passageId, quote])).toEqual([
      [DURATION, expect.stringMatching(/^Plan 6-9 months/)],
      [TARGETS, 'Market penetration rate: above 25% in target markets'],
      [TARGETS, 'Scaling milestone achievement: above 90%'],
    ])
  })

  test('is the same whether citations come before or behind their text', async () => {
    const replies = []
    for (const citationsFirst of [true, false]) {
      cairn.api.respond(answers({ ...SIX_TO_NINE, citationsFirst }))
      replies.push((await cairn.ask(HOW_LONG)).reply)
    }
    expect(replies[0]).toEqual(replies[1])
    expect(replies[0]?.citations).toHaveLength(1)
  })

  const location = {
    type: 'search_result_location',
    title: null,
    source: TARGETS,
    cited_text: '- Market penetration rate: above 25% in target markets\n',
    search_result_index: 0,
    start_block_index: 3,
    end_block_index: 4,
  } as const
  test.each([
    ['words that do not stand there', { cited_text: '- Market penetration rate: above 35%\n' }],
    ['a source that was not sent', { source: 'nowhere' }],
    ['pieces beyond the end', { start_block_index: 30, end_block_index: 40 }],
    ['pieces that are not where it says', { start_block_index: 1, end_block_index: 2 }],
    ['pieces in reverse', { start_block_index: 4, end_block_index: 3 }],
    ['another kind of source', { type: 'web_search_result_location', url: 'https://example.com' }],
  ])('a forged citation of %s cites nothing, and its figure goes with it', async (_, forged) => {
    const sentence = ' Market penetration is to stay above 25% in target markets.'
    cairn.api.respond(answers(SIX_TO_NINE, citing(sentence, { ...location, ...forged } as never)), {
      content: [text('-')],
    })
    const { reply, dropped, composer } = await cairn.ask(HOW_LONG)
    expect(composer).toBe(MODEL)
    expect(reply.text).toBe('The move is planned for six to nine months. [1]')
    expect(dropped.join()).toContain('25%')
    expect(reply.caveats.join()).toContain('left out')
  })

  test('the same citation is good when it is true', async () => {
    cairn.api.respond(answers(citing('Market penetration is to stay above 25% in target markets.', location)))
    expect((await cairn.ask(HOW_LONG)).reply.citations).toHaveLength(1)
  })

  test('is in the language of the question, with its way of writing figures', async () => {
    const [own] = await cairn.ingest('german', 'plan.md', '# Plan\n\nThe seed round brought in $1.5M.\n')
    cairn.api.respond(
      answers(
        cited('Die Marktdurchdringung soll in den Zielmärkten über 25 % liegen.', TARGETS, 3),
        cited(' Die Seed-Runde brachte 1,5 Mio. US-Dollar ein.', own as string),
      ),
    )
    const question = 'Wie viel brachte die Seed-Runde ein, und wie hoch soll die Marktdurchdringung sein?'
    const { reply, dropped } = await cairn.ask(question, { tenantId: 'german' })
    expect(dropped).toEqual([])
    expect(reply.text).toBe(
      'Die Marktdurchdringung soll in den Zielmärkten über 25 % liegen. [1] Die Seed-Runde brachte 1,5 Mio. US-Dollar ein. [2]',
    )
  })
})

describe('the first line', () => {
  const sentence = SIX_TO_NINE.text
  test.each([
    ['by itself', [text('answer'), text('\n'), SIX_TO_NINE]],
    ['with its text', [{ ...SIX_TO_NINE, text: `answer\n${sentence}` }]],
    ['in Markdown', [text('**answer**\n\n'), SIX_TO_NINE]],
    ['in code', [text('`Answer`.\n'), SIX_TO_NINE]],
    ['behind a preamble', [text('Let me think.\n\nanswer\n'), SIX_TO_NINE]],
    ['behind a preamble of its own', [text('Let me think.'), text('\nanswer\n'), SIX_TO_NINE]],
    ['in another language', [text('Antwort\n'), SIX_TO_NINE]],
    ['in another language with its text', [{ ...SIX_TO_NINE, text: `Réponse\n\n${sentence}` }]],
    ['missing', [SIX_TO_NINE]],
  ])('%s is never shown', async (_, content) => {
    cairn.api.respond({ content })
    const { reply, shown } = await cairn.ask(HOW_LONG)
    expect(reply).toMatchObject({ kind: 'answer', text: `${sentence} [1]` })
    expect(shown.trim()).toBe(reply.text)
  })

  test.each(['unanswerable', 'declined', 'clarify'])('%s is the kind of the reply', async (kind) => {
    cairn.api.respond({
      content: [text(`${kind}\n`), text('The knowledge base gives no target for that measure.')],
    })
    const { reply, composer } = await cairn.ask('what is the target for office plants?')
    expect(reply).toMatchObject({ kind, text: 'The knowledge base gives no target for that measure.' })
    expect(composer).toBe(MODEL)
  })
})

describe('tools', () => {
  test('two in one turn: what they found can be cited and said, and no preamble is shown', async () => {
    const [own] = await cairn.ingest('toolsmith', 'handbook.md', '# Rota\n\nOn-call shifts last 12 hours.\n')
    cairn.api.respond(
      {
        content: [
          text('I will look that up first.'),
          text(''),
          uses('search_knowledge', { query: 'on-call shifts' }),
          uses('place_on_axes', { developers: 30 }),
        ],
      },
      answers(
        cited('On-call shifts last 12 hours.', own as string),
        text(' With 30 developers you are in stage 4.'),
      ),
    )
    const { reply, shown, requests, progress } = await cairn.ask('what about plants and 30 developers?', {
      tenantId: 'toolsmith',
    })
    expect(reply.text).toBe('On-call shifts last 12 hours. [1] With 30 developers you are in stage 4.')
    expect(shown).not.toContain('look that up')
    const [, called, results] = requests[1]?.body.messages ?? []
    expect(called?.role).toBe('assistant')
    expect(blocksOf(results?.content).map(({ type }) => type)).toEqual(['tool_result', 'tool_result'])
    const steps = progress.flatMap(({ event }) => (event.type === 'step' ? [event.detail] : []))
    expect(steps.filter(Boolean)).toEqual(['search_knowledge', 'place_on_axes'])
  })

  test('a preamble with a first line of its own is not shown either', async () => {
    cairn.api.respond(
      { content: [text('answer\nLet me check that.'), uses('place_on_axes', { developers: 30 })] },
      answers(SIX_TO_NINE),
    )
    expect((await cairn.ask(HOW_LONG)).reply.text).toBe(`${SIX_TO_NINE.text} [1]`)
  })

  test('text that was shown before a call stays, and what follows goes on behind it', async () => {
    cairn.api.respond(
      { content: [text('answer\n'), SIX_TO_NINE, uses('place_on_axes', { developers: 30 })] },
      answers(cited('Market penetration is to stay above 25% in target markets.', TARGETS, 3)),
    )
    expect((await cairn.ask(HOW_LONG)).reply.text).toBe(
      `${SIX_TO_NINE.text} [1] Market penetration is to stay above 25% in target markets. [2]`,
    )
  })
})

describe('a sentence that fails', () => {
  const WRONG = cited(' It takes 12 weeks.', DURATION)
  const AND = cited(' Milestones are to be achieved above 90%.', TARGETS, 2)
  const END = ' Milestones are to be achieved above 90%. [2]'
  const asked = async (...content: ReturnType<typeof text>[]) => {
    cairn.api.respond(answers(SIX_TO_NINE, WRONG, AND), { content })
    return cairn.ask(HOW_LONG)
  }

  test('is written anew once, in its place', async () => {
    const { reply, requests, shown } = await asked(cited('Plan up to 9 months for it.', DURATION))
    expect(reply.text).toBe(`${SIX_TO_NINE.text} [1] Plan up to 9 months for it. [1]${END}`)
    expect(shown.trim()).toBe(reply.text)
    expect(requests).toHaveLength(2)
    expect(briefIn(requests[1] as (typeof requests)[0])).toMatch(
      /<failed>\n"It takes 12 weeks\. — it says .*\n<\/failed>$/,
    )
    expect(requests[1]?.body).not.toHaveProperty('tool_choice')
    expect(reply.caveats.join()).not.toContain('left out')
  })

  test.each([
    ['is wrong again', [cited('It takes 14 weeks.', DURATION)]],
    ['has too many paragraphs', [cited('Plan 9 months.\n\nPlan 6 months.', DURATION)]],
    ['is empty', []],
    ['is a hyphen', [text('-')]],
    ['is a dash', [text(' —\n')]],
  ])('is left out when what takes its place %s', async (_, content) => {
    const { reply, requests } = await asked(...content)
    expect(reply.text).toBe(`${SIX_TO_NINE.text} [1]${END}`)
    expect(reply.caveats.join()).toContain('left out')
    expect(requests).toHaveLength(2)
  })

  test('two of them are replaced in their order', async () => {
    cairn.api.respond(answers(SIX_TO_NINE, WRONG, AND, cited(' Or 13 weeks.', DURATION)), {
      content: [text('-'), text('\n\n'), cited('Plan up to 9 months for it.', DURATION)],
    })
    expect((await cairn.ask(HOW_LONG)).reply.text).toBe(
      `${SIX_TO_NINE.text} [1]${END} Plan up to 9 months for it. [1]`,
    )
  })

  test('when nothing is left, the passages themselves answer, and operators are told', async () => {
    cairn.api.respond(answers(WRONG), { content: [text('-')] })
    const { reply, composer, logged, shown } = await cairn.ask(HOW_LONG)
    expect(composer).toBe('extractive')
    expect(reply.text).toContain('6-9 months')
    expect(shown).not.toContain('12 weeks')
    expect(reply.caveats.join()).toContain('language model could not be used')
    expect(logged.map(({ message }) => message).join()).toMatch(/rests on a source.*choose a stronger MODEL/)
  })
})

describe("the organization's own documents", () => {
  const ask = (tenantId: string, thread: Turn[] = []) =>
    cairn.ask('how long are our release trains?', { tenantId, thread })
  const SECRET = 'Falcon'
  const search = { content: [uses('search_knowledge', { query: 'release trains of project Falcon' })] }
  const document = `# Release trains of ${SECRET}\n\nRelease trains of ${SECRET} leave every 17 days.\n`

  test('are shared while the organization allows it', async () => {
    const [id] = await cairn.ingest('open', 'open.md', document)
    cairn.api.respond(answers(cited('Release trains leave every 17 days.', id as string)))
    const { reply } = await ask('open')
    expect(reply.text).toBe('Release trains leave every 17 days. [1]')
  })

  test('stay when it does not: not in the prompt, not in what tools find, not in what was said of them', async () => {
    const [id] = await cairn.ingest('closed', 'closed.md', document)
    await cairn.app.settings.put('closed', 'model.share_documents', false, undefined)
    cairn.api.respond(search, answers(SIX_TO_NINE))
    const said: Turn[] = [
      { ...aTurn(1), answer: `Release trains of ${SECRET} leave every 17 days. [1]`, cited: [id as string] },
    ]
    const { requests, composer } = await ask('closed', said)
    expect(composer).toBe(MODEL)
    expect(requests).toHaveLength(2)
    expect(JSON.stringify(requests[0]?.body)).not.toContain(SECRET)
    const [call, ...results] = requests[1]?.body.messages.slice(1) ?? []
    expect(JSON.stringify(call)).toContain(SECRET)
    expect(results.length).toBeGreaterThan(0)
    expect(JSON.stringify(results)).not.toContain(SECRET)
    // The passages themselves still answer.
    cairn.api.respond({ content: [] })
    expect((await ask('closed')).reply.text).toContain('17 days')
  })
})

describe('what it costs', () => {
  test('is kept for every call, with turn, person and version of the prompt', async () => {
    const { personId } = await cairn.app.people.meet('local', { platform: 'web', userId: 'ada', name: 'Ada' })
    const usage = { input: 1_000, output: 100, cacheRead: 40_000, cacheWrite: 2_000 }
    cairn.api.respond(
      { content: [uses('place_on_axes', { developers: 3 })], usage },
      { ...answers(SIX_TO_NINE), usage },
    )
    const before = await cairn.app.usage.summary('local', 'day', 1)
    const { promptVersion, usage: used } = await cairn.ask(HOW_LONG, { personId, turnId: randomUUID() })
    expect(used).toHaveLength(2)
    expect(promptVersion).toMatch(/^advisor-[0-9a-f]{8}$/)
    const [line] = (await cairn.app.usage.summary('local', 'person', 1)).filter(({ key }) => key === personId)
    expect(line).toMatchObject({
      model: 'claude-sonnet-5-5',
      answers: 1,
      calls: 2,
      inputTokens: 2_000,
      outputTokens: 200,
      cacheReadTokens: 80_000,
      cacheWriteTokens: 4_000,
      unpricedCalls: 0,
    })
    expect(line?.costUsd).toBeCloseTo(2 * (0.002 + 0.001 + 0.004 + 0.005), 10)
    const [today] = await cairn.app.usage.summary('local', 'day', 1)
    expect((today?.calls ?? 0) - (before[0]?.calls ?? 0)).toBe(2)
  })

  test('a spent budget leaves the passages, with a friendly word', async () => {
    await cairn.app.ensureTenant('thrifty')
    await cairn.app.settings.put('thrifty', 'budget.usd_per_day', 0.01, undefined)
    const usage = { input: 10_000, output: 0 }
    cairn.api.respond({ ...answers(SIX_TO_NINE), usage })
    expect((await cairn.ask(HOW_LONG, { tenantId: 'thrifty' })).composer).toBe(MODEL)
    const { reply, requests, composer, promptVersion } = await cairn.ask(HOW_LONG, { tenantId: 'thrifty' })
    expect([requests.length, composer, promptVersion]).toEqual([0, 'extractive', undefined])
    expect(reply.text).toContain('6-9 months')
    expect(reply.caveats.join()).toContain("Today's budget for the language model is used up")
  })

  test('a person who asks a lot is asked for patience, others are not', async () => {
    await cairn.app.ensureTenant('busy')
    await cairn.app.settings.put('busy', 'budget.answers_per_person_per_hour', 1, undefined)
    const people = await Promise.all(
      ['ada', 'grace'].map((userId) => cairn.app.people.meet('busy', { platform: 'web', userId })),
    )
    const [ada, grace] = people.map(({ personId }) => ({ tenantId: 'busy', personId }))
    expect((await cairn.ask(HOW_LONG, ada)).composer).toBe(MODEL)
    const { reply, requests } = await cairn.ask(HOW_LONG, ada)
    expect(requests).toEqual([])
    expect(reply.caveats.join()).toContain('You have asked a lot within the hour')
    expect((await cairn.ask(HOW_LONG, grace)).composer).toBe(MODEL)
  })

  test('a model that is switched off is not asked, and nobody is told', async () => {
    await cairn.app.ensureTenant('off')
    await cairn.app.settings.put('off', 'model.enabled', false, undefined)
    const { reply, requests, composer } = await cairn.ask(HOW_LONG, { tenantId: 'off' })
    expect([requests.length, composer]).toEqual([0, 'extractive'])
    expect(reply.caveats.join()).not.toMatch(/model|budget/i)
  })
})

test('fifty turns at once: none is dropped, none has the text of another', async () => {
  const names = Array.from(
    { length: 50 },
    (_, n) => `Asker${String.fromCharCode(65 + (n % 25), 65 + n / 25)}`,
  )
  cairn.api.respondWith((request) => {
    const [name] = /Asker\w\w/.exec(briefIn(request)) ?? []
    return { ...answers(SIX_TO_NINE, text(` That was for ${name}.`)), deltaMs: 2 }
  })
  const turns = await Promise.all(
    names.map((name) => cairn.app.advise({ tenantId: 'local', question: `${HOW_LONG} I am ${name}.` })),
  )
  expect(turns.map(({ composer }) => composer)).toEqual(names.map(() => MODEL))
  expect(turns.map(({ reply }) => reply.text)).toEqual(
    names.map((name) => `${SIX_TO_NINE.text} [1] That was for ${name}.`),
  )
})
