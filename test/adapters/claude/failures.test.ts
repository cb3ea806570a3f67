import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadUseLite } from '../../../src/adapters/embeddings/use-lite.ts'
import { createAnswerMessage } from '../../../src/threads/answer-message.ts'
import { createDelivery } from '../../../src/threads/deliver.ts'
import { createThreadWork } from '../../../src/threads/work-thread.ts'
import {
  API_KEY,
  answers,
  briefIn,
  type CairnOnClaude,
  cited,
  DURATION,
  ENCRYPTION_KEY,
  HOW_LONG,
  SIX_TO_NINE,
  startCairnOnClaude,
  TARGETS,
  text,
  uses,
} from '../../support/cairn-on-claude.ts'
import type { Script, ScriptedMessage } from '../../support/fake-messages-api/script.ts'
import { platformClient, startFakePlatform } from '../../support/fake-platform.ts'
import { aMessage } from '../../support/threads.ts'

const DEADLINE_MS = 3_000
const MODEL = 'claude:claude-sonnet-5-5'
const BREAKS = 'breaks the store'

let cairn: CairnOnClaude
beforeAll(async () => {
  const embedder = await loadUseLite()
  cairn = await startCairnOnClaude({
    patience: { idleMs: 300, deadlineMs: DEADLINE_MS, backoffMs: 50 },
    embedder: {
      model: embedder.model,
      embedDocuments: (texts) => embedder.embedDocuments(texts),
      embedQuery: async (query) => {
        if (query.includes(BREAKS)) throw new Error('ECONNRESET at /srv/cairn/internal.ts')
        return embedder.embedQuery(query)
      },
    },
  })
})
beforeEach(() => {
  cairn.api.respondWith(() => {
    throw new Error('nothing is scripted')
  })
})
afterAll(() => cairn?.close())

/** What no reply may hold: how it failed, keys, what the advisor is told. */
const SECRETS =
  /Error|ECONN|scripted|status \d|\b[45]\d\d\b|stack|node:|\.ts\b|tool|API|search results are your only|undefined/
const expectFit = ({ reply }: { reply: { text: string; caveats: string[] } }) => {
  const all = [reply.text, ...reply.caveats].join('\n')
  expect(reply.text.length).toBeGreaterThan(20)
  expect(all).not.toMatch(SECRETS)
  for (const key of [API_KEY, ENCRYPTION_KEY]) expect(all).not.toContain(key)
}

/** Asks once; what a failure always leaves behind is checked, what it costs in time is returned too. */
const askOn = async (scripts: Script[], question = HOW_LONG) => {
  cairn.api.respond(...scripts)
  const started = performance.now()
  const result = await cairn.ask(question)
  const ms = performance.now() - started
  expectFit(result)
  for (const { line } of result.logged) {
    expect(line).not.toContain(API_KEY)
    expect(line).not.toContain('search results are your only')
  }
  await expect.poll(() => cairn.api.open, { timeout: 2_000 }).toBe(0)
  return { ...result, ms, told: result.logged.map(({ message }) => message) }
}

const AND = cited(' Market penetration is to stay above 25% in target markets.', TARGETS, 3)
const GOOD = answers(SIX_TO_NINE)
const WHOLE = 'The move is planned for six to nine months. [1]'
const times = (count: number, script: Script) => Array.from({ length: count }, () => script)

