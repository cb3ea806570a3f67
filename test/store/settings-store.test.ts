import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { createSettingsStore } from '../../src/adapters/postgres/settings-store.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { readSettings } from '../../src/org/settings.ts'
import type { SettingsStore } from '../../src/ports/settings-store.ts'
import { testStores } from '../support/test-database.ts'

for (const { name, open } of testStores) {
  describe(`settings on ${name}`, () => {
    let database: Database
    let store: SettingsStore
    let tenant: string
    const recorded = async () =>
      (await createAuditLog(database.db).entries(tenant, 10)).map(({ at: _, ...entry }) => entry)
    beforeAll(async () => {
      database = await open()
      store = createSettingsStore(database.db)
    })
    beforeEach(async () => {
      tenant = randomUUID()
      await ensureTenant(database.db, tenant, 'A tenant')
    })
    afterAll(() => database?.close())

    test('are put, put again and reset, each change on the record with who did it', async () => {
      const personId = randomUUID()
      await store.put(tenant, 'retention.inbox_days', 30, undefined)
      await store.put(tenant, 'retention.inbox_days', 7, personId)
      await store.put(tenant, 'model.enabled', false, personId)
      expect(await store.all(tenant)).toEqual({ 'retention.inbox_days': 7, 'model.enabled': false })
      expect(await readSettings(store, tenant)).toMatchObject({
        'retention.inbox_days': 7,
        'retention.turns_days': 365,
        'model.enabled': false,
      })
      expect(await store.reset(tenant, 'retention.inbox_days', personId)).toBe(true)
      expect(await store.reset(tenant, 'retention.inbox_days', personId)).toBe(false)
      expect(await store.all(tenant)).toEqual({ 'model.enabled': false })
      expect(await recorded()).toEqual([
        { personId, action: 'setting.reset', subject: 'retention.inbox_days', detail: {} },
        { personId, action: 'setting.changed', subject: 'model.enabled', detail: { value: false } },
        { personId, action: 'setting.changed', subject: 'retention.inbox_days', detail: { value: 7 } },
        { action: 'setting.changed', subject: 'retention.inbox_days', detail: { value: 30 } },
      ])
    })

    test("are each tenant's own, and a tenant that does not exist has none", async () => {
      const other = randomUUID()
      await ensureTenant(database.db, other, 'Another')
      await store.put(tenant, 'model.enabled', false, undefined)
      expect(await store.all(other)).toEqual({})
      expect(await store.reset(other, 'model.enabled', undefined)).toBe(false)
      expect(await store.all(tenant)).toEqual({ 'model.enabled': false })
      await expect(store.put(randomUUID(), 'model.enabled', false, undefined)).rejects.toMatchObject({
        code: 'not_found',
      })
    })
  })
}
