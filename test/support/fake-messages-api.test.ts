import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import type { BetaSearchResultBlockParam } from '@anthropic-ai/sdk/resources/beta/messages/messages'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ScriptedMessage } from './fake-messages-api/script.ts'
import { type FakeMessagesApi, startFakeMessagesApi } from './fake-messages-api.ts'

let api: FakeMessagesApi
let client: Anthropic
beforeAll(async () => {
  api = await startFakeMessagesApi()
  client = new Anthropic({ apiKey: 'key', baseURL: api.url, maxRetries: 0 })
})
beforeEach(() => {
  api.requests.length = 0
  api.respondWith(() => {
    throw new Error('nothing is scripted')
  })
})
afterAll(() => api?.close())

const ASK = { model: 'claude-sonnet-5-5', max_tokens: 100 } as const
const asking = (text: string) => ({ ...ASK, messages: [{ role: 'user' as const, content: text }] })
const says = (text: string) => ({ content: [{ type: 'text' as const, text }] })
const searchResult = (source: string, texts: string[]): BetaSearchResultBlockParam => ({
  type: 'search_result',
  source,
  title: `Title of ${source}`,
  content: texts.map((text) => ({ type: 'text', text })),
  citations: { enabled: true },
})
const search = betaZodTool({
  name: 'search',
  description: 'Searches.',
  strict: true,
  inputSchema: z.object({ query: z.string() }),
  run: ({ query }) => [searchResult(`tool:${query}`, ['Found one. ', 'Found two. ', 'Found three.'])],
})
/** What a promise is rejected with. */
const failure = (promise: PromiseLike<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as Error,
  )
const isTrue = (check: () => boolean) => expect.poll(check, { timeout: 2_000, interval: 5 }).toBe(true)

