import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backupFile } from '../../src/adapters/files/backup-file.ts'
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts'
import { createChannelStore } from '../../src/adapters/postgres/channel-store.ts'
import { createFeedbackStore } from '../../src/adapters/postgres/feedback-store.ts'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { createSettingsStore } from '../../src/adapters/postgres/settings-store.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createTenantData } from '../../src/adapters/postgres/tenant-data.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { backUp, restore } from '../../src/org/backup.ts'
import { forgetOld } from '../../src/org/retention.ts'
import type { TenantRow } from '../../src/ports/tenant-data.ts'
import type { Lease, WaitingMessage } from '../../src/ports/thread-store.ts'
import { aDocument, aPassage, MODEL } from '../support/knowledge.ts'
import { testStores } from '../support/test-database.ts'
import { aMessage, anEcho } from '../support/threads.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const collect = async (rows: AsyncIterable<TenantRow>): Promise<TenantRow[]> => {
  const all = []
  for await (const { table, row } of rows) all.push({ table, row })
  return all
}

const options = (database: Database) => ({
  data: createTenantData(database.db),
  file: backupFile,
  now: () => new Date(),
})

/** A tenant with a person, a document, and an answered question whose answer waits to be posted. */
const fill = async ({ db }: Database, tenantId: string): Promise<string> => {
  await ensureTenant(db, tenantId, 'A tenant')
  const { personId } = await createPeopleStore(db).meet(
    tenantId,
    { platform: 'web', userId: 'U1', name: 'Ada' },
    true,
  )
  const store = createKnowledgeStore(db)
  await store.setEmbeddingModel(MODEL)
  const lines = [{ kind: 'line' as const, text: 'a line', vector: [0.5, 0, 0] }]
  await store.putDocument(tenantId, aDocument({ id: tenantId }), [
    aPassage({ id: tenantId, body: 'It\'s "quoted" \\ 🗿', lines }),
  ])
  const threads = createThreadStore(db)
  await threads.accept(tenantId, aMessage({ personId }))
  const lease = (await threads.lease({ tenantId, threadId: 'thread' }, 60)) as Lease
  const message = (await threads.nextMessage(lease)) as WaitingMessage
  const turn = anEcho(message)
  await threads.finish(lease, message, turn, [
    { idempotencyKey: `reply:${message.sequence}`, body: { kind: 'notice', text: 'hello' } },
    { idempotencyKey: `reply:${message.sequence}:2`, body: { kind: 'notice', text: 'hello again' } },
    { idempotencyKey: `notice:${message.sequence}`, body: { kind: 'notice', text: 'hello you' } },
  ])
  await threads.release(lease, 0)
  await createFeedbackStore(db).record(tenantId, {
    turnId: turn.turnId,
    personId,
    rating: 'down',
    reason: 'so so',
  })
  await createChannelStore(db).setPolicy(
    tenantId,
    { platform: 'web', conversationId: 'room' },
    'auto',
    personId,
  )
  return personId
}

