import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { createScheduleStore } from '../../src/adapters/postgres/schedule-store.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { createScheduleRun } from '../../src/jobs/run-schedules.ts'
import { PostError } from '../../src/ports/chat-platform.ts'
import type { JobData } from '../../src/ports/jobs.ts'
import type { ScheduleStore } from '../../src/ports/schedule-store.ts'
import type { Lease, ThreadStore } from '../../src/ports/thread-store.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWork } from '../../src/threads/work-thread.ts'
import { platformClient, startFakePlatform } from '../support/fake-platform.ts'
import { testStores } from '../support/test-database.ts'
import { aMessage, echoed } from '../support/threads.ts'

// The wall clock of this process jumps, as after a wrong setting or a long sleep; its timers and the clock that only
// goes forward do not. A server has a clock of its own. The embedded store has none but this one: there the clock by
// which leases and dues are reckoned jumps too, and what is asked for is that nothing is done twice or forgotten.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const JUMPS = [
  ['a day forward', DAY],
  ['a day back', -DAY],
] as const

const jump = (milliseconds: number): void => {
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds })
}
const jumpBack = (): void => void vi.useRealTimers()

for (const { name, open } of testStores) {
  const hasOwnClock = name === 'PostgreSQL'

  describe(`a wall clock that jumps, on ${name}`, () => {
    let database: Database
    let schedules: ScheduleStore
    let threads: ThreadStore
    let tenantId: string
    let sent: JobData[]
    const jobs = { send: async (_: string, data: JobData) => void sent.push(data) }
    beforeAll(async () => {
      database = await open()
      schedules = createScheduleStore(database.db)
      threads = createThreadStore(database.db, { settleMs: 100 })
    })
    beforeEach(async () => {
      await database.pool.query('delete from schedules')
      sent = []
      tenantId = randomUUID()
      await ensureTenant(database.db, tenantId, 'A tenant')
    })
    afterEach(jumpBack)
    afterAll(() => database?.close())

    /** A daily recurrence that fell due an hour ago, or that many days before. */
    const putDaily = async (daysMissed: number): Promise<Date> => {
      const last = new Date(Math.floor((Date.now() - HOUR) / 60_000) * 60_000)
      const due = new Date(last.getTime() - daysMissed * DAY)
      const schedule = { kind: 'daily', time: due.toISOString().slice(11, 16) } as const
      await schedules.put({ tenantId, recurrenceId: 'r', queue: 'q', schedule, zone: 'UTC' }, due)
      return due
    }

    test
      .runIf(hasOwnClock)
      .each(JUMPS.flatMap(([label, by]) => [0, 3].map((missed) => [label, missed, by] as const)))(
      '%s while a schedule runs that was missed %i times: it runs once, and then tomorrow',
      async (_, daysMissed, by) => {
        const due = await putDaily(daysMissed)
        const run = createScheduleRun({ store: schedules, jobs })
        jump(by)
        expect(await run()).toBe(1)
        expect(await run()).toBe(0)
        jumpBack()
        expect(await run()).toBe(0)
        expect(sent.map((job) => job.due)).toEqual([due.toISOString()])
        const [next] = await schedules.recurrences(tenantId)
        expect(next?.due).toEqual(new Date(due.getTime() + (daysMissed + 1) * DAY))
      },
    )

    test.each(JUMPS)('%s and again: no occurrence twice', async (_, by) => {
      const due = await putDaily(0)
      const run = createScheduleRun({ store: schedules, jobs })
      for (let n = 0; n < 2; n++) {
        jump(by)
        await run()
        jumpBack()
        await run()
      }
      expect(sent.map((job) => job.due)).toEqual([due.toISOString()])
      const [next] = await schedules.recurrences(tenantId)
      expect(next?.due.getTime()).toBeGreaterThan(Date.now())
    })

    test.runIf(hasOwnClock).each(JUMPS)('%s does not end a lease, nor make it longer', async (_, by) => {
      await threads.accept(tenantId, aMessage())
      const key = { tenantId, threadId: 'thread' }
      const lease = (await threads.lease(key, 60)) as Lease
      jump(by)
      expect(await threads.lease(key, 60)).toBeUndefined()
      expect(await threads.extend(lease, 0.1)).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(await threads.lease(key, 60)).toBeDefined()
    })

    test.each(JUMPS)(
      '%s in the middle of turns: each message once, each post once, in order',
      async (_, by) => {
        const platform = await startFakePlatform()
        const key = { tenantId, threadId: 'thread' }
        const written = Date.now() - 10_000
        const work = createThreadWork({
          store: threads,
          answer: async (_, message) => {
            if (message.text === 'm1') jump(by)
            if (message.text === 'm2') jumpBack()
            return echoed(message)
          },
          deliver: createDelivery({
            store: threads,
            platforms: { web: platformClient(platform.url) },
            random: Math.random,
            now: () => performance.now(),
          }),
          onFailure: (_key, _message, error) => {
            throw error
          },
        })
        const messages = Array.from({ length: 4 }, (_, n) =>
          aMessage({ text: `m${n}`, occurredAt: new Date(written + n) }),
        )
        for (const message of messages) await threads.accept(tenantId, message)
        const until = performance.now() + 10_000
        while (platform.arrived.length < 4 && performance.now() < until) {
          await work(key)
          for (const message of messages) expect(await threads.accept(tenantId, message)).toBe('duplicate')
        }
        const { rows } = await database.pool.query(
          `select question, state from turns join outbox using (tenant_id) where tenant_id = $1
         and idempotency_key = 'reply:' || turns.sequence order by outbox.sequence`,
          [tenantId],
        )
        expect(rows).toEqual(['m0', 'm1', 'm2', 'm3'].map((question) => ({ question, state: 'confirmed' })))
        expect(platform.arrived).toHaveLength(4)
        expect(new Set(platform.arrived.map((post) => post.key)).size).toBe(4)
        await platform.close()
      },
    )

    test.each(JUMPS)('%s does not shorten the patience that a platform asked for', async (_, by) => {
      let posts = 0
      const deliver = createDelivery({
        store: threads,
        platforms: {
          web: {
            find: async () => 'unknown',
            post: async () => {
              posts++
              throw new PostError('limited', 'slow down', 60_000)
            },
          },
        },
        random: Math.random,
        now: () => performance.now(),
      })
      for (const threadId of ['one', 'two']) {
        const key = { tenantId, threadId }
        await threads.accept(tenantId, aMessage({ threadId }))
        const lease = (await threads.lease(key, 60)) as Lease
        await threads.intend(key, { idempotencyKey: threadId, body: { kind: 'notice', text: 'hello' } })
        if (threadId === 'two') jump(by)
        await deliver(lease)
      }
      expect(posts).toBe(1)
    })
  })
}
