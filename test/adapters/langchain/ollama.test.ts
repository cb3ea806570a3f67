import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createLangChainComposer } from '../../../src/adapters/langchain/composer.ts'
import { loadModel } from '../../../src/adapters/langchain/load-model.ts'
import type { Tool } from '../../../src/ports/toolbox.ts'
import { anAsk } from '../../support/asks.ts'
import { startFakeOllama } from '../../support/fake-ollama.ts'
import { passage } from '../../support/knowledge.ts'
import { compose, prompts } from '../../support/langchain.ts'

const costs = passage('costs', 'Costs of phase 2:\n- Cloud: $120K a month')
const ask = (given = {}) => anAsk('What does the cloud cost in phase 2?', [costs], given)

let server: Awaited<ReturnType<typeof startFakeOllama>>
const start = async (respond: Parameters<typeof startFakeOllama>[0]) => {
  server = await startFakeOllama(respond)
  const name = 'ollama:llama3.1:8b'
  const model = await loadModel(name, { openaiKey: undefined, openaiUrl: undefined, ollamaUrl: server.url })
  return createLangChainComposer({ model, name, prompts, waitMs: 500 })
}
afterEach(() => server.close())

test('Ollama answers with citations, room for the passages, and a count of tokens', async () => {
  const composer = await start(() => ({ text: ['answer\nCloud costs ', '$120K. [P1', '.2]'] }))
  const { claims, events } = await compose(composer, ask())
  expect(claims).toEqual([
    { text: 'Cloud costs $120K.', cites: [{ passageId: 'costs', quote: 'Cloud: $120K a month' }] },
  ])
  expect(events).toContainEqual({
    type: 'usage',
    usage: {
      model: 'ollama:llama3.1:8b',
      inputTokens: 300,
      outputTokens: 30,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    },
  })
  const [request] = server.requests
  expect(request).toMatchObject({ path: '/api/chat', body: { model: 'llama3.1:8b' } })
  expect(request?.body.options.num_ctx).toBeGreaterThan(10_000)
})

test('several calls of tools at once stay apart', async () => {
  const asked: string[] = []
  const search = {
    name: 'search_knowledge',
    description: 'Searches.',
    input: z.strictObject({ query: z.string() }),
    run: async ({ query }: { query: string }) => {
      asked.push(query)
      return { passages: [], computed: [] }
    },
  } as unknown as Tool
  const composer = await start(({ body }) =>
    body.messages.some(({ role }) => role === 'tool')
      ? { text: ['answer\nNothing. [P1.1]'] }
      : { calls: ['a', 'b'].map((query) => ({ name: 'search_knowledge', arguments: { query } })) },
  )
  const { text } = await compose(composer, ask({ tools: [search] }))
  expect(text).toBe('Nothing.')
  expect(asked).toEqual(['a', 'b'])
  expect(server.requests[0]?.body.tools).toHaveLength(1)
})

test('one call that is cancelled stops at once, and leaves the others alone', async () => {
  const composer = await start(() => ({ text: ['answer\nOne. Two.'], stalls: true }))
  const [gone, stays] = [new AbortController(), new AbortController()]
  const cancelled = compose(composer, ask(), gone.signal)
  await expect.poll(() => server.requests).toHaveLength(1)
  const other = compose(composer, ask(), stays.signal)
  await expect.poll(() => server.requests).toHaveLength(2)
  gone.abort(new Error('gone'))
  expect((await cancelled).failure).toMatchObject({ message: 'gone' })
  await expect.poll(() => server.requests[0]?.aborted).toBe(true)
  expect(server.requests[1]?.aborted).toBe(false)
  stays.abort(new Error('gone too'))
  expect((await other).failure).toMatchObject({ message: 'gone too' })
})

test.each([
  [404, 'model not found', /run `ollama pull llama3\.1:8b`/],
  [500, 'out of memory', /Ollama failed \(500\)/],
])('status %i is told to the operator', async (status, error, said) => {
  const composer = await start(() => ({ status, error }))
  const { failure } = await compose(composer, ask())
  expect(failure).toMatchObject({ name: 'ComposerError', message: expect.stringMatching(said) })
})

test('an answer that is cut off by its length is a failure', async () => {
  const composer = await start(() => ({ text: ['answer\nOne. [P1.1] Tw'], reason: 'length' }))
  const { failure, text } = await compose(composer, ask())
  expect(text).toBe('One.')
  expect(failure).toMatchObject({ message: expect.stringContaining('the most that it may write') })
})

test('Ollama that does not run is told', async () => {
  const composer = await start(() => ({}))
  await server.close()
  const { failure } = await compose(composer, ask())
  expect(failure).toMatchObject({ message: expect.stringMatching(/ECONNREFUSED.*OLLAMA_URL/) })
  server = await startFakeOllama(() => ({}))
})
