import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createFeedbackStore } from '../../src/adapters/postgres/feedback-store.ts'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createTenantData } from '../../src/adapters/postgres/tenant-data.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import type { FeedbackStore } from '../../src/ports/feedback-store.ts'
import type { PeopleStore } from '../../src/ports/people-store.ts'
import type { Lease, ThreadStore, WaitingMessage } from '../../src/ports/thread-store.ts'
import { testStores } from '../support/test-database.ts'
import { aMessage, anEcho } from '../support/threads.ts'

for (const { name, open } of testStores) {
  describe(`feedback on ${name}`, () => {
    let database: Database
    let store: FeedbackStore
    let people: PeopleStore
    let threads: ThreadStore
    let tenant: string
    beforeAll(async () => {
      database = await open()
      store = createFeedbackStore(database.db)
      people = createPeopleStore(database.db)
      threads = createThreadStore(database.db)
    })
    beforeEach(async () => {
      tenant = randomUUID()
      await ensureTenant(database.db, tenant, 'A tenant')
    })
    afterAll(() => database?.close())

    const met = async (userId: string) => (await people.meet(tenant, { platform: 'web', userId })).personId
    /** Answers a question in a thread of its own; returns the turn. */
    const answered = async (): Promise<string> => {
      const key = { tenantId: tenant, threadId: randomUUID() }
      await threads.accept(tenant, aMessage({ threadId: key.threadId }))
      const lease = (await threads.lease(key, 60)) as Lease
      const message = (await threads.nextMessage(lease)) as WaitingMessage
      const turn = anEcho(message)
      await threads.finish(lease, message, turn, [])
      return turn.turnId
    }
    const listed = async () => (await store.list(tenant, 100)).map(({ at: _, ...feedback }) => feedback)

    test('is the last opinion of each person on each turn, and keeps its reason', async () => {
      const [turnId, ada, eve] = [await answered(), await met('ada'), await met('eve')]
      expect(await store.record(tenant, { turnId, personId: ada, rating: 'down' })).toBe(true)
      await store.record(tenant, { turnId, personId: ada, rating: 'down', reason: 'too \0 short 🗿' })
      expect(await listed()).toEqual([
        { turnId, personId: ada, rating: 'down', reason: 'too \uFFFD short 🗿' },
      ])
      await store.record(tenant, { turnId, personId: eve, rating: 'up' })
      await store.record(tenant, { turnId, personId: ada, rating: 'up' })
      expect(await listed()).toEqual([
        { turnId, personId: ada, rating: 'up', reason: 'too \uFFFD short 🗿' },
        { turnId, personId: eve, rating: 'up' },
      ])
      await store.record(tenant, { turnId, personId: ada, rating: 'up', reason: 'better now' })
      expect((await store.list(tenant, 1))[0]).toMatchObject({
        personId: ada,
        reason: 'better now',
        at: expect.any(Date),
      })
    })

    test('given many times at once is one', async () => {
      const [turnId, personId] = [await answered(), await met('ada')]
      const all = Array.from({ length: 10 }, () => store.record(tenant, { turnId, personId, rating: 'up' }))
      expect(await Promise.all(all)).not.toContain(false)
      expect(await listed()).toHaveLength(1)
    })

    test('on what is not there, or is another tenant’s, is not taken', async () => {
      const [turnId, personId] = [await answered(), await met('ada')]
      expect(await store.record(tenant, { turnId: randomUUID(), personId, rating: 'up' })).toBe(false)
      const other = randomUUID()
      await ensureTenant(database.db, other, 'Another')
      expect(await store.record(other, { turnId, personId, rating: 'up' })).toBe(false)
      expect(await listed()).toEqual([])
    })

    test('goes with its turn, and with its person', async () => {
      const [turnId, another] = [await answered(), await answered()]
      const [ada, eve] = [await met('ada'), await met('eve')]
      for (const personId of [ada, eve])
        for (const each of [turnId, another])
          await store.record(tenant, { turnId: each, personId, rating: 'up' })
      await threads.retire(tenant, turnId, undefined)
      expect(await listed()).toHaveLength(2)
      await createTenantData(database.db).erasePerson(tenant, ada)
      expect(await listed()).toEqual([{ turnId: another, personId: eve, rating: 'up' }])
    })

    test('of two accounts that turn out to be one person is one; the later opinion holds', async () => {
      const [both, first, second] = [await answered(), await answered(), await answered()]
      const account = { platform: 'teams', userId: '29:1' } as const
      const verifiedEmail = 'ada@example.com'
      const into = (await people.meet(tenant, { platform: 'slack', userId: 'U1', verifiedEmail })).personId
      const from = (await people.meet(tenant, account)).personId
      await store.record(tenant, { turnId: both, personId: into, rating: 'up', reason: 'clear' })
      await store.record(tenant, { turnId: both, personId: from, rating: 'down' })
      await store.record(tenant, { turnId: first, personId: from, rating: 'up', reason: 'short' })
      await store.record(tenant, { turnId: first, personId: into, rating: 'down' })
      await store.record(tenant, { turnId: second, personId: from, rating: 'up' })
      expect((await people.meet(tenant, { ...account, verifiedEmail })).personId).toBe(into)
      expect(await listed()).toEqual([
        { turnId: second, personId: into, rating: 'up' },
        { turnId: first, personId: into, rating: 'down' },
        { turnId: both, personId: into, rating: 'down', reason: 'clear' },
      ])
    })
  })
}
