import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { type ChatPlatform, PostError } from '../../src/ports/chat-platform.ts'
import type { PostOutcome, ThreadKey, ThreadStore } from '../../src/ports/thread-store.ts'
import { backoff, createDelivery, MOST_ATTEMPTS } from '../../src/threads/deliver.ts'
import { type AnswerMessage, createThreadWork, MOST_TURNS } from '../../src/threads/work-thread.ts'
import { type FakePlatform, platformClient, startFakePlatform } from '../support/fake-platform.ts'
import { testStores } from '../support/test-database.ts'
import { aMessage, echoed } from '../support/threads.ts'

class Crash extends Error {}

/** Dies at the n-th call of a method, before or after it took effect. */
const dyingAt = <T extends object>(target: T, method: string, when: 'before' | 'after', nth = 1): T => {
  let calls = 0
  return new Proxy(target, {
    get: (object, name) => {
      const own = Reflect.get(object, name)
      if (name !== method || typeof own !== 'function') return own
      return async (...given: unknown[]) => {
        calls++
        if (calls === nth && when === 'before') throw new Crash()
        const result = await own.apply(object, given)
        if (calls === nth && when === 'after') throw new Crash()
        return result
      }
    },
  })
}

const LEASE_SECONDS = 0.2
const STEPS = ['lease', 'nextPost', 'nextMessage', 'finish', 'markSent', 'settle', 'release'] as const

