import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startJobs } from '../src/adapters/jobs/pg-boss.ts'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { openDatabase } from '../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../src/adapters/postgres/thread-store.ts'
import { THREADS_QUEUE } from '../src/jobs/queues.ts'
import { createDelivery } from '../src/threads/deliver.ts'
import { createThreadWorkers } from '../src/threads/thread-workers.ts'
import { createThreadWork } from '../src/threads/work-thread.ts'

/*
 * What inbox, leases and outbox cost: turns that do nothing but be written, answered and posted, beside bare jobs of
 * the same queue, in one run. Usage: npm run bench:turns [TURNS]; on a server with DATABASE_URL.
 */
const TURNS = Number(process.argv[2] ?? 500)
const THREADS = 50
const BARE = 'bare'
const throwError = (error: unknown) => {
  throw error
}

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const database = await openDatabase({ databaseUrl: process.env.DATABASE_URL, dataDir: folder })
await migrate(database.db)
const jobs = await startJobs({ ...database, queues: [THREADS_QUEUE, BARE], onError: throwError })
await ensureTenant(database.db, 'bench', 'A benchmark')

interface Measured {
  perSecond: number
  p50: number
  p95: number
}

/** Sends all at once, and waits until each is done; latencies are from sending to done, in milliseconds. */
const measure = async (send: (n: number) => Promise<void>, done: Map<string, number>): Promise<Measured> => {
  const sent = new Map<string, number>()
  const started = performance.now()
  await Promise.all(
    Array.from({ length: TURNS }, async (_, n) => {
      sent.set(String(n), performance.now())
      await send(n)
    }),
  )
  const until = Date.now() + 60_000
  while (done.size < TURNS && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5))
  if (done.size < TURNS) throw new Error(`only ${done.size} of ${TURNS} were done within a minute`)
  const seconds = (performance.now() - started) / 1_000
  const latencies = [...done].map(([n, at]) => at - (sent.get(n) as number)).sort((a, b) => a - b)
  const quantile = (q: number) => latencies[Math.floor(q * (latencies.length - 1))] as number
  return { perSecond: TURNS / seconds, p50: quantile(0.5), p95: quantile(0.95) }
}

const bareDone = new Map<string, number>()
await jobs.work(BARE, { concurrency: 10, perGroup: 10 }, async ({ n = '' }) => {
  bareDone.set(n, performance.now())
})
const bare = await measure((n) => jobs.send(BARE, { n: String(n) }, { key: String(n) }), bareDone)

const turnsDone = new Map<string, number>()
const store = createThreadStore(database.db)
const work = createThreadWork({
  store,
  answer: async (_, { text, sequence }) => {
    const reply = { kind: 'answer' as const, text, citations: [], caveats: [] }
    return {
      turn: { turnId: crypto.randomUUID(), question: text, reply, composer: 'echo', timings: {} },
      posts: [{ idempotencyKey: `reply:${sequence}`, body: { kind: 'reply', reply } }],
    }
  },
  deliver: createDelivery({
    store,
    platforms: {
      web: {
        post: async ({ body }) => {
          if (body.kind === 'reply') turnsDone.set(body.reply.text, performance.now())
          return { platformMessageId: 'posted' }
        },
        find: async () => 'unknown',
      },
    },
    random: Math.random,
    now: () => performance.now(),
  }),
  onFailure: (_key, _message, error) => throwError(error),
})
const workers = createThreadWorkers({ jobs, store, work, perTenant: 10, onError: throwError })
await workers.start()
const turns = await measure(async (n) => {
  await workers.accept('bench', {
    platform: 'web',
    eventId: `e${n}`,
    conversationId: 'c',
    messageId: `m${n}`,
    threadId: `t${n % THREADS}`,
    text: String(n),
    occurredAt: new Date(),
  })
}, turnsDone)

const line = (name: string, { perSecond, p50, p95 }: Measured) =>
  `${name.padEnd(28)} ${perSecond.toFixed(0).padStart(6)} a second  p50 ${p50.toFixed(0)} ms  p95 ${p95.toFixed(0)} ms`
process.stdout.write(
  [
    `${TURNS} at once over ${THREADS} threads, on ${database.kind === 'server' ? 'PostgreSQL' : 'PGlite'}`,
    line('bare jobs', bare),
    line('turns: written to posted', turns),
    `turns per second as a ratio to bare jobs: ${(turns.perSecond / bare.perSecond).toFixed(2)}; p50 likewise: ${(turns.p50 / bare.p50).toFixed(2)}`,
    '',
  ].join('\n'),
)
workers.stop()
await jobs.stop(2_000)
await database.close()
await rm(folder, { recursive: true, force: true })
