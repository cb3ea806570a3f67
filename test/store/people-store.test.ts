import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { createSecretStore } from '../../src/adapters/postgres/secret-store.ts'
import { dropTenant, ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { audiencesOf, maySee, ROLES, SIGHTS } from '../../src/conversation/people.ts'
import { dropAbandoned } from '../../src/org/abandoned.ts'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { PeopleStore } from '../../src/ports/people-store.ts'
import { testStores } from '../support/test-database.ts'

const aKey = () => randomBytes(32).toString('base64')

for (const { name, open } of testStores) {
  describe(`people on ${name}`, () => {
    let database: Database
    let store: PeopleStore
    let audit: AuditLog
    let tenant: string
    beforeAll(async () => {
      database = await open()
      store = createPeopleStore(database.db)
      audit = createAuditLog(database.db)
    })
    beforeEach(async () => {
      tenant = randomUUID()
      await ensureTenant(database.db, tenant, 'A tenant')
    })
    afterAll(() => database?.close())

    test('a workspace belongs to one tenant, until it is disconnected', async () => {
      const workspace = { platform: 'slack', workspaceId: randomUUID(), name: 'Acme' } as const
      await store.connect(tenant, workspace)
      await store.connect(tenant, { ...workspace, name: 'Acme Inc' })
      expect(await store.tenantOf('slack', workspace.workspaceId)).toBe(tenant)
      expect(await store.tenantOf('teams', workspace.workspaceId)).toBeUndefined()
      const other = randomUUID()
      await ensureTenant(database.db, other, 'Another')
      await expect(store.connect(other, workspace)).rejects.toMatchObject({ code: 'bad_input' })
      await store.disconnect(other, workspace)
      expect(await store.tenantOf('slack', workspace.workspaceId)).toBe(tenant)
      await store.disconnect(tenant, workspace)
      expect(await store.tenantOf('slack', workspace.workspaceId)).toBeUndefined()
    })

    describe('a workspace that Cairn was removed from', () => {
      const aWorkspace = () => ({ platform: 'slack', workspaceId: randomUUID(), name: 'Acme' }) as const
      const ago = (days: number) =>
        database.pool.query(
          'update workspaces set uninstalled_at = now() - make_interval(days => $2) where tenant_id = $1 and uninstalled_at is not null',
          [tenant, days],
        )
      const isAbandoned = async (days: number) => (await store.abandoned(days)).includes(tenant)

      test('leads nowhere, on the record, until it is connected again', async () => {
        const workspace = aWorkspace()
        await store.connect(tenant, workspace)
        for (let time = 0; time < 2; time++) await store.markUninstalled(tenant, workspace)
        expect(await store.tenantOf('slack', workspace.workspaceId)).toBeUndefined()
        expect(await store.workspaces(tenant)).toEqual([{ ...workspace, uninstalledAt: expect.any(Date) }])
        await store.connect(tenant, workspace)
        expect(await store.tenantOf('slack', workspace.workspaceId)).toBe(tenant)
        expect(await store.workspaces(tenant)).toEqual([workspace])
        expect((await audit.entries(tenant, 10)).map(({ action }) => action)).toEqual([
          'workspace.connected',
          'workspace.uninstalled',
          'workspace.connected',
        ])
      })

      test('stays its tenant’s: nobody else is marked by it, nor may connect it', async () => {
        const workspace = aWorkspace()
        await store.connect(tenant, workspace)
        const other = randomUUID()
        await ensureTenant(database.db, other, 'Another')
        await store.markUninstalled(other, workspace)
        expect(await store.tenantOf('slack', workspace.workspaceId)).toBe(tenant)
        expect(await audit.entries(other, 10)).toEqual([])
        await store.markUninstalled(tenant, workspace)
        await expect(store.connect(other, workspace)).rejects.toMatchObject({
          code: 'bad_input',
          message: expect.stringContaining('even if Cairn was uninstalled'),
        })
        expect(await store.workspaces(other)).toEqual([])
      })

      test('leaves the tenant abandoned when it was the last one, after its days', async () => {
        const [one, two] = [aWorkspace(), aWorkspace()]
        expect(await isAbandoned(0)).toBe(false)
        for (const workspace of [one, two]) await store.connect(tenant, workspace)
        await store.markUninstalled(tenant, one)
        await ago(100)
        expect(await isAbandoned(30)).toBe(false)
        await store.markUninstalled(tenant, two)
        expect(await isAbandoned(30)).toBe(false)
        expect(await isAbandoned(0)).toBe(true)
        await ago(30)
        expect(await isAbandoned(30)).toBe(true)
        expect(await isAbandoned(31)).toBe(false)
        await store.connect(tenant, one)
        expect(await isAbandoned(30)).toBe(false)
      })

      test('goes with its tenant once it is abandoned, and may be connected elsewhere then', async () => {
        const workspace = aWorkspace()
        await store.connect(tenant, workspace)
        await store.meet(tenant, { platform: 'slack', userId: 'U1' }, true)
        await store.markUninstalled(tenant, workspace)
        await ago(30)
        const drop = { people: store, dropTenant: (id: string) => dropTenant(database.db, id) }
        expect(await dropAbandoned(drop, 30, [tenant])).toBe(0)
        expect(await store.people(tenant)).toHaveLength(1)
        expect(await dropAbandoned(drop, 30, ['local'])).toBe(1)
        expect(await store.people(tenant)).toEqual([])
        const other = randomUUID()
        await ensureTenant(database.db, other, 'Another')
        await store.connect(other, workspace)
        expect(await store.tenantOf('slack', workspace.workspaceId)).toBe(other)
      })
    })

    test('the first who installs is admin, later ones and everyone else are members', async () => {
      expect((await store.meet(tenant, { platform: 'slack', userId: 'U0' })).role).toBe('member')
      expect((await store.meet(tenant, { platform: 'slack', userId: 'U1' }, true)).role).toBe('admin')
      expect((await store.meet(tenant, { platform: 'slack', userId: 'U2' }, true)).role).toBe('member')
    })

    test('ten first messages at once make one person', async () => {
      const account = {
        platform: 'slack',
        userId: 'U1',
        name: 'Ada',
        verifiedEmail: 'ada@example.com',
      } as const
      const met = await Promise.all(Array.from({ length: 10 }, () => store.meet(tenant, account)))
      expect(new Set(met.map(({ personId }) => personId)).size).toBe(1)
      expect(await store.people(tenant)).toHaveLength(1)
    })

    test('a name that is told later is kept, also without an address; the first one stays', async () => {
      const account = { platform: 'slack' as const, userId: 'U1' }
      expect(await store.meet(tenant, account)).toMatchObject({ name: '' })
      expect(await store.meet(tenant, { ...account, name: 'Vic' })).toMatchObject({ name: 'Vic' })
      expect(await store.meet(tenant, { ...account, name: 'Victor' })).toMatchObject({ name: 'Vic' })
      expect(await store.people(tenant)).toMatchObject([{ name: 'Vic' }])
    })

    test('one verified address is one person on two platforms, in whatever case it is written', async () => {
      const slack = await store.meet(tenant, {
        platform: 'slack',
        userId: 'U1',
        verifiedEmail: 'Ada@Example.com',
      })
      const teams = await store.meet(tenant, {
        platform: 'teams',
        userId: '29:1',
        verifiedEmail: 'ada@example.com',
      })
      expect(teams.personId).toBe(slack.personId)
      const other = await store.meet(tenant, { platform: 'teams', userId: '29:2', name: 'Ada' })
      expect(other.personId).not.toBe(slack.personId)
    })

    test('two accounts that turn out to be one person become one', async () => {
      const slack = await store.meet(tenant, {
        platform: 'slack',
        userId: 'U1',
        verifiedEmail: 'ada@example.com',
      })
      const before = await store.meet(tenant, { platform: 'teams', userId: '29:1', name: 'Ada' })
      expect(before.personId).not.toBe(slack.personId)
      const after = await store.meet(tenant, {
        platform: 'teams',
        userId: '29:1',
        verifiedEmail: 'ada@example.com',
      })
      expect(after.personId).toBe(slack.personId)
      expect(await store.people(tenant)).toHaveLength(1)
    })

    test('roles are changed on the record, and an admin is left', async () => {
      const admin = await store.meet(tenant, { platform: 'slack', userId: 'U1' }, true)
      const member = await store.meet(tenant, { platform: 'slack', userId: 'U2' })
      await expect(store.setRole(tenant, admin.personId, 'member', undefined)).rejects.toThrow(
        /No admin would be left/,
      )
      await store.setRole(tenant, member.personId, 'admin', admin.personId)
      await store.setRole(tenant, admin.personId, 'manager', member.personId)
      expect((await store.people(tenant)).map(({ role }) => role).sort()).toEqual(['admin', 'manager'])
      expect(await store.person(tenant, member.personId)).toEqual({ ...member, role: 'admin' })
      expect(await store.person(tenant, randomUUID())).toBeUndefined()
      await expect(store.setRole(tenant, randomUUID(), 'admin', undefined)).rejects.toMatchObject({
        code: 'not_found',
      })
      expect((await audit.entries(tenant, 10)).map(({ action, personId }) => [action, personId])).toEqual([
        ['role.changed', member.personId],
        ['role.changed', admin.personId],
      ])
    })

    test('while there is no admin, other roles are given all the same', async () => {
      const { personId } = await store.meet(tenant, { platform: 'slack', userId: 'U1' })
      await store.setRole(tenant, personId, 'manager', undefined)
      expect((await store.person(tenant, personId))?.role).toBe('manager')
      expect(await audit.entries(tenant, 1)).toMatchObject([
        { action: 'role.changed', subject: personId, detail: { from: 'member', to: 'manager' } },
      ])
    })

    test('a tenant sees its own people and entries only', async () => {
      await store.meet(tenant, { platform: 'slack', userId: 'U1' })
      await audit.record(tenant, { action: 'looked' })
      expect(await store.people(randomUUID())).toEqual([])
      expect(await audit.entries(randomUUID(), 10)).toEqual([])
    })

    test('secrets are stored sealed, bound to their place, and keys rotate', async () => {
      const [old, fresh] = [aKey(), aKey()]
      const secrets = createSecretStore(database.db, old)
      await secrets.put(tenant, 'token', 'xoxb-secret')
      await secrets.put(tenant, 'other', 'else')
      expect(await secrets.get(tenant, 'token')).toBe('xoxb-secret')
      expect(await secrets.get(tenant, 'none')).toBeUndefined()
      expect(await secrets.names(tenant)).toEqual(['other', 'token'])
      const { rows } = await database.pool.query('select sealed from secrets where tenant_id = $1', [tenant])
      for (const { sealed } of rows) expect(sealed).not.toMatch(/xoxb|else/)

      const rotated = createSecretStore(database.db, `${fresh},${old}`)
      expect(await rotated.rotate(tenant)).toBe(2)
      expect(await rotated.rotate(tenant)).toBe(0)
      expect(await createSecretStore(database.db, fresh).get(tenant, 'token')).toBe('xoxb-secret')
      await expect(secrets.get(tenant, 'token')).rejects.toMatchObject({ code: 'bad_config' })

      await database.pool.query(
        "update secrets set sealed = (select sealed from secrets where tenant_id = $1 and name = 'other') where tenant_id = $1 and name = 'token'",
        [tenant],
      )
      await expect(rotated.get(tenant, 'token')).rejects.toMatchObject({ code: 'store_incompatible' })
      await rotated.remove(tenant, 'token')
      expect(await rotated.names(tenant)).toEqual(['other'])
    })

    test.each([undefined, '', 'short', `${aKey()},nonsense`])(
      'without a proper key nothing is stored: %s',
      async (key) => {
        const secrets = createSecretStore(database.db, key)
        await expect(secrets.put(tenant, 'token', 'x')).rejects.toMatchObject({ code: 'bad_config' })
        expect(await secrets.names(tenant)).toEqual([])
      },
    )
  })
}

test('each role belongs to its audiences, and to those of the roles below', () => {
  expect(Object.fromEntries(ROLES.map((role) => [role, audiencesOf({ role })]))).toEqual({
    admin: ['everyone', 'managers', 'executives'],
    executive: ['everyone', 'managers', 'executives'],
    manager: ['everyone', 'managers'],
    member: ['everyone'],
  })
})

test('members see least, and only executives read free text', () => {
  const seen = Object.fromEntries(ROLES.map((role) => [role, SIGHTS.filter((sight) => maySee(role, sight))]))
  expect(seen).toEqual({
    admin: ['financial_metrics', 'other_teams', 'audit'],
    executive: ['financial_metrics', 'free_text', 'other_teams'],
    manager: ['other_teams'],
    member: [],
  })
})