for (const { name, open } of testStores) {
  describe(`crashes on ${name}`, () => {
    let database: Database
    let store: ThreadStore
    let platform: FakePlatform
    let key: ThreadKey
    beforeAll(async () => {
      database = await open()
      store = createThreadStore(database.db, { settleMs: 100 })
    })
    beforeEach(async () => {
      platform = await startFakePlatform()
      key = { tenantId: randomUUID(), threadId: 'thread' }
      await ensureTenant(database.db, key.tenantId, 'A tenant')
    })
    const troubles: PostOutcome[] = []
    beforeEach(() => {
      troubles.length = 0
    })
    afterEach(() => platform.close())
    afterAll(() => database?.close())

    const worker = (
      given: { store?: ThreadStore; platform?: ChatPlatform; answer?: AnswerMessage } = {},
      failures: unknown[] = [],
    ) => {
      const own = given.store ?? store
      return createThreadWork({
        store: own,
        answer: given.answer ?? (async (_, message) => echoed(message)),
        deliver: createDelivery({
          store: own,
          platforms: { web: given.platform ?? platformClient(platform.url) },
          random: Math.random,
          now: () => performance.now(),
          onTrouble: (_post, trouble) => troubles.push(trouble),
        }),
        onFailure: (_key, _message, error) => failures.push(error),
        leaseSeconds: LEASE_SECONDS,
      })
    }

    /** Works as a living process does: comes back when it is told to, and when the sweep finds the thread. */
    const workOff = async (work = worker()) => {
      const until = Date.now() + 15_000
      while (Date.now() < until) {
        await work(key)
        const { rows } = await database.pool.query(
          'select 1 from threads where tenant_id = $1 and (due_at is not null or lease_token is not null)',
          [key.tenantId],
        )
        if (rows.length === 0) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('the thread was never worked off')
    }

    const write = async (count: number) => {
      const now = Date.now()
      for (let n = 0; n < count; n++)
        await store.accept(key.tenantId, aMessage({ text: `m${n}`, occurredAt: new Date(now - 10_000 + n) }))
    }
    const postedTurns = async () => {
      const { rows } = await database.pool.query(
        `select question from turns join outbox using (tenant_id) where tenant_id = $1
         and idempotency_key = 'reply:' || turns.sequence order by outbox.sequence`,
        [key.tenantId],
      )
      return rows.map((row) => row.question as string)
    }
    const THREE = ['m0', 'm1', 'm2']

    for (const when of ['before', 'after'] as const)
      for (const step of STEPS)
        for (const nth of [1, 2])
          test(`a death ${when} call ${nth} of ${step}: each turn once, in order`, async () => {
            await write(3)
            const dying = worker({ store: dyingAt(store, step, when, nth) })
            await dying(key).catch((error) => expect(error).toBeInstanceOf(Crash))
            await workOff()
            expect(await postedTurns()).toEqual(THREE)
            expect(platform.arrived.map((post) => post.key)).toHaveLength(3)
            expect(new Set(platform.arrived.map((post) => post.key)).size).toBe(3)
          })

    test.each(['before', 'after'] as const)('a death %s the platform took the post', async (when) => {
      await write(3)
      // The worker dies as a process does: nothing is recorded of how the post went.
      const dyingPlatform = dyingAt(platformClient(platform.url), 'post', when, 2)
      const silent = { ...store, settle: async () => Promise.reject(new Crash()) }
      await worker({ store: when === 'after' ? silent : store, platform: dyingPlatform })(key).catch(() => {})
      await workOff()
      expect(platform.arrived.map((post) => post.key)).toHaveLength(3)
      expect(await store.troubled(key.tenantId)).toEqual([])
    })

    test('an answer that got lost: found, and not posted again', async () => {
      platform.next = ['lost']
      await write(1)
      await workOff()
      expect(platform.arrived).toHaveLength(1)
      expect(await store.troubled(key.tenantId)).toEqual([])
    })

    test('an answer that got lost, on a platform that cannot tell: uncertain, listed, never posted again', async () => {
      platform.next = ['lost']
      platform.tells = false
      await write(2)
      await workOff()
      expect(platform.arrived).toHaveLength(2)
      expect(await store.troubled(key.tenantId)).toMatchObject([{ state: 'uncertain' }])
      expect(troubles).toMatchObject([{ state: 'uncertain', reason: expect.stringMatching(/cannot tell/) }])
    })

    test('a refused post is dead with its reason, and the next one goes out', async () => {
      platform.next = ['refused']
      await write(2)
      await workOff()
      expect(platform.arrived).toHaveLength(1)
      expect(await store.troubled(key.tenantId)).toMatchObject([
        { state: 'dead', reason: 'the platform said refused' },
      ])
    })

    test('a limited post waits as long as told, and keeps its place', async () => {
      platform.next = ['limited', 'limited']
      await write(2)
      await workOff()
      expect(platform.arrived).toHaveLength(2)
      expect(await postedTurns()).toEqual(['m0', 'm1'])
    })

    test('a platform that asks for patience again and again is obeyed, however often', async () => {
      const pauses = MOST_ATTEMPTS + 2
      platform.next = [...Array.from({ length: pauses }, () => 'limited' as const), 'unreachable']
      await write(1)
      await workOff()
      expect(platform.arrived).toHaveLength(1)
      expect(await store.troubled(key.tenantId)).toEqual([])
    })

    test('a platform that cannot be asked what became of a post is asked again', async () => {
      platform.next = ['lost']
      const client = platformClient(platform.url)
      let asked = 0
      const down = worker({
        platform: {
          ...client,
          find: async (...given) => {
            asked++
            if (asked < 3) throw asked === 1 ? new Error('no answer') : new PostError('limited', 'slow down')
            return client.find(...given)
          },
        },
      })
      await write(1)
      await workOff(down)
      expect(asked).toBe(3)
      expect(platform.arrived).toHaveLength(1)
      expect(await store.troubled(key.tenantId)).toEqual([])
    })

    test('a platform that refuses to tell what became of a post: uncertain', async () => {
      platform.next = ['lost']
      const find = async () => {
        throw new PostError('refused', 'no right to read')
      }
      await write(1)
      await workOff(worker({ platform: { ...platformClient(platform.url), find } }))
      expect(await store.troubled(key.tenantId)).toMatchObject([{ state: 'uncertain' }])
    })

    test('a limited platform is left in peace by the other threads of its tenant too', async () => {
      await write(1)
      const other = { ...key, threadId: 'other' }
      await store.accept(key.tenantId, aMessage({ threadId: 'other', text: 'else' }))
      let posts = 0
      const counting = worker({
        platform: {
          ...platformClient(platform.url),
          post: async () => {
            posts++
            throw new PostError('limited', 'slow down', 10_000)
          },
        },
      })
      await counting(key)
      await counting(other)
      expect(posts).toBe(1)
      const { rows } = await database.pool.query(
        "select attempts, reason from outbox where tenant_id = $1 and thread_id = 'other'",
        [key.tenantId],
      )
      expect(rows).toEqual([{ attempts: 0, reason: 'the platform asked for patience' }])
    })

    test('an answer that fails once is tried again; one that always fails ends with an apology, once', async () => {
      const failures: unknown[] = []
      const tries = new Map<string, number>()
      const answer: AnswerMessage = async (_, message) => {
        tries.set(message.text, (tries.get(message.text) ?? 0) + 1)
        if (message.text === 'm0' && tries.get('m0') === 1) throw new Error('once')
        if (message.text === 'm1') throw new Error('always')
        return echoed(message)
      }
      await write(3)
      // Without the growing pauses between tries.
      const impatient = {
        ...store,
        release: (lease: Parameters<ThreadStore['release']>[0]) => store.release(lease, 0),
      }
      await workOff(worker({ store: impatient, answer }, failures))
      expect(tries).toEqual(
        new Map([
          ['m0', 2],
          ['m1', MOST_TURNS],
          ['m2', 1],
        ]),
      )
      expect(failures).toHaveLength(1 + MOST_TURNS)
      expect(platform.arrived).toHaveLength(3)
    })

    test('a message that takes its worker down each time is given up', async () => {
      await write(2)
      // The process hangs or dies in the middle of the turn: nothing is recorded, and the lease runs out.
      const gone = { ...store, extend: async () => true }
      for (let n = 0; n < MOST_TURNS; n++) {
        void worker({ store: gone, answer: () => new Promise(() => {}) })(key)
        await new Promise((resolve) => setTimeout(resolve, LEASE_SECONDS * 1_000 + 100))
      }
      await workOff()
      expect(platform.arrived).toHaveLength(2)
      expect(await postedTurns()).toEqual(['m1'])
      const { rows } = await database.pool.query(
        'select state, count(*)::int as count from inbox where tenant_id = $1 group by state order by state',
        [key.tenantId],
      )
      expect(rows).toEqual([
        { state: 'dead', count: 1 },
        { state: 'done', count: 1 },
      ])
    })

    test('a worker that slept through its lease throws its answer away', async () => {
      await write(1)
      let asleep = true
      const slow: AnswerMessage = async (_, message) => {
        while (asleep) await new Promise((resolve) => setTimeout(resolve, 20))
        return echoed(message)
      }
      // Its clock stood still: it did not extend its lease.
      const sleeper = worker({ store: { ...store, extend: async () => true }, answer: slow })(key)
      await new Promise((resolve) => setTimeout(resolve, LEASE_SECONDS * 1_000 + 50))
      await workOff()
      asleep = false
      await sleeper
      expect(platform.arrived).toHaveLength(1)
      expect(await postedTurns()).toEqual(['m0'])
    })
  })
}

test('pauses grow, are spread, and end', () => {
  expect(backoff(1, () => 0)).toBe(500)
  expect(backoff(1, () => 1)).toBe(1_000)
  expect(backoff(4, () => 0.5)).toBe(6_000)
  expect(backoff(MOST_ATTEMPTS * 10, () => 1)).toBe(300_000)
})
