import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { dropTenant, ensureTenant, withTenant } from '../../src/adapters/postgres/tenancy.ts'
import { aDocument, aPassage, MODEL } from '../support/knowledge.ts'
import { testStores } from '../support/test-database.ts'

/** Tables whose shared rows every tenant reads. */
const SHARED = ['documents', 'passage_lines', 'passages', 'tenants'] as const
/** Tables of which a tenant sees its own rows only, each with the values of one row behind the tenant's id. */
const PRIVATE: Record<string, string> = {
  workspaces: "(tenant_id, platform, workspace_id) values ('$', 'slack', 'W-$')",
  people: "(tenant_id, person_id) values ('$', md5('$')::uuid)",
  identities: "values ('$', 'slack', 'U', md5('$')::uuid)",
  secrets: "(tenant_id, name, sealed) values ('$', 'token', 'sealed')",
  settings: "(tenant_id, name, value) values ('$', 'retention', '{}')",
  schedules:
    "(tenant_id, recurrence_id, queue, schedule, zone, next_due) values ('$', 'r', 'q', '{}', 'UTC', now())",
  threads: "(tenant_id, thread_id, platform, conversation_id) values ('$', 't', 'slack', 'c')",
  inbox:
    "(tenant_id, platform, event_id, conversation_id, message_id, thread_id, text, occurred_at) values ('$', 'slack', 'e', 'c', 'm', 't', 'hi', now())",
  turns:
    "(tenant_id, turn_id, thread_id, sequence, question, reply, composer) values ('$', md5('$')::uuid, 't', 1, 'hi', '{}', 'none')",
  outbox: "(tenant_id, idempotency_key, thread_id, body) values ('$', 'k', 't', '{}')",
  audit_entries: "(tenant_id, action) values ('$', 'asked')",
  model_calls:
    "(tenant_id, turn_id, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens) values ('$', md5('$')::uuid, 'm', 1, 1, 0, 0)",
  turn_journals: "(tenant_id, sequence, state) select '$', sequence, '{}' from inbox limit 1",
  channels: "(tenant_id, platform, conversation_id, policy) values ('$', 'slack', 'c', 'auto')",
  feedback: "(tenant_id, turn_id, person_id, rating) values ('$', md5('$')::uuid, md5('$')::uuid, 'up')",
}
/** Rows are added and read, never changed. */
const APPEND_ONLY = ['audit_entries']
const GUARDED = [...SHARED, ...Object.keys(PRIVATE)].sort()
/** Tables that belong to no tenant, and that a tenant may read. */
const READABLE_BY_ALL = ['embedding_model']

