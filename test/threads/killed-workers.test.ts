import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startJobs } from '../../src/adapters/jobs/pg-boss.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { THREADS_QUEUE } from '../../src/jobs/queues.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWorkers } from '../../src/threads/thread-workers.ts'
import { createThreadWork } from '../../src/threads/work-thread.ts'
import { platformClient, startFakePlatform } from '../support/fake-platform.ts'
import { makeServerDatabase, onServer, TEST_DATABASE_URL, testStores } from '../support/test-database.ts'
import { aMessage, echoed } from '../support/threads.ts'

/** The full run: FAULT_TURNS=10000 npm run test:faults. */
const TURNS = Number(process.env.FAULT_TURNS ?? 1_000)
const THREADS = Math.max(10, TURNS / 20)
const TENANTS = Math.max(2, THREADS / 10)
const KILL_EVERY_MS = 1_500
const WORKERS = 3
const SCRIPT = join(import.meta.dirname, '../support/thread-worker-process.ts')

const tenantOf = (thread: number) => `tenant-${thread % TENANTS}`
const throwError = (error: unknown) => {
  throw error
}

describe.skipIf(!TEST_DATABASE_URL)('worker processes that are killed', () => {
  test(`${TURNS} turns over ${THREADS} threads of ${TENANTS} tenants, a worker killed every ${KILL_EVERY_MS} ms`, {
    timeout: 60_000 + TURNS * 60,
  }, async () => {
    const platform = await startFakePlatform()
    const { url, remove } = await makeServerDatabase()
    const database = await openDatabase({ databaseUrl: url, dataDir: '' })
    await migrate(database.db)
    const store = createThreadStore(database.db)
    const jobs = await startJobs({ ...database, queues: [THREADS_QUEUE], onError: throwError })
    for (let n = 0; n < TENANTS; n++) await ensureTenant(database.db, `tenant-${n}`, 'A tenant')

    const children = new Set<ChildProcess>()
    let ended = false
    const startWorker = async () => {
      const child = spawn(process.execPath, [SCRIPT, url, platform.url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.add(child)
      child.once('exit', () => children.delete(child))
      await once(child.stdout, 'data')
    }
    await Promise.all(Array.from({ length: WORKERS }, startWorker))
    let kills = 0
    const killing = (async () => {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS))
        if (ended) return
        const [victim] = children
        victim?.kill('SIGKILL')
        kills++
        await startWorker()
      }
    })()

    const { accept } = createThreadWorkers({
      jobs,
      store,
      work: async () => undefined,
      onError: throwError,
    })
    const write = async (thread: number) => {
      for (let n = thread; n < TURNS; n += THREADS)
        await accept(
          tenantOf(thread),
          aMessage({ threadId: `thread-${thread}`, text: String(n), eventId: `e-${n}` }),
        )
    }
    const threads = Array.from({ length: THREADS }, (_, thread) => thread)
    for (let from = 0; from < THREADS; from += 8) await Promise.all(threads.slice(from, from + 8).map(write))

    const waiting = async () => {
      const { rows } = await database.pool.query(
        `select (select count(*)::int from inbox where state = 'accepted') as inbox,
             (select count(*)::int from outbox where state in ('intended', 'sent')) as outbox`,
      )
      return (rows[0].inbox + rows[0].outbox) as number
    }
    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 250))
    ended = true
    await killing
    for (const child of children) child.kill('SIGKILL')

    expect(kills).toBeGreaterThan(0)
    const { rows: states } = await database.pool.query(
      'select state, count(*)::int as count from outbox group by state order by state',
    )
    expect(states).toEqual([{ state: 'confirmed', count: TURNS }])
    // As the person sees it: every turn once, each thread in its order.
    const keys = platform.arrived.map(({ tenantId, key }) => `${tenantId} ${key}`)
    expect(keys).toHaveLength(TURNS)
    expect(new Set(keys).size).toBe(TURNS)
    const { rows } = await database.pool.query(
      `select tenant_id as "tenantId", 'reply:' || sequence as key, thread_id as "threadId", question from turns`,
    )
    const asked = new Map(rows.map((row) => [`${row.tenantId} ${row.key}`, Number(row.question)]))
    const seen = Map.groupBy(platform.arrived, ({ threadId }) => threadId)
    expect(seen.size).toBe(THREADS)
    for (const posts of seen.values()) {
      const order = posts.map(({ tenantId, key }) => asked.get(`${tenantId} ${key}`) as number)
      expect(order).toEqual([...order].sort((a, b) => a - b))
    }
    await jobs.stop(1_000)
    await database.close()
    await remove()
    await platform.close()
  })
})