describe('nothing usable comes: the passages answer, and operators are told what to do', () => {
  const dropped = { ...answers(SIX_TO_NINE), cutAfterDeltas: 1 }
  const looping = { content: [uses('place_on_axes', { developers: 3 })] }
  const overloaded = {
    ...answers(SIX_TO_NINE),
    errorAfterDeltas: { n: 0, type: 'overloaded_error' as const },
  }
  test.each<[string, Script[], RegExp]>([
    ['the request is malformed', [{ status: 400 }], /\(400\).*report it/],
    ['the key is refused', [{ status: 401 }], /check ANTHROPIC_API_KEY/],
    ['the key may not use the model', [{ status: 403 }], /check its workspace and MODEL/],
    ['the model is not known', [{ status: 404 }], /check MODEL and ANTHROPIC_BASE_URL/],
    ['the request is too large', [{ status: 413 }], /share fewer or shorter documents/],
    ['patience is asked for too long', [{ status: 429, retryAfter: 3_600 }], /raise the limit/],
    ['the rate is limited for ever', times(3, { status: 429 }), /raise the limit/],
    ['it is overloaded for ever', times(3, { status: 529 }), /overloaded.*wait/],
    ['it fails for ever', times(3, { status: 500 }), /\(500\).*status page/],
    ['it drops every connection', times(3, { drop: true }), /check the network, ANTHROPIC_BASE_URL/],
    ['it never answers', [{ hang: true }], /silent for 0\.3 s.*check the network/],
    ['it breaks off twice before any text', [dropped, dropped], /broke off.*check the network/],
    ['it errs twice in mid-stream', [overloaded, overloaded], /./],
    ['it calls tools without end', times(6, looping), /tools more than 4 times.*MODEL/],
    [
      'it sends broken calls without end',
      times(6, { content: [{ ...uses('place_on_axes', {}), rawInput: '{"developers": nope' }] }),
      /tools more than 4 times.*MODEL/,
    ],
    ['it refuses', [{ content: [], stopReason: 'refusal' }], /refusal.*nothing to do/],
    [
      'it runs out of room at once',
      [{ content: [text('answer\n')], stopReason: 'max_tokens' }],
      /2000 tokens/,
    ],
    ['it says nothing', [{ content: [] }], /choose a stronger MODEL/],
    ['it says only what kind it is', [{ content: [text('answer\n')] }], /choose a stronger MODEL/],
    ['it cites nothing', [answers(text('It takes a while, as moves do.'))], /choose a stronger MODEL/],
    ['a word is all it says', [{ content: [text('declined\nNo.')] }], /choose a stronger MODEL/],
  ])('when %s', async (_, scripts, advice) => {
    const { reply, composer, requests, told } = await askOn(scripts)
    expect(composer).toBe('extractive')
    expect(reply.text).toContain('6-9 months')
    expect(reply.caveats.join()).toContain('The language model could not be used this time')
    expect(requests).toHaveLength(scripts.length)
    expect(told).toEqual([expect.stringMatching(advice)])
  })

  test('when the answer takes too long as a whole; what was read by then is paid for', async () => {
    const slow: ScriptedMessage = {
      content: [text('answer\n'), { ...SIX_TO_NINE, deltas: Array.from({ length: 30 }, () => 'x') }],
      deltaMs: 250,
    }
    const { composer, told, ms, usage } = await askOn([slow])
    expect(composer).toBe('extractive')
    expect(told).toEqual([expect.stringMatching(/longer than 3 s.*faster MODEL/)])
    expect(ms).toBeGreaterThan(DEADLINE_MS - 100)
    expect(ms).toBeLessThan(DEADLINE_MS + 1_500)
    expect(usage).toHaveLength(1)
  })

  test('at once when there is no sense in waiting', async () => {
    for (const script of [{ status: 401 }, { status: 429, retryAfter: 3_600 }])
      expect((await askOn([script])).ms).toBeLessThan(1_500)
  })
})