describe('a conversation with the real client', () => {
  test('the tool runner streams, runs a tool, and cites what was sent and what the tool found', async () => {
    api.respond(
      {
        content: [
          { type: 'text', text: 'Looking. ' },
          { type: 'tool_use', name: 'search', input: { query: 'x' } },
        ],
      },
      {
        content: [
          { type: 'text', text: 'Sent.', citations: [{ source: 'sent', from: 0, to: 1 }] },
          { type: 'text', text: 'Found.', citations: [{ index: 1, from: 1, to: 3 }], citationsFirst: true },
        ],
      },
    )
    const content = [searchResult('sent', ['S1. ', 'S2.']), { type: 'text' as const, text: 'What?' }]
    const runner = client.beta.messages.toolRunner({
      ...ASK,
      stream: true,
      thread: false,
      tools: [search],
      messages: [{ role: 'user', content }],
    })
    const seen: string[] = []
    for await (const stream of runner)
      for await (const event of stream) {
        if (event.type !== 'content_block_delta') continue
        if (event.delta.type === 'text_delta') seen.push(event.delta.text)
        if (event.delta.type === 'citations_delta') seen.push(`[${event.delta.citation.cited_text}]`)
      }
    expect(seen).toEqual(['Lookin', 'g. ', 'Sent.', '[S1. ]', '[Found two. Found three.]', 'Found.'])
    expect((await runner.done()).content[1]).toMatchObject({
      citations: [{ source: 'tool:x', search_result_index: 1, start_block_index: 1, end_block_index: 3 }],
    })
    expect(api.requests[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(api.requests).toMatchObject([
      { path: '/v1/messages', aborted: false, headers: { 'anthropic-version': '2026-10-21' } },
      { aborted: false },
    ])
    expect(api.open).toBe(0)
  })

  test('in one piece and parsed, with usage as scripted', async () => {
    api.respond({ ...says('{"level":3}'), usage: { input: 7, output: 5, cacheRead: 3 } })
    const format = zodOutputFormat(z.object({ level: z.literal([1, 2, 3]) }))
    const message = await client.messages.parse({ ...asking('How far?'), output_config: { format } })
    expect(message.parsed_output).toEqual({ level: 3 })
    expect(message.usage).toMatchObject({ input_tokens: 7, output_tokens: 5, cache_read_input_tokens: 3 })
  })

  test('documents with custom content are cited by their own numbers; a forged citation goes out as it is', async () => {
    const forged = {
      type: 'search_result_location',
      source: 'none',
      title: null,
      cited_text: 'Never said.',
      search_result_index: 9,
      start_block_index: 0,
      end_block_index: 1,
    } as const
    api.respond({
      content: [{ type: 'text', text: 'D.', citations: [{ document: 0, from: 0, to: 1 }, forged] }],
    })
    const source = { type: 'content' as const, content: [{ type: 'text' as const, text: 'Playbook.' }] }
    const document = { type: 'document' as const, source, title: 'P', citations: { enabled: true } }
    const stream = client.messages.stream({
      ...ASK,
      messages: [{ role: 'user', content: [searchResult('s', ['S.']), document] }],
    })
    const [block] = (await stream.finalMessage()).content
    expect(block).toMatchObject({
      citations: [
        {
          type: 'content_block_location',
          document_index: 0,
          document_title: 'P',
          cited_text: 'Playbook.',
          start_block_index: 0,
          end_block_index: 1,
        },
        forged,
      ],
    })
  })

  test.each([
    ['max_tokens', null],
    ['refusal', { type: 'refusal' }],
  ] as const)('stops for %s', async (stopReason, details) => {
    api.respond({ ...says('Half'), stopReason })
    const message = await client.messages.stream(asking('?')).finalMessage()
    expect(message).toMatchObject({ stop_reason: stopReason })
    if (details) expect(message.stop_details).toMatchObject(details)
  })

  test('tool input that is no JSON is an error of the stream', async () => {
    api.respond({ content: [{ type: 'tool_use', name: 'search', input: {}, rawInput: '{"query": nope' }] })
    const stream = client.beta.messages.stream({ ...asking('?'), tools: [search] })
    expect((await failure(stream.finalMessage()))?.message).toMatch('Unable to parse tool parameter JSON')
  })
})

describe('faults', () => {
  const TEN = { ...says('0123456789'), deltaMs: 1 }
  const collect = async (given: Partial<ScriptedMessage>) => {
    api.respond({ ...given, content: [{ type: 'text', text: '0123456789', deltas: [...'0123456789'] }] })
    const stream = client.messages.stream(asking('?'))
    let text = ''
    stream.on('text', (delta) => {
      text += delta
    })
    return { error: await failure(stream.finalMessage()), text: () => text }
  }

  test('a connection breaks off after some deltas, and all of them arrived', async () => {
    for (const n of [0, 3, 99]) {
      const { error, text } = await collect({ ...TEN, cutAfterDeltas: n })
      expect(error).toBeInstanceOf(Anthropic.AnthropicError)
      expect(text()).toBe('0123456789'.slice(0, n))
    }
    expect(api.requests.map(({ aborted }) => aborted)).toEqual([false, false, false])
  })

  test('an error in the middle of a stream', async () => {
    const { error, text } = await collect({ ...TEN, errorAfterDeltas: { n: 2, type: 'overloaded_error' } })
    expect(error).toBeInstanceOf(Anthropic.APIError)
    expect(error).toMatchObject({ status: undefined, type: 'overloaded_error' })
    expect(text()).toBe('01')
  })

  test('an answer that ends before its message does', async () => {
    const { error, text } = await collect({ ...TEN, endAfterDeltas: 3 })
    expect(error?.message).toBe('stream ended without producing a Message with role=assistant')
    expect(text()).toBe('012')
  })

  test('a stream that stalls stays open until the client leaves, which is seen', async () => {
    api.respond({ ...TEN, stallAfterDeltas: 1 })
    const stream = client.messages.stream(asking('?'))
    const failed = failure(stream.finalMessage())
    await isTrue(() => api.requests[0]?.deltas.length === 1)
    await setTimeout(50)
    expect(api.open).toBe(1)
    stream.abort()
    expect(await failed).toBeInstanceOf(Anthropic.APIUserAbortError)
    await isTrue(() => api.open === 0)
    expect(api.requests[0]?.aborted).toBe(true)
  })

  test('answers without a message', async () => {
    const statuses = [400, 401, 429, 500, 529]
    api.respond(...statuses.map((status) => ({ status, retryAfter: 7 })))
    for (const status of statuses) {
      const error = await failure(client.messages.create(asking('?')))
      expect(error).toMatchObject({ status })
      expect((error as { headers?: Headers }).headers?.get('retry-after')).toBe('7')
    }
    expect(api.requests.every(({ refused }) => refused === undefined)).toBe(true)
  })

  test('no answer at all', async () => {
    api.respond({ hang: true }, { drop: true })
    expect(await failure(client.messages.create(asking('?'), { timeout: 60 }))).toBeInstanceOf(
      Anthropic.APIConnectionTimeoutError,
    )
    expect(await failure(client.messages.create(asking('?')))).toBeInstanceOf(Anthropic.APIConnectionError)
    await isTrue(() => api.open === 0)
    expect(api.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })
})

describe('what the API would refuse', () => {
  const call = { type: 'tool_use', id: 't1', name: 'search', input: {} }
  const result = { type: 'tool_result', tool_use_id: 't1', content: 'R.' }
  const user = (...content: object[]) => ({ role: 'user', content })
  const assistant = (...content: object[]) => ({ role: 'assistant', content })
  const tools = [{ name: 'search', input_schema: { type: 'object' } }]
  const text = { type: 'text', text: 'T.' }
  const cached = { ...text, cache_control: { type: 'ephemeral' } }
  const plain = { ...searchResult('plain', ['P.']), citations: { enabled: false } }
  const strict = (properties: object, rest: object = { additionalProperties: false }) => ({
    tools: [{ name: 'search', strict: true, input_schema: { type: 'object', properties, ...rest } }],
  })
  test.each<[string, object]>([
    ['messages: at least one', { messages: [] }],
    ['max_tokens: Field required', { max_tokens: undefined }],
    ['first message must use the "user" role', { messages: [assistant(text), user(text)] }],
    ["messages.1.role: Input should be 'user' or", { messages: [user(text), { role: 'x', content: 'T.' }] }],
    ['prefill', { messages: [user(text), assistant(text)] }],
    ['temperature', { temperature: 0 }],
    ['thread: false', { thread: { type: 'new' } }],
    ['max_iterations: Extra inputs', { max_iterations: 3 }],
    [
      'without tool_result blocks immediately after: t1',
      { tools, messages: [user(text), assistant(call), user(text)] },
    ],
    ['without tool_result', { tools, messages: [user(text), assistant(call)] }],
    ['unexpected tool_use_id', { messages: [user(result)] }],
    ['must come first', { tools, messages: [user(text), assistant(call), user(text, result)] }],
    ['single result', { tools, messages: [user(text), assistant(call), user(result, result)] }],
    ['must define tools', { messages: [user(text), assistant(call), user(result)] }],
    [
      "'document' blocks are not permitted",
      { messages: [user(text), assistant({ type: 'document' }), user(text)] },
    ],
    ['citations must be enabled for all', { messages: [user(searchResult('s', ['S.']), plain)] }],
    [
      'cannot be used with citations',
      {
        messages: [user(searchResult('s', ['S.']))],
        output_config: {
          format: { type: 'json_schema', schema: { type: 'object', additionalProperties: false } },
        },
      },
    ],
    ['A maximum of 4', { system: [cached, cached], messages: [user(cached, cached, cached)] }],
    ['should match pattern', { tools: [{ ...tools[0], name: 'a b' }] }],
    ['must be unique', { tools: [tools[0], tools[0]] }],
    ["Input should be 'object'", { tools: [{ name: 'search', input_schema: { type: 'string' } }] }],
    ["'maximum' is not supported", strict({ n: { type: 'array', items: { type: 'integer', maximum: 3 } } })],
    ["'additionalProperties' must be explicitly set", strict({}, {})],
    ['non-whitespace', { messages: [user({ type: 'text', text: '' })] }],
    ['non-whitespace', { system: ' ' }],
  ])('%s', async (message, change) => {
    api.respondWith(() => says('Taken.'))
    const error = await failure(client.messages.create({ ...asking('?'), ...change } as never))
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' })
    expect(error).toHaveProperty('error.error.message', api.requests[0]?.refused)
    expect(api.requests[0]?.refused).toContain(message)
  })

  test('a request without a key or a version', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${api.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(asking('?')) })
    expect((await post({})).status).toBe(401)
    expect((await post({ 'x-api-key': 'key' })).status).toBe(400)
    expect(api.requests.map(({ refused }) => refused)).toEqual([
      'x-api-key header is required',
      'anthropic-version: header is required',
    ])
  })

  test('a script that does not fit the request, or is missing', async () => {
    api.respond({
      content: [{ type: 'text', text: 'T.', citations: [{ source: 'absent', from: 0, to: 1 }] }],
    })
    expect((await failure(client.messages.create(asking('?'))))?.message).toContain('absent')
    expect((await failure(client.messages.create(asking('?'))))?.message).toContain('nothing is scripted')
  })
})

test('the prompt cache is read up to the longest prefix that was written', async () => {
  api.respondWith(() => says('T.'))
  const long = (letter: string) => letter.repeat(4_000)
  const send = async (system: string, ...texts: string[]) => {
    const content = texts.map((text) => ({ type: 'text' as const, text }))
    const { usage } = await client.messages.create({
      ...ASK,
      system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content }],
      cache_control: { type: 'ephemeral' },
    })
    const { cache_read_input_tokens: read, cache_creation_input_tokens: write, input_tokens: rest } = usage
    return [read, write, rest].map((tokens) => Math.round((tokens ?? 0) / 1_000))
  }
  expect(await send(long('s'), long('a'))).toEqual([0, 2, 0])
  expect(await send(long('s'), long('a'))).toEqual([2, 0, 0])
  expect(await send(long('s'), long('a'), long('b'), long('c'))).toEqual([2, 2, 0])
  expect(await send(long('s'), long('d'))).toEqual([1, 1, 0])
  expect(await send(long('z'), long('a'))).toEqual([0, 2, 0])
})

