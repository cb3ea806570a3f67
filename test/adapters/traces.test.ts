import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { startTraces } from '../../src/adapters/traces/otlp.ts'
import type { Advisor } from '../../src/advisor/turn.ts'
import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'
import { createAnswerMessage } from '../../src/threads/answer-message.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWork } from '../../src/threads/work-thread.ts'
import { type Collector, type ReceivedSpan, readAttributes, startCollector } from '../support/collector.ts'
import { platformClient, startFakePlatform } from '../support/fake-platform.ts'
import { makeDirectory, testStores } from '../support/test-database.ts'
import { aMessage } from '../support/threads.ts'

const QUESTION = 'what are squads?'
const STEPS = ['cairn.compose', 'cairn.gather', 'cairn.understand']
const CAIRN = join(process.cwd(), 'src/cli/cairn.ts')
/** Loaded in front of a program: counts the files of OpenTelemetry that are imported or required, and tells at the end. */
const COUNTING = `
  import { registerHooks } from 'node:module'
  let loaded = 0
  const load = (url, context, next) => {
    if (url.includes('/@opentelemetry/')) loaded++
    return next(url, context)
  }
  registerHooks({ load })
  process.on('exit', () => process.stderr.write('loaded: ' + loaded))`
/** Time within which an application closes, whatever the collector does. */
const CLOSED_WITHIN_MS = 5_000

const named = (spans: ReceivedSpan[], name: string): ReceivedSpan[] =>
  spans.filter((span) => span.name === name)
const below = (spans: ReceivedSpan[], parent: ReceivedSpan | undefined) =>
  spans.filter(({ parentSpanId }) => parent && parentSpanId === parent.spanId)
/** An address where nobody listens. */
const deadAddress = async (): Promise<string> => {
  const { url, close } = await startCollector()
  await close()
  return url
}

