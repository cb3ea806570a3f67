import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LangChainOptions } from '../../../src/adapters/langchain/composer.ts'
import { ComposerError } from '../../../src/ports/composer.ts'
import type { Tool } from '../../../src/ports/toolbox.ts'
import { anAsk } from '../../support/asks.ts'
import { type ChatScript, type FakeOpenAI, startFakeOpenAI } from '../../support/fake-openai-api.ts'
import { passage } from '../../support/knowledge.ts'
import { compose, KEY, type Outcome, openAIComposer } from '../../support/langchain.ts'

const QUESTION = 'What does the cloud cost in phase 2?'
const costs = passage('costs', 'Costs of phase 2:\n- Cloud: $120K a month')

let api: FakeOpenAI
beforeEach(async () => {
  api = await startFakeOpenAI()
})
afterEach(() => api.close())

const run = async (scripts: ChatScript[], options: Partial<LangChainOptions> = {}): Promise<Outcome> => {
  api.respond(...scripts)
  return compose(await openAIComposer(api.url, { waitMs: 1_000, ...options }), anAsk(QUESTION, [costs]))
}
/** One sentence for the operator, with neither the key nor the question in anything that a log may show. */
const expectSentence = ({ failure }: Outcome, said: RegExp): void => {
  expect(failure).toBeInstanceOf(ComposerError)
  expect((failure as Error).message).toMatch(said)
  expect((failure as Error).message).toMatch(/[^.]\.$/)
  const shown = inspect(failure, { depth: 10, showHidden: true })
  expect(shown).not.toContain(KEY)
  expect(shown).not.toContain(QUESTION)
}

const fine = { text: ['answer\nCloud costs $120K. [P1.2]'] }
const telling = `You sent "${QUESTION}" with ${KEY}`