for (const { name, open } of testStores) {
  describe(`tenants as a whole on ${name}`, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database?.close())

    test('what is erased of a person is gone, and the record says so', async () => {
      const tenantId = randomUUID()
      const personId = await fill(database, tenantId)
      const { data } = options(database)
      expect((await data.ofPerson(tenantId, personId)).map(({ table }) => table)).toEqual([
        'people',
        'identities',
        'inbox',
        'turns',
        'audit_entries',
        'audit_entries',
        'feedback',
      ])
      await data.erasePerson(tenantId, personId)
      const left = await data.ofPerson(tenantId, personId)
      expect(left.map(({ table }) => table)).toEqual(['audit_entries', 'audit_entries'])
      const all = JSON.stringify(await collect(data.rows(tenantId)))
      expect(all).not.toMatch(/Ada|what are squads|hello|so so/)
      expect((await createAuditLog(database.db).entries(tenantId, 1))[0]).toMatchObject({
        action: 'person.erased',
      })
      await expect(data.erasePerson(tenantId, personId)).rejects.toMatchObject({ code: 'not_found' })
    })

    test('what is erased of a person is no post of anybody else', async () => {
      const tenantId = randomUUID()
      const personId = await fill(database, tenantId)
      const threads = createThreadStore(database.db)
      const thread = { tenantId, threadId: 'thread' }
      const { rows } = await database.pool.query('select sequence from inbox where tenant_id = $1', [
        tenantId,
      ])
      const [{ sequence }] = rows
      const others = [
        `reply:${sequence}0`,
        `reply:1${sequence}:2`,
        `notice:${sequence}0`,
        `digest:${sequence}`,
      ]
      for (const idempotencyKey of others)
        await threads.intend(thread, { idempotencyKey, body: { kind: 'notice', text: 'kept' } })
      const { data } = options(database)
      await data.erasePerson(tenantId, personId)
      const posts = (await collect(data.rows(tenantId))).filter(({ table }) => table === 'outbox')
      expect(posts.map(({ row }) => row.idempotency_key).sort()).toEqual(others.sort())
    })

    test('what is too old is forgotten, what waits is kept', async () => {
      const tenantId = randomUUID()
      await fill(database, tenantId)
      const { data } = options(database)
      expect(await data.forget(tenantId, { inbox: 1, turns: 1, outbox: 1, audit: 1 })).toEqual({
        inbox: 0,
        turns: 0,
        outbox: 0,
        audit: 0,
      })
      await database.pool.query(
        "update inbox set accepted_at = accepted_at - interval '100 days' where tenant_id = $1",
        [tenantId],
      )
      await database.pool.query(
        "update turns set answered_at = answered_at - interval '400 days' where tenant_id = $1",
        [tenantId],
      )
      await database.pool.query(
        "update outbox set changed_at = changed_at - interval '100 days' where tenant_id = $1",
        [tenantId],
      )
      await database.pool.query(
        "update audit_entries set at = at - interval '800 days' where tenant_id = $1",
        [tenantId],
      )
      // The post was never sent: it is kept however old it is.
      expect(await data.forget(tenantId, { inbox: 90, turns: 365, outbox: 90, audit: 730 })).toEqual({
        inbox: 1,
        turns: 1,
        outbox: 0,
        audit: 2,
      })
    })

    test('each tenant keeps its data as long as it set', async () => {
      const [brief, usual] = [randomUUID(), randomUUID()]
      for (const tenantId of [brief, usual]) await fill(database, tenantId)
      await database.pool.query("update turns set answered_at = now() - interval '8 days'")
      const settings = createSettingsStore(database.db)
      const { data } = options(database)
      expect(await forgetOld(data, settings)).toBe(0)
      await settings.put(brief, 'retention.turns_days', 7, undefined)
      expect(await forgetOld(data, settings)).toBe(1)
      const tables = async (tenantId: string) =>
        (await collect(data.rows(tenantId))).map(({ table }) => table)
      expect(await tables(brief)).not.toContain('turns')
      expect(await tables(usual)).toContain('turns')
    })

    test('tenants do not reach each other', async () => {
      const [tenantId, other] = [randomUUID(), randomUUID()]
      const personId = await fill(database, tenantId)
      await ensureTenant(database.db, other, 'Another')
      const { data } = options(database)
      expect(await data.ofPerson(other, personId)).toEqual([])
      await expect(data.erasePerson(other, personId)).rejects.toMatchObject({ code: 'not_found' })
      expect((await collect(data.rows(other))).map(({ table }) => table)).toEqual(['tenants'])
      expect(await data.ofPerson(tenantId, personId)).not.toEqual([])
    })

    for (const target of testStores)
      test(`a backup goes to an empty store on ${target.name}, row by row the same`, async () => {
        const source = await open()
        const copy = await target.open()
        await createKnowledgeStore(copy.db).setEmbeddingModel(MODEL)
        const tenants = [randomUUID(), randomUUID()]
        for (const tenantId of tenants) await fill(source, tenantId)
        const path = join(folder, `${randomUUID()}.gz`)
        const written = await backUp(options(source), path)
        expect(written.tenants).toBe(2)
        expect(await restore(options(copy), path)).toEqual(written)
        for (const tenantId of tenants) {
          const rows = (database: Database) => collect(createTenantData(database.db).rows(tenantId))
          expect(await rows(copy)).toEqual(await rows(source))
          // Work goes on where it was: the post still waits, and new messages count on.
          const threads = createThreadStore(copy.db)
          expect(await threads.due(10)).toContainEqual({ tenantId, threadId: 'thread' })
          expect(await threads.accept(tenantId, aMessage())).toBe('accepted')
        }
        await expect(restore(options(copy), path)).rejects.toMatchObject({ code: 'bad_input' })
        await source.close()
        await copy.close()
      })

    test('a backup from before documents had audiences is restored, for everyone', async () => {
      const source = await open()
      await fill(source, 'acme')
      const path = join(folder, `${randomUUID()}.gz`)
      const { data, ...rest } = options(source)
      const before: typeof data = {
        ...data,
        fingerprint: async () => ({
          ...(await data.fingerprint()),
          migrations: ['0001_tenants_and_knowledge', '0002_people_and_threads'],
        }),
        async *rows(tenantId) {
          for await (const { table, row } of data.rows(tenantId)) {
            const { audience: _, ...columns } = row
            yield { table, row: columns }
          }
        },
      }
      await backUp({ ...rest, data: before }, path)
      const copy = await open()
      const store = createKnowledgeStore(copy.db)
      await store.setEmbeddingModel(MODEL)
      await restore(options(copy), path)
      expect(await store.documents('acme')).toMatchObject([{ id: 'acme', audience: 'everyone' }])
      const query = { text: 'quoted', vector: [1, 0, 0], limit: 5, audiences: ['everyone' as const] }
      expect((await store.candidates('acme', query)).candidates).toHaveLength(1)
      await source.close()
      await copy.close()
    })

    test('a backup that is cut short, of a newer version or of another model is refused, and nothing is changed', async () => {
      const source = await open()
      await fill(source, 'acme')
      const path = join(folder, `${randomUUID()}.gz`)
      await backUp(options(source), path)
      const copy = await open()
      await expect(restore(options(copy), path)).rejects.toMatchObject({ code: 'store_incompatible' })
      await createKnowledgeStore(copy.db).setEmbeddingModel(MODEL)
      const { file, ...rest } = options(copy)
      const newer = {
        ...file,
        header: async (at: string) => ({ ...(await file.header(at)), migrations: ['9999_future'] }),
      }
      await expect(restore({ ...rest, file: newer }, path)).rejects.toThrow(/newer Cairn/)
      const older = {
        ...file,
        header: async (at: string) => ({
          ...(await file.header(at)),
          migrations: ['0001_tenants_and_knowledge'],
        }),
      }
      await expect(restore({ ...rest, file: older }, path)).rejects.toThrow(/older Cairn \(it lacks 0002/)
      truncateSync(path, 400)
      await expect(restore(options(copy), path)).rejects.toThrow(/cut short or damaged/)
      expect(await options(copy).data.tenants()).toEqual([])
      await source.close()
      await copy.close()
    })
  })
}