describe('traces of an application', () => {
  const folder = makeDirectory()
  const warnings: unknown[] = []
  const logger = { warn: (...given: unknown[]) => void warnings.push(given), info: () => {} }
  const withApp = async <T>(endpoint: string | undefined, work: (app: App) => Promise<T>): Promise<T> => {
    const config = readConfig(
      { CAIRN_DATA_DIR: folder.path, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, PORT: '0' },
      '/',
    )
    const app = await createApp(config, { logger })
    try {
      return await work(app)
    } finally {
      await app.close()
    }
  }
  const ask = (app: App) => app.advise({ tenantId: 'shared', question: QUESTION })
  beforeEach(() => {
    warnings.length = 0
  })
  afterAll(folder.remove)

  test('a turn arrives with its steps below it, and without a word of the question', async () => {
    const collector = await startCollector()
    const { reply } = await withApp(`${collector.url}/`, ask)
    const spans = collector.spans()
    expect(collector.received.map(({ path }) => path)).toEqual(['/v1/traces'])
    expect(spans.map(({ name }) => name).sort()).toEqual([...STEPS, 'cairn.turn'].sort())
    const [turn] = named(spans, 'cairn.turn')
    expect(turn?.parentSpanId ?? '').toBe('')
    expect(
      below(spans, turn)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(STEPS)
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
    expect(readAttributes(turn?.attributes ?? [])).toEqual({
      'cairn.tenant.id': 'shared',
      'cairn.reply.kind': reply.kind,
    })
    const all = JSON.stringify(collector.received)
    expect(all).toContain('{\\"key\\":\\"service.name\\",\\"value\\":{\\"stringValue\\":\\"cairn\\"}}')
    expect(all).not.toMatch(/squad/i)
    expect(warnings).toEqual([])
    await collector.close()
  })

  test('a collector that nobody reaches, or that never answers, changes no answer and is told of once', async () => {
    const plain = await withApp(undefined, ask)
    expect(warnings).toEqual([])
    const silent = await startCollector({ silent: true })
    for (const endpoint of [await deadAddress(), silent.url]) {
      warnings.length = 0
      let closing = 0
      const { reply } = await withApp(endpoint, async (app) => {
        for (let n = 0; n < 3; n++) await ask(app)
        const last = await ask(app)
        closing = performance.now()
        return last
      })
      expect(performance.now() - closing).toBeLessThan(CLOSED_WITHIN_MS)
      expect(reply).toEqual(plain.reply)
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toEqual([
        expect.stringMatching(
          /^Traces are lost: the collector at http:\/\/127\.0\.0\.1:\d+ did not take them \(\w+\)\. Start it, or correct or remove OTEL_EXPORTER_OTLP_ENDPOINT; answers are not affected\.$/,
        ),
      ])
    }
    await silent.close()
  })

  test('without a collector nothing of OpenTelemetry is loaded', async () => {
    const loaded = async (env: Record<string, string> = {}) => {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(COUNTING)}`, CAIRN, 'ask', QUESTION],
        { cwd: folder.path, env: { PATH: process.env.PATH, CAIRN_DATA_DIR: folder.path, ...env } },
      )
      expect(stdout).toMatch(/squads/)
      return Number(/loaded: (\d+)$/.exec(stderr)?.[1])
    }
    expect(await loaded()).toBe(0)
    // The same look finds them where they are.
    const collector = await startCollector()
    expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toBeGreaterThan(10)
    expect(named(collector.spans(), 'cairn.turn')).toHaveLength(1)
    await collector.close()
  })
})

for (const { name, open } of testStores)
  describe(`traces of a thread on ${name}`, () => {
    let database: Database
    let collector: Collector
    beforeAll(async () => {
      database = await open()
    })
    beforeEach(async () => {
      collector = await startCollector()
    })
    afterEach(() => collector.close())
    afterAll(() => database?.close())

    test('turns and posts carry their ids; a failure its kind, and nothing of what it quotes', async () => {
      const { trace, close } = startTraces({ endpoint: collector.url, onLoss: () => {} })
      const platform = await startFakePlatform()
      platform.next = ['limited', 'ok']
      const store = createThreadStore(database.db)
      const key = { tenantId: randomUUID(), threadId: 'thread' }
      await ensureTenant(database.db, key.tenantId, 'A tenant')
      let tries = 0
      const advise: Advisor = async ({ question }) => {
        tries++
        if (tries === 1) throw new AppError('embedder_failed', `"${question}" could not be embedded`)
        return trace('cairn.gather', {}, async () => ({
          reply: { kind: 'answer', text: question, citations: [], caveats: [] },
          composer: 'echo',
          usage: [],
          passages: [],
          timings: { understand: 0, gather: 0, compose: 0, total: 0 },
          dropped: [],
          toolFailures: [],
          toThePoint: true,
          withheld: false,
        }))
      }
      const work = createThreadWork({
        store,
        answer: createAnswerMessage({
          store,
          people: createPeopleStore(database.db),
          knowledge: createKnowledgeStore(database.db),
          advise,
          platforms: {},
          trace,
        }),
        deliver: createDelivery({
          store,
          platforms: { web: platformClient(platform.url) },
          random: Math.random,
          now: () => performance.now(),
          trace,
        }),
        onFailure: () => {},
      })
      await store.accept(key.tenantId, aMessage({ text: 'confidential question' }))
      while (platform.arrived.length === 0) {
        await work(key)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const [turn] = await store.transcript(key, 1)
      await close()

      const spans = collector.spans()
      const ids = { 'cairn.tenant.id': key.tenantId, 'cairn.thread.id': 'thread' }
      const [failed, answered] = named(spans, 'cairn.turn')
      expect(named(spans, 'cairn.turn')).toHaveLength(2)
      expect(readAttributes(failed?.attributes ?? [])).toMatchObject({
        ...ids,
        'cairn.attempt': 1,
        'error.type': 'embedder_failed',
      })
      expect(failed?.status).toEqual({ code: 2 })
      expect(failed?.events.map((event) => [event.name, readAttributes(event.attributes)])).toEqual([
        ['exception', { 'exception.type': 'embedder_failed' }],
      ])
      expect(readAttributes(answered?.attributes ?? [])).toEqual({
        ...ids,
        'cairn.turn.id': turn?.turnId,
        'cairn.attempt': 2,
        'cairn.reply.kind': 'answer',
      })
      expect(below(spans, answered).map((span) => span.name)).toEqual(['cairn.gather'])
      expect(below(spans, failed)).toEqual([])
      expect(named(spans, 'cairn.post').map(({ attributes }) => readAttributes(attributes))).toEqual([
        { ...ids, 'cairn.platform': 'web', 'cairn.attempt': 1, 'error.type': 'PostError' },
        // A platform that asks for patience costs the post no attempt.
        { ...ids, 'cairn.platform': 'web', 'cairn.attempt': 1 },
      ])
      expect(JSON.stringify(collector.received)).not.toMatch(/confidential|embedded|the platform said/)
      await platform.close()
    })
  })

test('turns at the same time keep their steps apart, and a collector that comes back gets what follows', async () => {
  const losses: string[] = []
  const endpoint = await deadAddress()
  const lost = startTraces({ endpoint, onLoss: (reason) => losses.push(reason), tellEveryMs: 0 })
  await lost.trace('cairn.turn', {}, async () => {})
  await lost.close()
  expect(losses).toHaveLength(1)

  const collector = await startCollector()
  const { trace, close } = startTraces({ endpoint: collector.url, onLoss: (reason) => losses.push(reason) })
  await Promise.all(
    ['one', 'two', 'three'].map((label) =>
      trace('cairn.turn', { label }, async () => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
        await trace('cairn.gather', { label }, async () => {})
      }),
    ),
  )
  await close()
  await trace('cairn.turn', {}, async () => 'after the end it still works')
  const spans = collector.spans()
  for (const turn of named(spans, 'cairn.turn'))
    expect(below(spans, turn).map(({ attributes }) => attributes)).toEqual([turn.attributes])
  expect(spans).toHaveLength(6)
  expect(losses).toHaveLength(1)
  await collector.close()
})