for (const { name, open } of testStores)
  test(`one process on ${name}: 200 turns over 10 threads, written while they are worked on`, {
    timeout: 60_000,
  }, async () => {
    const platform = await startFakePlatform()
    const database = await open()
    const store = createThreadStore(database.db)
    const jobs = await startJobs({ ...database, queues: [THREADS_QUEUE], onError: throwError })
    const work = createThreadWork({
      store,
      answer: async (_, message) => echoed(message),
      deliver: createDelivery({
        store,
        platforms: { web: platformClient(platform.url) },
        random: Math.random,
        now: () => performance.now(),
      }),
      onFailure: (_key, _message, error) => throwError(error),
    })
    const workers = createThreadWorkers({ jobs, store, work, onError: throwError })
    await workers.start()
    for (let n = 0; n < 2; n++) await ensureTenant(database.db, `tenant-${n}`, 'A tenant')
    await Promise.all(
      Array.from({ length: 10 }, async (_, thread) => {
        for (let n = 0; n < 20; n++)
          await workers.accept(
            `tenant-${thread % 2}`,
            aMessage({ threadId: `thread-${thread}`, text: String(n) }),
          )
      }),
    )
    while (platform.arrived.length < 200) await new Promise((resolve) => setTimeout(resolve, 50))
    const { rows } = await database.pool.query(
      'select thread_id, question from turns order by answered_at, sequence',
    )
    for (const turns of Map.groupBy(rows, ({ thread_id }) => thread_id).values())
      expect(turns.map(({ question }) => Number(question))).toEqual(Array.from({ length: 20 }, (_, n) => n))
    workers.stop()
    await jobs.stop(5_000)
    expect(new Set(platform.arrived.map(({ key, tenantId }) => `${tenantId} ${key}`)).size).toBe(200)
    await database.close()
    await platform.close()
  })

test.skipIf(!TEST_DATABASE_URL)(
  'a server that drops every connection again and again: each turn once, in order',
  { timeout: 90_000 },
  async () => {
    const platform = await startFakePlatform()
    const { url, remove } = await makeServerDatabase()
    const database = await openDatabase({ databaseUrl: url, dataDir: '' })
    await migrate(database.db)
    const store = createThreadStore(database.db, { settleMs: 1_000 })
    const failures: unknown[] = []
    const onError = (error: unknown) => failures.push(error)
    const jobs = await startJobs({ ...database, queues: [THREADS_QUEUE], onError })
    const work = createThreadWork({
      store,
      answer: async (_, message) => echoed(message),
      deliver: createDelivery({
        store,
        platforms: { web: platformClient(platform.url) },
        random: Math.random,
        now: () => performance.now(),
      }),
      onFailure: (_key, _message, error) => onError(error),
      leaseSeconds: 1,
    })
    const workers = createThreadWorkers({ jobs, store, work, sweepMs: 200, onError })
    await ensureTenant(database.db, 'tenant-0', 'A tenant')
    for (let n = 0; n < 100; n++)
      await workers.accept('tenant-0', aMessage({ threadId: `thread-${n % 10}`, text: String(n) }))
    const name = new URL(url).pathname.slice(1)
    const dropping = setInterval(
      () => onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`),
      400,
    )
    await workers.start()
    const until = Date.now() + 60_000
    const seen = () => new Set(platform.arrived.map(({ key }) => key)).size
    while (seen() < 100 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100))
    clearInterval(dropping)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    workers.stop()
    await jobs.stop(5_000)
    expect(seen()).toBe(100)
    expect(platform.arrived).toHaveLength(100)
    expect(failures.length).toBeGreaterThan(0)
    const { rows } = await database.pool.query(
      'select state, count(*)::int as count from outbox group by state',
    )
    expect(rows).toEqual([{ state: 'confirmed', count: 100 }])
    await database.close()
    await remove()
    await platform.close()
  },
)
