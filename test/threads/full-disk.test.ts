import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { AppError } from '../../src/errors.ts'
import type { ThreadKey, ThreadStore } from '../../src/ports/thread-store.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWork, MOST_TURNS } from '../../src/threads/work-thread.ts'
import { type FakePlatform, platformClient, startFakePlatform } from '../support/fake-platform.ts'
import { fillDisk, type NoRoomFor } from '../support/full-disk.ts'
import { makeDirectory, testStores } from '../support/test-database.ts'
import { aMessage, echoed } from '../support/threads.ts'

const LEASE_SECONDS = 0.2
const THREE = ['m0', 'm1', 'm2']
const FULL = {
  code: 'disk_full',
  message: 'The disk that holds the database is full; free some space and try again.',
}

const ACCEPTING: NoRoomFor[] = [
  { statement: 'insert', table: 'threads' },
  { statement: 'insert', table: 'inbox' },
  { statement: 'update', table: 'threads' },
]
const FINISHING: NoRoomFor[] = [
  { statement: 'update', table: 'inbox', when: "new.state = 'done'" },
  { statement: 'insert', table: 'turns' },
  { statement: 'insert', table: 'outbox' },
  { statement: 'insert', table: 'audit_entries' },
]
const POSTING: NoRoomFor[] = [
  { statement: 'update', table: 'outbox', when: "new.state = 'sent'" },
  { statement: 'update', table: 'outbox', when: "new.state = 'confirmed'" },
]
const WORKING: NoRoomFor[] = [
  { statement: 'update', table: 'threads', when: 'new.lease_token is not null' },
  { statement: 'update', table: 'inbox', when: 'new.attempts > old.attempts' },
  { statement: 'update', table: 'threads', when: 'new.lease_token is null' },
]
const place = ({ statement, table, when = '' }: NoRoomFor): string =>
  `${statement} of ${table} ${when}`.trim()
const places = (all: NoRoomFor[]) => all.map((noRoom) => [place(noRoom), noRoom] as const)