describe('it passes: the model answers, and nobody is told', () => {
  test.each<[string, Script[]]>([
    ['patience for a second', [{ status: 429, retryAfter: 1 }, GOOD]],
    ['a rate that is limited', [{ status: 429 }, GOOD]],
    ['an overload', [{ status: 529 }, { status: 529 }, GOOD]],
    ['a failure', [{ status: 502 }, GOOD]],
    ['a connection that drops', [{ drop: true }, GOOD]],
    ['a stream that stalls before any text', [{ ...GOOD, stallAfterDeltas: 2 }, GOOD]],
    ['a stream that is cut behind its first line', [{ ...GOOD, cutAfterDeltas: 4 }, GOOD]],
    ['a stream that is cut within a preamble', [{ content: [text('Let me see.')], cutAfterDeltas: 1 }, GOOD]],
    ['an error in mid-stream', [{ ...GOOD, errorAfterDeltas: { n: 3, type: 'api_error' } }, GOOD]],
    ['a stream that ends early in good order', [{ ...GOOD, endAfterDeltas: 4 }, GOOD]],
    [
      'a call in broken JSON',
      [{ content: [{ ...uses('place_on_axes', {}), rawInput: '{"developers": no' }] }, GOOD],
    ],
    ['a tool that is not there', [{ content: [uses('post_message', { channel: 'general' })] }, GOOD]],
    ['an input that does not fit', [{ content: [uses('search_knowledge', { tenant: '*' })] }, GOOD]],
  ])('%s', async (_, scripts) => {
    const { reply, composer, requests, told, shown } = await askOn(scripts)
    expect(composer).toBe(MODEL)
    expect(reply.text).toBe(WHOLE)
    expect(shown.trim()).toBe(WHOLE)
    expect(reply.caveats.join()).not.toMatch(/broke off|could not be used/)
    expect(requests).toHaveLength(scripts.length)
    expect(told).toEqual([])
  })

  test('as long as it asks for', async () => {
    const { ms } = await askOn([{ status: 429, retryAfter: 1 }, GOOD])
    expect(ms).toBeGreaterThan(1_000)
  })

  test('the model is told what was wrong with its calls, and nothing of the reasons', async () => {
    const calls = [
      uses('post_message', {}),
      uses('search_knowledge', { tenant: '*' }),
      uses('search_knowledge', { query: BREAKS }),
    ]
    const { requests, told, composer } = await askOn([{ content: calls }, GOOD])
    expect(composer).toBe(MODEL)
    const results = requests[1]?.body.messages.at(-1)?.content
    expect(results).toMatchObject([
      { is_error: true, content: expect.stringContaining('no tool "post_message"') },
      { is_error: true, content: expect.stringContaining('The input does not fit') },
      { is_error: true, content: 'The tool failed; answer from what you have.' },
    ])
    expect(JSON.stringify(requests[1]?.body)).not.toContain('ECONNRESET')
    expect(told).toEqual([expect.stringMatching(/search_knowledge failed.*report it/)])
  })
})

describe('it breaks in the middle of what was shown', () => {
  const CUT = { ...answers(SIX_TO_NINE, AND), cutAfterDeltas: 16 }
  const REST = 'Market penetration is to stay above 25% in target markets.'
  const ALL = `${WHOLE} ${REST} [2]`

  test.each<[string, ScriptedMessage]>([
    ['cut', CUT],
    ['silent', { ...CUT, cutAfterDeltas: 999, stallAfterDeltas: 16 }],
    ['in error', { ...CUT, cutAfterDeltas: 999, errorAfterDeltas: { n: 16, type: 'overloaded_error' } }],
    ['over too soon', { ...CUT, cutAfterDeltas: 999, endAfterDeltas: 16 }],
  ])('a stream that is %s is gone on with, once, and nothing is said twice', async (_, broken) => {
    for (const rest of [{ ...AND, text: REST }, AND, { ...AND, text: `answer\n${REST}` }]) {
      const { reply, requests, told, shown, usage } = await askOn([broken, { content: [rest] }])
      expect(reply.text).toBe(ALL)
      expect(shown.trim()).toBe(ALL)
      expect(told).toEqual([])
      expect(usage).toHaveLength(2)
      const messages = requests[1]?.body.messages ?? []
      expect(messages.at(-2)).toEqual({ role: 'assistant', content: SIX_TO_NINE.text })
      expect(briefIn(requests[1] as (typeof requests)[0])).toContain('repeat nothing')
    }
  })

  test.each<[string, Script[], RegExp]>([
    ['it is cut again', [CUT, { ...answers(AND), cutAfterDeltas: 1 }], /broke off/],
    ['it is refused then', [CUT, { status: 401 }], /check ANTHROPIC_API_KEY/],
    ['it runs out of room', [{ ...answers(SIX_TO_NINE), stopReason: 'max_tokens' }], /2000 tokens/],
    ['it declines to go on', [{ ...answers(SIX_TO_NINE), stopReason: 'refusal' }], /refusal/],
  ])('what was shown stands, with a caveat, when %s', async (_, scripts, advice) => {
    const { reply, composer, told, shown } = await askOn(scripts)
    expect(composer).toBe(MODEL)
    expect(reply.text).toBe(WHOLE)
    expect(shown.trim()).toBe(WHOLE)
    expect(reply.caveats[0]).toContain('The answer broke off here')
    expect(told).toEqual([expect.stringMatching(advice)])
  })

  test('a rewriting that fails leaves the rest of the answer', async () => {
    const wrong = cited(' It takes 12 weeks.', DURATION)
    const { reply, composer } = await askOn([answers(SIX_TO_NINE, wrong, AND), { status: 401 }])
    expect(composer).toBe(MODEL)
    expect(reply.text).toBe(ALL)
    expect(reply.caveats.join()).toContain('left out')
  })
})