test('fifty streams at once keep their time', async () => {
  const DELTAS = 40
  const deltas = Array.from({ length: DELTAS }, (_, index) => `${index} `)
  api.respondWith(() => ({
    content: [{ type: 'text', text: deltas.join(''), deltas }],
    firstTokenMs: 600,
    deltaMs: 20,
  }))
  const streams = Array.from({ length: 50 }, () => client.messages.stream(asking('?')))
  const texts = await Promise.all(streams.map((stream) => stream.finalText()))
  expect(new Set(texts)).toEqual(new Set([deltas.join('')]))
  const lateness = api.requests.flatMap((request) =>
    request.deltas.map((at, index) => at - (request.receivedAt + 600 + index * 20)),
  )
  expect(lateness).toHaveLength(50 * DELTAS)
  const sorted = lateness.sort((a, b) => a - b)
  expect(sorted[0]).toBeGreaterThanOrEqual(0)
  // Lateness does not add up: half of the deltas stay within a few milliseconds, on a busy machine too.
  expect(sorted[sorted.length / 2]).toBeLessThan(10)
})

test('in a process of its own', async () => {
  const script = JSON.stringify(says('From afar.'))
  const path = join(import.meta.dirname, 'fake-messages-api-process.ts')
  const child = spawn(process.execPath, [path, script], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [baseURL] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const afar = new Anthropic({ authToken: 'token', apiKey: null, baseURL })
    expect(await afar.messages.stream(asking('?')).finalText()).toBe('From afar.')
    const seen = (await (await fetch(`${baseURL}/requests`)).json()) as {
      timeOrigin: number
      requests: { deltas: number[] }[]
    }
    expect(seen.requests[0]?.deltas).toHaveLength(2)
    expect(seen.timeOrigin).toBeGreaterThan(performance.timeOrigin)
  } finally {
    child.kill()
  }
})
