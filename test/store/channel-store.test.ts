import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts'
import { createChannelStore } from '../../src/adapters/postgres/channel-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import type { ChannelStore } from '../../src/ports/channel-store.ts'
import { testStores } from '../support/test-database.ts'

const GENERAL = { platform: 'slack', conversationId: 'C1' } as const
const BY = randomUUID()

for (const { name, open } of testStores) {
  describe(`policies of channels on ${name}`, () => {
    let database: Database
    let store: ChannelStore
    let tenant: string
    beforeAll(async () => {
      database = await open()
      store = createChannelStore(database.db)
    })
    beforeEach(async () => {
      tenant = randomUUID()
      await ensureTenant(database.db, tenant, 'A tenant')
    })
    afterAll(() => database?.close())

    const recorded = async () =>
      (await createAuditLog(database.db).entries(tenant, 10)).map(({ at: _, ...entry }) => entry)

    test('are as they are by default, until somebody chooses', async () => {
      expect(await store.policyOf(tenant, GENERAL)).toBe('mentions')
      await store.setPolicy(tenant, GENERAL, 'auto', BY)
      await store.setPolicy(tenant, GENERAL, 'off', BY)
      await store.setPolicy(tenant, { ...GENERAL, conversationId: 'C0' }, 'auto', undefined)
      expect(await store.policyOf(tenant, GENERAL)).toBe('off')
      expect(await store.policyOf(tenant, { ...GENERAL, platform: 'teams' })).toBe('mentions')
      expect(await store.policies(tenant)).toEqual([
        { platform: 'slack', conversationId: 'C0', policy: 'auto' },
        { platform: 'slack', conversationId: 'C1', policy: 'off' },
      ])
    })

    test('chosen as by default are no choice any more', async () => {
      await store.setPolicy(tenant, GENERAL, 'off', BY)
      await store.setPolicy(tenant, GENERAL, 'mentions', BY)
      expect(await store.policyOf(tenant, GENERAL)).toBe('mentions')
      expect(await store.policies(tenant)).toEqual([])
    })

    test('are changed on the record; the same choice again is no change', async () => {
      for (const policy of ['mentions', 'auto', 'auto', 'mentions', 'mentions'] as const)
        await store.setPolicy(tenant, GENERAL, policy, policy === 'auto' ? BY : undefined)
      const entry = { action: 'channel.policy_changed', subject: 'slack/C1' }
      expect(await recorded()).toEqual([
        { ...entry, detail: { from: 'auto', to: 'mentions' } },
        { ...entry, personId: BY, detail: { from: 'mentions', to: 'auto' } },
      ])
    })

    test('chosen by many at once leave one', async () => {
      await Promise.all(
        (['auto', 'off', 'auto', 'off', 'auto'] as const).map((policy) =>
          store.setPolicy(tenant, GENERAL, policy, BY),
        ),
      )
      expect(await store.policies(tenant)).toHaveLength(1)
    })

    test('of a tenant are its own', async () => {
      const other = randomUUID()
      await ensureTenant(database.db, other, 'Another')
      await store.setPolicy(tenant, GENERAL, 'auto', BY)
      expect(await store.policyOf(other, GENERAL)).toBe('mentions')
      expect(await store.policies(other)).toEqual([])
      await store.setPolicy(other, GENERAL, 'off', BY)
      expect(await store.policyOf(tenant, GENERAL)).toBe('auto')
    })
  })
}