test('a turn that is cancelled closes its request at once, and answers nothing', async () => {
  const cancelling = new AbortController()
  cairn.api.respond({ ...answers(SIX_TO_NINE, AND), deltaMs: 100 })
  const turn = cairn.ask(HOW_LONG, { signal: cancelling.signal })
  await expect.poll(() => cairn.api.requests.at(-1)?.deltas.length ?? 0, { interval: 5 }).toBe(3)
  const request = cairn.api.requests.at(-1)
  cancelling.abort(new Error('another worker has taken the thread'))
  await expect(turn).rejects.toThrow('another worker has taken the thread')
  await expect.poll(() => cairn.api.open, { timeout: 300, interval: 5 }).toBe(0)
  expect(request?.aborted).toBe(true)
})

describe('through the workers of threads', () => {
  const post = async (scripts: Script[], signal?: AbortSignal) => {
    const platform = await startFakePlatform()
    const { app, api } = cairn
    const key = { tenantId: 'local', threadId: crypto.randomUUID() }
    const failures: unknown[] = []
    const answer = createAnswerMessage({
      store: app.threads,
      people: app.people,
      knowledge: app.store,
      advise: app.advise,
      platforms: {},
      journals: app.journals,
    })
    const work = createThreadWork({
      store: app.threads,
      answer: (given, message, lost) =>
        answer(given, message, signal ? AbortSignal.any([signal, lost]) : lost),
      deliver: createDelivery({
        store: app.threads,
        platforms: { web: platformClient(platform.url) },
        random: Math.random,
        now: () => performance.now(),
      }),
      onFailure: (_key, _message, error) => failures.push(error),
    })
    api.respond(...scripts)
    await app.ensureTenant('local')
    await app.threads.accept(key.tenantId, aMessage({ threadId: key.threadId, text: HOW_LONG }))
    await work(key)
    const turns = await app.threads.transcript(key, 10)
    const versions: unknown[] = []
    for await (const { table, row } of app.data.rows(key.tenantId))
      if (table === 'turns' && row.thread_id === key.threadId) versions.push(row.prompt_version)
    await platform.close()
    return {
      posts: platform.arrived.filter(({ threadId }) => threadId === key.threadId),
      turns,
      versions,
      failures,
    }
  }

  test.each<[string, Script[], string]>([
    ['fails for ever', times(3, { status: 529 }), 'extractive'],
    ['breaks off', [{ ...answers(SIX_TO_NINE, AND), cutAfterDeltas: 16 }, { content: [AND] }], MODEL],
    [
      'calls tools without end',
      times(6, { content: [uses('place_on_axes', { developers: 3 })] }),
      'extractive',
    ],
  ])('a model that %s is answered for with one post', async (_, scripts, composer) => {
    const { posts, turns, versions, failures } = await post(scripts)
    expect(posts).toHaveLength(1)
    expect(failures).toEqual([])
    expect(turns).toHaveLength(1)
    expect(turns[0]).toMatchObject({ composer, question: HOW_LONG })
    expectFit(turns[0] as (typeof turns)[0])
    expect(versions).toEqual([expect.stringMatching(/^advisor-[0-9a-f]{8}$/)])
  })

  test('nothing is posted of a turn that is cancelled', async () => {
    const cancelling = new AbortController()
    const posting = post([{ ...answers(SIX_TO_NINE, AND), deltaMs: 100 }], cancelling.signal)
    await expect.poll(() => cairn.api.open, { timeout: 5_000, interval: 5 }).toBe(1)
    await sleep(150)
    cancelling.abort(new Error('stopped'))
    const { posts, turns, failures } = await posting
    expect([posts, turns]).toEqual([[], []])
    expect(failures).toHaveLength(1)
  })
})

test('a server that is not there', async () => {
  await cairn.api.close()
  const result = await cairn.ask(HOW_LONG)
  expectFit(result)
  expect(result.composer).toBe('extractive')
  expect(result.logged.map(({ message }) => message)).toEqual([
    expect.stringMatching(/cannot be reached; check the network, ANTHROPIC_BASE_URL/),
  ])
})
