import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { createScheduleStore } from '../../src/adapters/postgres/schedule-store.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createScheduleRun } from '../../src/jobs/run-schedules.ts'
import type { JobData } from '../../src/ports/jobs.ts'
import type { ScheduleStore } from '../../src/ports/schedule-store.ts'
import { testStores } from '../support/test-database.ts'

const HOUR = 3_600_000

for (const { name, open } of testStores) {
  describe(`schedules on ${name}`, () => {
    let database: Database
    let store: ScheduleStore
    let tenantId: string
    let sent: JobData[]
    const jobs = { send: async (_: string, data: JobData) => void sent.push(data) }
    beforeAll(async () => {
      database = await open()
      store = createScheduleStore(database.db)
    })
    beforeEach(async () => {
      await database.pool.query('delete from schedules')
      sent = []
      tenantId = randomUUID()
      await ensureTenant(database.db, tenantId, 'A tenant')
    })
    afterAll(() => database?.close())

    const recurrence = () =>
      ({
        tenantId,
        recurrenceId: 'digest',
        queue: 'digests',
        schedule: { kind: 'daily', time: '09:00' },
        zone: 'Europe/Berlin',
      }) as const

    test('what is due becomes one job and moves on; what was missed is due once', async () => {
      const missed = new Date(Date.now() - 30 * 24 * HOUR)
      await store.put(recurrence(), missed)
      const run = createScheduleRun({ store, jobs })
      expect(await run()).toBe(1)
      expect(await run()).toBe(0)
      expect(sent).toEqual([{ tenantId, recurrenceId: 'digest', due: missed.toISOString() }])
      const [next] = await store.recurrences(tenantId)
      expect(next?.due.getTime()).toBeGreaterThan(Date.now())
      expect(next?.due.getTime()).toBeLessThan(Date.now() + 26 * HOUR)
    })

    test('a process that starts and puts the same again loses no missed run; a change starts anew', async () => {
      const missed = new Date(Date.now() - HOUR)
      const later = new Date(Date.now() + HOUR)
      const due = async () => (await store.recurrences(tenantId)).map((found) => found.due)
      await store.put(recurrence(), missed)
      await store.put(recurrence(), later)
      expect(await due()).toEqual([missed])
      await store.put({ ...recurrence(), zone: 'Asia/Tokyo' }, later)
      expect(await due()).toEqual([later])
    })

    test('five processes at once make one job of each', async () => {
      for (let n = 0; n < 20; n++)
        await store.put({ ...recurrence(), recurrenceId: `r${n}` }, new Date(Date.now() - n * 1_000))
      const runs = Array.from({ length: 5 }, () => createScheduleRun({ store, jobs })())
      expect((await Promise.all(runs)).reduce((sum, count) => sum + count, 0)).toBe(20)
      expect(new Set(sent.map(({ recurrenceId }) => recurrenceId)).size).toBe(20)
      expect(sent).toHaveLength(20)
    })

    test('a death between sending and moving on sends the same occurrence again, once its claim ended', async () => {
      const due = new Date(Date.now() - HOUR)
      await store.put(recurrence(), due)
      const dying = {
        claimDue: (limit: number) => store.claimDue(limit, 0.1),
        advance: () => Promise.reject(new Error('dead')),
      }
      await expect(createScheduleRun({ store: dying, jobs })()).rejects.toThrow('dead')
      expect(await createScheduleRun({ store, jobs })()).toBe(0)
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(await createScheduleRun({ store, jobs })()).toBe(1)
      expect(sent.map((data) => data.due)).toEqual([due.toISOString(), due.toISOString()])
    })

    test('a change while it is claimed wins', async () => {
      await store.put(recurrence(), new Date(Date.now() - HOUR))
      const [claimed] = await store.claimDue(10, 60)
      const later = new Date(Date.now() + 5 * HOUR)
      await store.put({ ...recurrence(), zone: 'Asia/Tokyo' }, later)
      if (claimed) await store.advance(claimed, new Date(Date.now() + HOUR))
      expect((await store.recurrences(tenantId))[0]?.due).toEqual(later)
      await store.remove(tenantId, 'digest')
      expect(await store.recurrences(tenantId)).toEqual([])
    })
  })
}