for (const { name, open } of testStores) {
  describe(`row-level security on ${name}`, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
      const store = createKnowledgeStore(database.db)
      await store.setEmbeddingModel(MODEL)
      for (const tenant of ['a', 'b', 'shared']) {
        if (tenant !== 'shared') await ensureTenant(database.db, tenant, tenant)
        const lines = [{ kind: 'line' as const, text: tenant, vector: [1, 0, 0] }]
        await store.putDocument(tenant, aDocument({ id: tenant }), [aPassage({ id: tenant, lines })])
        for (const [table, row] of Object.entries(PRIVATE))
          await asTenant(tenant, `insert into ${table} ${row.replaceAll('$', tenant)}`)
      }
    })
    afterAll(() => database?.close())

    const asTenant = <T>(tenant: string, statement: string) =>
      withTenant(database.db, tenant, async (trx) => (await sql<T>`${sql.raw(statement)}`.execute(trx)).rows)
    const owners = async (tenant: string, table: string) =>
      (
        await asTenant<{ tenant_id: string }>(tenant, `select distinct tenant_id from ${table} order by 1`)
      ).map((row) => row.tenant_id)

    test('every table is guarded, closed to tenants, or readable on purpose', async () => {
      const { rows } = await database.pool.query(`
        select relname as name, relrowsecurity and relforcerowsecurity as guarded,
          has_table_privilege('cairn_app', c.oid, 'select') as readable,
          has_table_privilege('cairn_app', c.oid, 'insert, update, delete, truncate, references, trigger') as writable,
          (select count(distinct polcmd)::int from pg_policy where polrelid = c.oid and 'cairn_app'::regrole = any(polroles)) as policies,
          (select attname from pg_attribute where attrelid = c.oid and attnum = (
            select indkey[0] from pg_index where indrelid = c.oid and indisprimary)) as first_key
        from pg_class c where relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace = current_schema()::regnamespace order by 1`)
      const guarded = rows.filter((row) => row.guarded)
      expect(guarded.map((row) => row.name)).toEqual(GUARDED)
      for (const row of guarded)
        expect(row, row.name).toMatchObject({
          policies: APPEND_ONLY.includes(row.name) ? 2 : 4,
          first_key: 'tenant_id',
        })
      const open = rows.filter((row) => !row.guarded)
      expect(open.filter((row) => row.writable).map((row) => row.name)).toEqual([])
      expect(open.filter((row) => row.readable).map((row) => row.name)).toEqual(READABLE_BY_ALL)
    })

    test.each(Object.keys(PRIVATE))('%s without any filter gives a tenant its own rows', async (table) => {
      expect(await owners('a', table)).toEqual(['a'])
      expect(await owners('b', table)).toEqual(['b'])
      expect(await owners('nobody', table)).toEqual([])
    })

    test.each(Object.keys(PRIVATE))('%s takes no row of another tenant', async (table) => {
      const row = (PRIVATE[table] as string)
        .replaceAll("'$'", "'b'")
        .replaceAll('$', 'new')
        .replace("'k'", "'new'")
      await expect(asTenant('a', `insert into ${table} ${row}`)).rejects.toMatchObject({ code: '42501' })
      if (APPEND_ONLY.includes(table)) {
        for (const change of [`update ${table} set tenant_id = tenant_id`, `delete from ${table}`])
          await expect(asTenant('a', change)).rejects.toMatchObject({ code: '42501' })
        return
      }
      await expect(asTenant('a', `update ${table} set tenant_id = 'b'`)).rejects.toMatchObject({
        code: '42501',
      })
      await asTenant('a', `update ${table} set tenant_id = tenant_id where tenant_id = 'b'`)
      await asTenant('a', `delete from ${table} where tenant_id = 'b'`)
      expect(await owners('b', table)).toEqual(['b'])
    })

    test.each(SHARED)(
      '%s without any filter gives a tenant its own rows and the shared ones',
      async (table) => {
        expect(await owners('a', table)).toEqual(['a', 'shared'])
        expect(await owners('b', table)).toEqual(['b', 'shared'])
        expect(await owners('shared', table)).toEqual(['shared'])
        expect(await owners('nobody', table)).toEqual(['shared'])
      },
    )

    test.each(GUARDED)('%s gives nothing to the role while no tenant is set', async (table) => {
      for (const setting of ['select 1', "select set_config('app.tenant', '', true)"]) {
        const rows = await database.db.transaction().execute(async (trx) => {
          await sql`set local role cairn_app`.execute(trx)
          await sql.raw(setting).execute(trx)
          return (await sql.raw(`select * from ${table}`).execute(trx)).rows
        })
        expect(rows).toEqual([])
      }
    })

    test('neither role nor tenant outlives the transaction', async () => {
      await withTenant(database.db, 'a', async () => {})
      await withTenant(database.db, 'a', async () => Promise.reject(new Error('on purpose'))).catch(() => {})
      const { rows } = await database.pool.query(
        "select current_user = session_user as same, current_setting('app.tenant', true) as tenant",
      )
      expect(rows[0].same).toBe(true)
      expect(rows[0].tenant ?? '').toBe('')
    })

    test.each([
      ['tenants', "insert into tenants values ('c', 'C')"],
      ['documents', "insert into documents values ('b', 'x', 't', 'file', 'h')"],
      ['documents, shared', "insert into documents values ('shared', 'x', 't', 'file', 'h')"],
      ['passages', "insert into passages select 'b', 'b', 'x', 1, '', '', 'list', '{}', '', 0, '[1,0,0]'"],
      ['passage_lines', "insert into passage_lines values ('b', 'b', 2, 'line', '', '[1,0,0]')"],
      ['a row given away', "update documents set tenant_id = 'b' where tenant_id = 'a'"],
      ['a row made everyone’s', "update documents set tenant_id = 'shared' where tenant_id = 'a'"],
      ['embedding_model', 'delete from embedding_model'],
      ['the migrations', 'select * from kysely_migration'],
      ['a new table', 'create table mine (x int)'],
    ])('writing elsewhere is refused: %s', async (_, statement) => {
      await expect(asTenant('a', statement)).rejects.toMatchObject({ code: '42501' })
      expect(await owners('b', 'documents')).toEqual(['b', 'shared'])
    })

    test('changing and deleting without any filter reaches own rows only', async () => {
      const before = await owners('b', 'documents')
      for (const table of ['passage_lines', 'passages', 'documents'] as const) {
        await expect(
          withTenant(database.db, 'a', async (trx) => {
            await sql`update ${sql.table(table)} set tenant_id = tenant_id`.execute(trx)
            await sql`delete from ${sql.table(table)}`.execute(trx)
            const { rows } = await sql<{
              tenant_id: string
            }>`select distinct tenant_id from ${sql.table(table)}`.execute(trx)
            expect(rows).toEqual([{ tenant_id: 'shared' }])
            throw new Error('undo')
          }),
        ).rejects.toThrow('undo')
      }
      expect(await owners('b', 'documents')).toEqual(before)
      expect(await owners('a', 'documents')).toEqual(['a', 'shared'])
    })

    test('a failure in the middle is rolled back, and the next transaction is sound', async () => {
      const failing = withTenant(database.db, 'a', async (trx) => {
        await trx.deleteFrom('documents').execute()
        await sql`select 1 / 0`.execute(trx)
      })
      await expect(failing).rejects.toMatchObject({ code: '22012' })
      expect(await owners('a', 'documents')).toEqual(['a', 'shared'])
    })

    test('a tenant is made once, renamed, and dropped with all that it owns', async () => {
      const store = createKnowledgeStore(database.db)
      await ensureTenant(database.db, 'short-lived', 'One')
      await ensureTenant(database.db, 'short-lived', "Two'; --")
      expect(await asTenant('short-lived', "select name from tenants where tenant_id <> 'shared'")).toEqual([
        { name: "Two'; --" },
      ])
      await store.putDocument('short-lived', aDocument(), [aPassage()])
      expect(await dropTenant(database.db, 'short-lived')).toBe(true)
      expect(await dropTenant(database.db, 'short-lived')).toBe(false)
      await expect(dropTenant(database.db, 'shared')).rejects.toMatchObject({ code: 'bad_input' })
      const { rows } = await database.pool.query(
        "select count(*)::int as left from passages where tenant_id = 'short-lived'",
      )
      expect(rows).toEqual([{ left: 0 }])
    })
  })
}
