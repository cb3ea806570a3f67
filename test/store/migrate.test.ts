import { randomUUID } from 'node:crypto'
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant, withTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import type { Audience } from '../../src/conversation/people.ts'
import type { Lease } from '../../src/ports/thread-store.ts'
import { aDocument, aPassage, MODEL } from '../support/knowledge.ts'
import {
  makeDirectory,
  makeServerDatabase,
  onServer,
  TEST_DATABASE_URL,
  testStores,
} from '../support/test-database.ts'

const MIGRATIONS = join(import.meta.dirname, '../../src/adapters/postgres/migrations')

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

for (const { name, open } of testStores) {
  describe(`migrations on ${name}`, () => {
    const opened = async () => {
      const database = await open()
      cleanups.push(database.close)
      return database
    }

    test('run once, also when asked again', async () => {
      const { db, pool } = await opened()
      const before = await pool.query('select * from kysely_migration')
      await Promise.all([migrate(db), migrate(db)])
      expect((await pool.query('select * from kysely_migration')).rows).toEqual(before.rows)
    })

    test('a store of a newer version is refused, and says to upgrade the program', async () => {
      const { db, pool } = await opened()
      await pool.query("insert into kysely_migration values ('9999_from_the_future', now()::text)")
      await expect(migrate(db)).rejects.toMatchObject({
        code: 'store_incompatible',
        message: expect.stringMatching(/newer Cairn \(it has 9999_from_the_future.*upgrade Cairn/),
      })
    })

    test('documents from before there were audiences are for everyone', async () => {
      const folder = makeDirectory()
      const data = makeDirectory()
      cleanups.push(folder.remove, data.remove)
      const server = name === 'PostgreSQL' ? await makeServerDatabase() : undefined
      if (server) cleanups.push(server.remove)
      const old = ['0001_tenants_and_knowledge.sql', '0002_people_and_threads.sql']
      for (const file of old) copyFileSync(join(MIGRATIONS, file), join(folder.path, file))
      const { db, pool, close } = await openDatabase({ dataDir: data.path, databaseUrl: server?.url })
      cleanups.push(close)
      await migrate(db, folder.path)
      await pool.query(`
        insert into embedding_model values (true, '${MODEL.name}', ${MODEL.dimension})`)
      await pool.query("insert into tenants values ('a', 'A')")
      await pool.query("insert into documents values ('a', 'd', 'Title', 'file', 'hash')")
      await pool.query(
        "insert into passages values ('a', 'd', 'p', 1, '', 'Body.', 'prose', '{}', 'body:1', 1, '[1,0,0]')",
      )
      await migrate(db)
      const store = createKnowledgeStore(db)
      expect(await store.documents('a')).toMatchObject([{ id: 'd', audience: 'everyone' }])
      expect(await store.setAudience('a', 'd', 'executives')).toBe(true)
      const query = { text: 'body', vector: [1, 0, 0], limit: 5, audiences: ['everyone' as const] }
      expect(await store.candidates('a', query)).toMatchObject({ candidates: [], terms: [{ passages: 0 }] })
    })

    test('messages from before edits were known are edited like others', async () => {
      const folder = makeDirectory()
      const data = makeDirectory()
      cleanups.push(folder.remove, data.remove)
      const server = name === 'PostgreSQL' ? await makeServerDatabase() : undefined
      if (server) cleanups.push(server.remove)
      for (const file of readdirSync(MIGRATIONS).filter((file) => file < '0005'))
        copyFileSync(join(MIGRATIONS, file), join(folder.path, file))
      const { db, pool, close } = await openDatabase({ dataDir: data.path, databaseUrl: server?.url })
      cleanups.push(close)
      await migrate(db, folder.path)
      await pool.query("insert into tenants values ('a', 'A')")
      await pool.query("insert into threads values ('a', 't', 'web', 'room')")
      await pool.query(`
        insert into inbox (tenant_id, platform, event_id, conversation_id, message_id, thread_id, text, occurred_at)
        values ('a', 'web', 'e', 'room', 'm', 't', 'first', now())`)
      await migrate(db)
      const threads = createThreadStore(db)
      const message = { platform: 'web', conversationId: 'room', messageId: 'm' } as const
      const edit = { eventId: 'e2', text: 'second', occurredAt: new Date() }
      expect(await threads.revise('a', message, edit)).toBe('revised')
      const lease = (await threads.lease({ tenantId: 'a', threadId: 't' }, 60)) as Lease
      expect(await threads.nextMessage(lease)).toMatchObject({ text: 'second', engagement: 'answer' })
    })

    test('a migration that fails changes nothing and is named', async () => {
      const { db, pool } = await opened()
      const folder = makeDirectory()
      cleanups.push(folder.remove)
      for (const file of readdirSync(MIGRATIONS))
        copyFileSync(join(MIGRATIONS, file), join(folder.path, file))
      writeFileSync(join(folder.path, '9000_good.sql'), 'create table half_way (x int)')
      writeFileSync(join(folder.path, '9001_bad.sql'), 'create table x (y int); select no_such_thing;')
      await expect(migrate(db, folder.path)).rejects.toMatchObject({
        code: 'store_incompatible',
        message: expect.stringContaining('9001_bad failed'),
        cause: expect.anything(),
      })
      const { rows } = await pool.query("select to_regclass('half_way') as half_way")
      expect(rows).toEqual([{ half_way: null }])
      await migrate(db)
    })
  })
}

if (TEST_DATABASE_URL)
  describe('migrations on a server', () => {
    const serverDatabase = async (owner?: string) => {
      const { url, remove } = await makeServerDatabase(owner)
      cleanups.push(remove)
      return url
    }
    const opened = async (databaseUrl: string) => {
      const database = await openDatabase({ databaseUrl, dataDir: '' })
      cleanups.push(database.close)
      return database
    }
    /** A login as managed servers give: not a superuser, and held by row-level security. */
    const login = async (options = '') => {
      const role = `cairn_login_${randomUUID().slice(0, 8)}`
      await onServer(`create role ${role} login ${options}`)
      cleanups.push(() => onServer(`drop role ${role}`))
      return role
    }
    const as = (role: string, url: string) => Object.assign(new URL(url), { username: role }).href

    test('many instances may start at once, also on several databases of one server', async () => {
      const urls = [await serverDatabase(), await serverDatabase()]
      const databases = await Promise.all([...urls, ...urls, ...urls].map(opened))
      await Promise.all(databases.map(({ db }) => migrate(db)))
      for (const { db } of databases) expect(await createKnowledgeStore(db).documents('shared')).toEqual([])
    })

    test('a login that is no superuser sets the store up and works under the same policies', async () => {
      const role = await login()
      const url = await serverDatabase(role)
      const admin = await opened(url)
      await admin.pool.query('create extension vector')
      await admin.pool.query(`
      do $$ begin create role cairn_app nologin; exception when duplicate_object or unique_violation then null; end $$`)
      await admin.pool.query(`grant cairn_app to ${role} with set true, inherit false`)

      const { db, pool } = await opened(as(role, url))
      await migrate(db)
      const store = createKnowledgeStore(db)
      await store.setEmbeddingModel(MODEL)
      for (const tenant of ['a', 'b']) {
        await ensureTenant(db, tenant, tenant)
        await store.putDocument(tenant, aDocument({ id: tenant }), [aPassage({ id: tenant })])
      }
      expect((await store.documents('a')).map(({ id }) => id)).toEqual(['a'])
      expect(
        (await store.candidates('a', { text: 'body', vector: [1, 0, 0], limit: 5, audiences: ['everyone'] }))
          .candidates,
      ).toHaveLength(1)
      await expect(
        withTenant(db, 'a', (trx) =>
          trx
            .insertInto('documents')
            .values({ tenant_id: 'b', document_id: 'x', title: '', origin: 'file', content_hash: '' })
            .execute(),
        ),
      ).rejects.toMatchObject({ code: '42501' })
      expect((await pool.query('select * from documents')).rows).toEqual([])

      expect(await store.setAudience('a', 'a', 'managers')).toBe(true)
      const query = { text: 'body', vector: [1, 0, 0], limit: 5 }
      const found = async (audiences: Audience[]) =>
        (await store.candidates('a', { ...query, audiences })).candidates.length
      expect([await found(['everyone']), await found(['everyone', 'managers'])]).toEqual([0, 1])

      await store.setEmbeddingModel({ name: 'another', dimension: 3 })
      expect(
        (
          await admin.pool.query(
            'select (select count(*)::int from documents) + (select count(*)::int from passages) as left',
          )
        ).rows,
      ).toEqual([{ left: 0 }])
    })

    test('a login that may not set the store up is told what it lacks', async () => {
      const role = await login()
      const { db } = await opened(as(role, await serverDatabase()))
      await expect(migrate(db)).rejects.toMatchObject({
        code: 'bad_config',
        message: expect.stringContaining('grant it create'),
      })
    })
  })