for (const { name, open } of testStores)
  describe(`a full disk under ${name}`, () => {
    let database: Database
    let store: ThreadStore
    let platform: FakePlatform
    let key: ThreadKey
    let failures: unknown[]
    let free = async () => {}
    beforeAll(async () => {
      database = await open()
      store = createThreadStore(database.db, { settleMs: 100 })
    })
    beforeEach(async () => {
      platform = await startFakePlatform()
      failures = []
      key = { tenantId: randomUUID(), threadId: 'thread' }
      await ensureTenant(database.db, key.tenantId, 'A tenant')
    })
    afterEach(async () => {
      await free()
      await platform.close()
    })
    afterAll(() => database?.close())

    const fill = async (noRoom: NoRoomFor) => {
      free = await fillDisk(database.pool, noRoom)
    }
    /** A worker that comes back at once instead of after growing pauses. */
    const work = () =>
      createThreadWork({
        store: { ...store, release: (lease) => store.release(lease, 0) },
        answer: async (_, message) => echoed(message),
        deliver: createDelivery({
          store,
          platforms: { web: platformClient(platform.url) },
          random: Math.random,
          now: () => performance.now(),
        }),
        onFailure: (_key, _message, error) => failures.push(error),
        leaseSeconds: LEASE_SECONDS,
      })(key)
    /** Works as a living process does: a failure is noted, and the thread is looked at again. */
    const lookAgain = async (times: number) => {
      for (let n = 0; n < times; n++) {
        await work().catch((error) => failures.push(error))
        await new Promise((resolve) => setTimeout(resolve, LEASE_SECONDS * 1_000 + 20))
      }
    }
    const workOff = async () => {
      const until = Date.now() + 10_000
      while (Date.now() < until) {
        await work()
        const { rows } = await database.pool.query(
          'select 1 from threads where tenant_id = $1 and (due_at is not null or lease_token is not null)',
          [key.tenantId],
        )
        if (rows.length === 0) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('the thread was never worked off')
    }
    const messages = () => {
      const now = Date.now()
      return THREE.map((text, n) => aMessage({ text, occurredAt: new Date(now - 10_000 + n) }))
    }
    const write = async () => {
      for (const message of messages()) await store.accept(key.tenantId, message)
    }
    const expectAllOnce = async () => {
      expect((await store.transcript(key, 10)).map(({ question }) => question)).toEqual(THREE)
      const { rows } = await database.pool.query(
        'select idempotency_key as key, state from outbox where tenant_id = $1 order by sequence',
        [key.tenantId],
      )
      expect(rows.map(({ state }) => state)).toEqual(['confirmed', 'confirmed', 'confirmed'])
      expect(platform.arrived.map((post) => post.key)).toEqual(rows.map((row) => row.key))
      expect(await store.troubled(key.tenantId)).toEqual([])
    }
    const expectFailures = () => {
      expect(failures.length).toBeGreaterThan(0)
      for (const error of failures) {
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject(FULL)
      }
    }

    test.each(places(ACCEPTING))(
      'accepting, %s: nothing of it is kept, and the platform may deliver it again',
      async (_, noRoom) => {
        await fill(noRoom)
        const [first, ...others] = messages()
        if (!first) throw new Error('there is no message')
        for (let n = 0; n < 2; n++)
          await expect(store.accept(key.tenantId, first)).rejects.toMatchObject(FULL)
        const { rows } = await database.pool.query('select from threads where tenant_id = $1', [key.tenantId])
        expect(rows).toEqual([])
        await free()
        for (const message of [...others, first])
          expect(await store.accept(key.tenantId, message)).toBe('accepted')
        expect(await store.accept(key.tenantId, first)).toBe('duplicate')
        await workOff()
        await expectAllOnce()
      },
    )

    test.each(places([...FINISHING, ...POSTING, ...WORKING]))(
      'working, %s: it goes on once there is room, each turn and post once, in order',
      async (_, noRoom) => {
        await write()
        await fill(noRoom)
        await lookAgain(3)
        expectFailures()
        await free()
        await workOff()
        await expectAllOnce()
      },
    )

    test('full for longer than all tries: one apology once there is room, and the others are answered', async () => {
      await write()
      await fill({ statement: 'insert', table: 'outbox' })
      await lookAgain(MOST_TURNS + 2)
      expectFailures()
      expect(platform.arrived).toEqual([])
      await free()
      await workOff()
      expect(platform.arrived).toHaveLength(3)
      expect(new Set(platform.arrived.map((post) => post.key)).size).toBe(3)
      expect((await store.transcript(key, 10)).map(({ question }) => question)).toEqual(['m1', 'm2'])
      const { rows } = await database.pool.query(
        "select body->>'kind' as kind, state from outbox where tenant_id = $1 order by sequence",
        [key.tenantId],
      )
      expect(rows).toEqual([
        { kind: 'notice', state: 'confirmed' },
        { kind: 'reply', state: 'confirmed' },
        { kind: 'reply', state: 'confirmed' },
      ])
    })
  })

const STORE_PROCESS = join(import.meta.dirname, '../support/store-process.ts')
/** Mounts a disk of 80 MB, in memory, at a folder, for a command and for no one else. */
const SMALL_DISK = `exec unshare -rm sh -c 'mount -t tmpfs -o size=80m small "$0" && exec "$@"' "$0" "$@"`
const onSmallDisk = (folder: string, ...command: string[]) =>
  spawnSync('sh', ['-c', SMALL_DISK, folder, ...command], { encoding: 'utf8' })
const folder = makeDirectory()
afterAll(folder.remove)

test.skipIf(onSmallDisk(folder.path, 'true').status !== 0)(
  'a disk that is really full, under the embedded store: it goes on once there is room (Linux with user namespaces)',
  () => {
    const { stdout, status } = onSmallDisk(
      folder.path,
      process.execPath,
      STORE_PROCESS,
      'overflow',
      folder.path,
    )
    const full = `${FULL.code} ${FULL.message}`
    expect(status).toBe(0)
    const lines = stdout.trim().split('\n')
    // Once when a message came, and once when a turn was finished.
    expect(lines.slice(1, -4)).toEqual([full, full])
    expect(lines.at(-4)).toMatch(/^posted 0 of \d+$/)
    expect(lines.slice(-3)).toEqual(['accepted', 'answered all, in order', 'posted each once'])
  },
)