describe('what does not pass is told at once', () => {
  test.each<[ChatScript, RegExp]>([
    [
      { status: 401, code: 'invalid_api_key', message: telling },
      /^OpenAI refused the key \(401.*check OPENAI_API_KEY\.$/,
    ],
    [
      { status: 403, message: telling },
      /does not let this key use "gpt-test" \(403\); check OPENAI_API_KEY and MODEL/,
    ],
    [
      { status: 404, code: 'model_not_found', message: telling },
      /does not know "gpt-test" \(404.*check MODEL/,
    ],
    [{ status: 400, message: telling }, /refused the request for "gpt-test" \(400\)/],
    [{ status: 400, code: 'context_length_exceeded', message: telling }, /too long for "gpt-test"/],
    [{ status: 429, code: 'insufficient_quota', message: telling }, /no credit left/],
    [{ status: 429, retryAfter: 70, message: telling }, /is limiting the rate \(429\)/],
  ])('%o', async (script, said) => {
    expectSentence(await run([script, fine]), said)
    expect(api.requests).toHaveLength(1)
  })
})

describe('what passes is tried again before anything was said', () => {
  test.each<[string, ChatScript[]]>([
    ['429 with retry-after', [{ status: 429, retryAfter: 1 }]],
    ['429 without', [{ status: 429 }]],
    ['503 twice', [{ status: 503 }, { status: 503 }]],
    ['a dropped connection', ['drop']],
    [
      'a stream that is cut before its first sentence is over',
      [{ text: ['answer\nCloud co'], ending: 'cut' }],
    ],
    ['a stream that ends without saying why', [{ text: ['answer\nCloud co'], ending: 'end' }]],
  ])('%s', async (_, scripts) => {
    const { text, failure, events } = await run([...scripts, fine])
    expect(failure).toBeUndefined()
    expect(text).toBe('Cloud costs $120K.')
    expect(events.filter(({ type }) => type === 'claim')).toHaveLength(1)
  })

  test('as long as is asked, but not beyond the patience', async () => {
    const started = performance.now()
    const { failure } = await run([{ status: 429, retryAfter: 1 }, fine])
    expect(failure).toBeUndefined()
    expect(performance.now() - started).toBeGreaterThan(990)
    const later = await run([{ status: 429, retryAfter: 1 }, { status: 429, retryAfter: 1 }, fine], {
      waitMs: 1_500,
    })
    expectSentence(later, /limiting the rate/)
  })

  test('and not for ever', async () => {
    const down: ChatScript = { status: 500 }
    expectSentence(await run([down, down, down, down, down]), /^OpenAI failed \(500\)/)
    expect(api.requests).toHaveLength(4)
  })

  test('a server that is not there is told with its address', async () => {
    await api.close()
    const outcome = await run([])
    expectSentence(outcome, /cannot be reached \(ECONNREFUSED\).*OPENAI_BASE_URL/)
    api = await startFakeOpenAI()
  })
})

describe('a stream that breaks after something was said', () => {
  const begun = (ending: 'cut' | 'end' | 'stall'): ChatScript => ({
    text: ['answer\nCloud costs $120K', '. [P1.2]', '\n- Then the ne'],
    ending,
  })

  test.each(['cut', 'end', 'stall'] as const)(
    'goes on once behind its last whole sentence: %s',
    async (ending) => {
      const { text, failure, claims } = await run(
        [begun(ending), { text: ['- Then', ' the next. [P1.1]'] }],
        {
          idleMs: 300,
        },
      )
      expect(failure).toBeUndefined()
      expect(text).toBe('Cloud costs $120K.\n- Then the next.')
      expect(claims).toHaveLength(2)
      expect(api.requests[1]?.body.messages.slice(-2)).toEqual([
        { role: 'assistant', content: 'answer\nCloud costs $120K. [P1.2]' },
        {
          role: 'user',
          content: 'The connection broke there. Go on right after it; repeat nothing.',
        },
      ])
    },
  )

  test('ends when it breaks again, with what was said until then', async () => {
    const outcome = await run([
      begun('cut'),
      { text: ['- Then the next. [P1.1] And', ' mo'], ending: 'cut' },
      fine,
    ])
    expectSentence(outcome, /broke off/)
    expect(outcome.text).toBe('Cloud costs $120K.\n- Then the next.')
    expect(api.requests).toHaveLength(2)
  })
})

describe('an answer that stops', () => {
  test('at the most that the model may write', async () => {
    const outcome = await run([
      { text: ['answer\nCloud costs $120K. [P1.2] And th'], finish: 'length' },
      fine,
    ])
    expectSentence(outcome, /reached the most that it may write/)
    expect(outcome.text).toBe('Cloud costs $120K.')
    expect(api.requests).toHaveLength(1)
  })

  test('by the content filter', async () => {
    expectSentence(await run([{ text: [], finish: 'content_filter' }, fine]), /withheld the answer/)
  })

  test('before it begins', async () => {
    expectSentence(await run([{ text: [] }]), /gave no answer/)
    expectSentence(await run([{ text: ['answer\n'] }]), /gave no answer/)
  })
})

describe('time', () => {
  test.each<[string, ChatScript]>([
    ['before the headers', 'hang'],
    ['after them', { text: [], ending: 'stall' }],
  ])('silence %s ends the composition and the request', async (_, script) => {
    const started = performance.now()
    expectSentence(await run([script, script, script, script], { idleMs: 150 }), /said nothing for 0\.15 s/)
    expect(performance.now() - started).toBeLessThan(1_000)
    await expect.poll(() => api.requests.every(({ aborted }) => aborted)).toBe(true)
  })

  test('a deadline ends one that goes on and on', async () => {
    const outcome = await run([{ text: Array(100).fill('So it is. '), gapMs: 30 }], { deadlineMs: 300 })
    expectSentence(outcome, /took longer than 0\.3 s/)
    await expect.poll(() => api.requests[0]?.aborted).toBe(true)
  })

  test('a deadline ends a tool that never returns', async () => {
    const stuck: Tool = {
      name: 'stuck',
      description: '',
      input: z.object({}),
      run: () => new Promise(() => {}),
    }
    api.respond({ calls: [{ name: 'stuck', input: '{}' }] })
    const composer = await openAIComposer(api.url, { deadlineMs: 300 })
    expectSentence(await compose(composer, anAsk(QUESTION, [costs], { tools: [stuck] })), /took longer/)
  })

  test.each<[string, ChatScript]>([
    ['before the headers', 'hang'],
    ['in the middle of the stream', { text: ['answer\nOne. Two. Th'], ending: 'stall' }],
    ['while it waits to try again', { status: 429, retryAfter: 5 }],
  ])('a caller who is gone ends it at once: %s', async (_, script) => {
    api.respond(script)
    const gone = new AbortController()
    const reason = new Error('the person left')
    setTimeout(() => gone.abort(reason), 300)
    const started = performance.now()
    const { failure } = await compose(await openAIComposer(api.url), anAsk(QUESTION, [costs]), gone.signal)
    expect(failure).toBe(reason)
    expect(performance.now() - started).toBeLessThan(1_000)
    if (!(typeof script === 'object' && 'status' in script))
      await expect.poll(() => api.requests[0]?.aborted).toBe(true)
  })

  test('a caller who was gone before is not asked for', async () => {
    const { failure } = await compose(
      await openAIComposer(api.url),
      anAsk(QUESTION, [costs]),
      AbortSignal.abort(new Error('gone')),
    )
    expect(failure).toMatchObject({ message: 'gone' })
    expect(api.requests).toHaveLength(0)
  })
})

test('failed sentences that cannot be written anew are a failure of their own', async () => {
  const { composition } = await run([fine, { status: 401 }])
  await expect(composition?.rewrite?.([{ text: 'x', reason: 'y' }])).rejects.toThrow(/refused the key/)
})
