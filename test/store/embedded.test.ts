import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { EMBEDDED_POSTGRES } from '../../src/adapters/postgres/pglite.ts'
import { type Database, openDatabase } from '../../src/adapters/postgres/pool.ts'
import { ensureSnapshot, snapshotFile } from '../../src/adapters/postgres/snapshot.ts'
import { runUpkeep } from '../../src/adapters/postgres/upkeep.ts'
import { startStoreProcess } from '../support/child-process.ts'
import { aDocument, aPassage, MODEL } from '../support/knowledge.ts'
import { makeDirectory } from '../support/test-database.ts'

describe('the embedded store', () => {
  let dataDir: string
  let remove: () => void
  let opened: Database[]
  const open = async (given: { snapshot?: string } = {}) => {
    const database = await openDatabase({ dataDir, ...given })
    opened.push(database)
    return database
  }
  const data = () => join(dataDir, 'postgres')

  beforeAll(() => ensureSnapshot())
  beforeEach(() => {
    ;({ path: dataDir, remove } = makeDirectory())
    opened = []
  })
  afterEach(async () => {
    await Promise.all(opened.map((database) => database.close()))
    remove()
  })

  test('keeps what was written when it is closed and opened again', async () => {
    const first = await open()
    await migrate(first.db)
    const store = createKnowledgeStore(first.db)
    await store.setEmbeddingModel(MODEL)
    await store.putDocument('shared', aDocument(), [aPassage()])
    await first.close()

    const second = await open()
    await migrate(second.db)
    const again = createKnowledgeStore(second.db)
    expect(await again.embeddingModel()).toEqual(MODEL)
    expect(await again.passages('shared')).toMatchObject([{ id: 'passage' }])
    expect(
      (
        await again.candidates('shared', {
          text: 'body',
          vector: [1, 0, 0],
          limit: 1,
          audiences: ['everyone'],
        })
      ).candidates,
    ).toHaveLength(1)
  })

  test('closing twice is one close, and leaves the exit code of the process alone', async () => {
    const { exitCode } = process
    process.exitCode = 7
    try {
      const database = await open()
      await Promise.all([database.close(), database.close()])
      expect(process.exitCode).toBe(7)
    } finally {
      process.exitCode = exitCode
    }
  })

  test('a query that fails does not confuse the ones after it', async () => {
    const { pool } = await open()
    for (let round = 0; round < 50; round++) {
      const results = await Promise.allSettled([
        pool.query('select 1 / 0'),
        pool.query('select $1::int as n', [round]),
      ])
      expect(results).toMatchObject([
        { status: 'rejected', reason: { code: '22012' } },
        { value: { rows: [{ n: round }] } },
      ])
    }
  })

  test('a second process is refused and loses nothing of the first', async () => {
    const { db } = await open()
    await migrate(db)
    const other = startStoreProcess('open', dataDir)
    expect(await other.printed(1)).toEqual([
      expect.stringMatching(`^store_locked .* process ${process.pid} `),
    ])
    await other.kill()
    expect(await createKnowledgeStore(db).documents('shared')).toEqual([])
  })

  test('kill -9 during writes loses no document that was acknowledged, and keeps none by half', async () => {
    for (const documents of [1, 8, 30]) {
      const writer = startStoreProcess('write', dataDir)
      const lines = await writer.printed(1 + documents)
      await writer.kill()
      const acknowledged = lines.filter((line) => line.startsWith('document-'))
      expect(acknowledged.length).toBeGreaterThanOrEqual(documents)

      const database = await open()
      const store = createKnowledgeStore(database.db)
      const stored = (await store.documents('shared')).map(({ id }) => id)
      expect(stored).toEqual(expect.arrayContaining(acknowledged))
      const passages = Map.groupBy(await store.passages('shared'), ({ documentId }) => documentId)
      for (const id of stored) expect(passages.get(id)).toHaveLength(20)
      await database.close()
    }
  })

  test('kill -9 while it is being made leaves nothing that the next start stumbles over', async () => {
    for (const delay of [0, 50, 200, 500]) {
      const maker = startStoreProcess('open', dataDir)
      while (!existsSync(data()) && maker.lines.length === 0) await sleep(5)
      await sleep(delay)
      await maker.kill()
      const database = await open()
      await migrate(database.db)
      expect(await createKnowledgeStore(database.db).documents('shared')).toEqual([])
      expect(readdirSync(dataDir)).not.toContain('postgres.unfinished')
      await database.close()
      rmSync(data(), { recursive: true })
    }
  })

  test('what a crash left of an unfinished store is replaced', async () => {
    mkdirSync(join(data(), 'base'), { recursive: true })
    writeFileSync(join(data(), 'PG_VERSION'), `${EMBEDDED_POSTGRES}\n`)
    writeFileSync(join(dataDir, 'postgres.unfinished'), '')
    const { pool } = await open()
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect(existsSync(join(dataDir, 'postgres.unfinished'))).toBe(false)
  })

  test('it is made without a snapshot, and with one that is damaged', async () => {
    const damaged = join(dataDir, 'damaged.tgz')
    writeFileSync(damaged, readFileSync(snapshotFile()).subarray(0, 100_000))
    for (const snapshot of [damaged, join(dataDir, 'absent.tgz')]) {
      const database = await open({ snapshot })
      await migrate(database.db)
      expect(await createKnowledgeStore(database.db).documents('shared')).toEqual([])
      await database.close()
      rmSync(data(), { recursive: true })
    }
  })

  test('the snapshot is made once', async () => {
    const file = join(dataDir, 'deep', 'snapshot.tgz')
    await ensureSnapshot(file)
    const made = readFileSync(file)
    writeFileSync(file, 'kept')
    await ensureSnapshot(file)
    expect(readFileSync(file, 'utf8')).toBe('kept')
    expect(made.length).toBeGreaterThan(1_000_000)
    expect(readdirSync(join(dataDir, 'deep'))).toEqual(['snapshot.tgz'])
  })

  test('data of another PostgreSQL version is refused with both versions', async () => {
    await (await open()).close()
    expect(readFileSync(join(data(), 'PG_VERSION'), 'utf8').trim()).toBe(EMBEDDED_POSTGRES)
    writeFileSync(join(data(), 'PG_VERSION'), '17\n')
    await expect(open()).rejects.toMatchObject({
      code: 'store_incompatible',
      message: expect.stringMatching(/made by PostgreSQL 17 and this Cairn holds PostgreSQL 18; .*\.$/),
    })
  })

  test('damaged data is refused, left as it is, and the directory is not kept locked', async () => {
    await (await open()).close()
    const saved = join(dataDir, 'saved')
    cpSync(data(), saved, { recursive: true })
    const { exitCode } = process
    for (const damage of ['global/pg_control', 'PG_VERSION']) {
      rmSync(join(data(), damage))
      await expect(open()).rejects.toMatchObject({
        code: 'store_incompatible',
        message: expect.stringMatching(/^The data in .* is damaged and cannot be opened; .*\.$/),
        cause: expect.anything(),
      })
      expect(readdirSync(data())).toContain('base')
      cpSync(saved, data(), { recursive: true })
    }
    expect(process.exitCode).toBe(exitCode)
    const { pool } = await open()
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('upkeep gives the space of deleted rows back and shortens the log', async () => {
    const { pool } = await open()
    const size = async () => (await pool.query("select pg_relation_size('t')::int as size")).rows[0].size
    const log = async () =>
      (await pool.query('select sum(size)::int as size from pg_ls_waldir()')).rows[0].size
    await pool.query('create table t (x text)')
    for (let round = 0; round < 6; round++)
      await pool.query("insert into t select repeat('x', 1000) from generate_series(1, 15000)")
    await pool.query('delete from t')
    const before = await log()
    await runUpkeep(pool, Number.POSITIVE_INFINITY)
    expect(await size()).toBeGreaterThan(0)
    await runUpkeep(pool)
    expect(await size()).toBe(0)
    expect(await log()).toBeLessThan(before)
    expect(await log()).toBeLessThanOrEqual(64 * 1024 * 1024)
  })
})
