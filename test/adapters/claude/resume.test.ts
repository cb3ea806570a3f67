import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { type Database, openDatabase } from '../../../src/adapters/postgres/pool.ts'
import { ensureSnapshot } from '../../../src/adapters/postgres/snapshot.ts'
import { ensureTenant } from '../../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../../src/adapters/postgres/thread-store.ts'
import { answers, cited, uses } from '../../support/cairn-on-claude.ts'
import { messageBlocks } from '../../support/fake-messages-api/request.ts'
import { startFakeMessagesApi } from '../../support/fake-messages-api.ts'
import { startFakePlatform } from '../../support/fake-platform.ts'
import { makeDirectory, makeServerDatabase, TEST_DATABASE_URL } from '../../support/test-database.ts'
import { aMessage } from '../../support/threads.ts'

const SCRIPT = join(import.meta.dirname, '../../support/claude-worker-process.ts')
const KEY = { tenantId: 'acme', threadId: 'thread' }

const kill = async (child: ChildProcess) => {
  if (child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

interface Place {
  name: string
  /** Whether several processes may work on it at once. */
  isShared: boolean
  /** A new database: how it is named to a process, and how this one opens it. */
  make: () => Promise<{ at: string; open: () => Promise<Database>; remove: () => unknown }>
}
const places: Place[] = [
  {
    name: 'PGlite, opened again in the same directory',
    isShared: false,
    make: async () => {
      await ensureSnapshot()
      const { path, remove } = makeDirectory()
      const at = join(path, 'store')
      return { at, open: () => openDatabase({ dataDir: at }), remove }
    },
  },
]
if (TEST_DATABASE_URL)
  places.push({
    name: 'PostgreSQL, by another process',
    isShared: true,
    make: async () => {
      const { url, remove } = await makeServerDatabase()
      return { at: url, open: () => openDatabase({ databaseUrl: url, dataDir: '' }), remove }
    },
  })

test.each(places)(
  'a turn whose process is killed during a tool and during the call behind it goes on, on $name',
  async ({ isShared, make }) => {
    const { at, open, remove } = await make()
    const [platform, api, folder] = [await startFakePlatform(), await startFakeMessagesApi(), makeDirectory()]
    const diary = join(folder.path, 'diary')
    writeFileSync(diary, '')
    const written = () => readFileSync(diary, 'utf8').split('\n').filter(Boolean)
    const runs = () => written().map((line) => line.replace(/ \d+$/, ''))

    // The second call of the model is never answered the first time.
    let isFirst = true
    api.respondWith(({ body }) => {
      if (!messageBlocks(body).some(({ type }) => type === 'tool_result'))
        return { content: [uses('look_up', { step: 1 }), uses('look_up', { step: 2 })] }
      const script = answers(
        cited('Step 1 takes 11 days.', 'step-1'),
        cited(' Step 2 takes 12 days.', 'step-2'),
      )
      if (!isFirst) return script
      isFirst = false
      return { hang: true }
    })

    const setUp = await open()
    await migrate(setUp.db)
    await ensureTenant(setUp.db, KEY.tenantId, 'A tenant')
    const message = aMessage({ threadId: KEY.threadId, text: 'how long do the first two steps take?' })
    await createThreadStore(setUp.db).accept(KEY.tenantId, message)
    await setUp.close()

    const children: ChildProcess[] = []
    const start = async () => {
      const child = spawn(process.execPath, [SCRIPT, at, platform.url, api.url, diary], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      await once(child.stdout, 'data')
    }
    /** Kills whoever runs the turn, and sees to it that someone else can. */
    const killWorker = async (pid: number) => {
      await kill(children.find((child) => child.pid === pid) as ChildProcess)
      if (!isShared) await start()
    }
    const lastPid = () => Number(written().at(-1)?.split(' ').at(-1))
    const eventually = { timeout: 20_000, interval: 20 }

    await Promise.all(Array.from({ length: isShared ? 3 : 1 }, start))
    await expect.poll(runs, eventually).toEqual(['started 1', 'ended 1', 'started 2'])
    await killWorker(lastPid())
    await expect.poll(() => api.requests.length, eventually).toBe(2)
    await killWorker(lastPid())
    await expect.poll(() => platform.arrived.length, eventually).toBe(1)
    await Promise.all(children.map(kill))

    expect(runs()).toEqual([
      'started 1',
      'ended 1',
      'started 2',
      // What had ended does not run again.
      'started 2',
      'ended 2',
      // What the calls before took is not forgotten.
      'paid 2',
    ])
    expect(new Set(written().map((line) => line.split(' ').at(-1))).size).toBe(3)
    const [, second, third] = api.requests
    expect(api.requests).toHaveLength(3)
    expect(third?.body).toEqual(second?.body)
    expect(api.requests.map(({ refused }) => refused)).toEqual([undefined, undefined, undefined])

    const database = await open()
    const turns = await createThreadStore(database.db).transcript(KEY, 10)
    expect(turns).toMatchObject([
      {
        composer: 'claude:claude-sonnet-5-5',
        reply: { text: 'Step 1 takes 11 days. [1] Step 2 takes 12 days. [2]' },
      },
    ])
    const { rows } = await database.pool.query(
      'select (select count(*)::int from turn_journals) as journals, (select count(*)::int from outbox) as posts',
    )
    expect(rows).toEqual([{ journals: 0, posts: 1 }])
    expect(platform.arrived).toHaveLength(1)
    await database.close()
    await remove()
    folder.remove()
    await Promise.all([platform.close(), api.close()])
  },
)
