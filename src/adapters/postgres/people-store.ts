import { randomUUID } from 'node:crypto'
import { type Selectable, sql, type Transaction } from 'kysely'
import { AppError } from '../../errors.ts'
import type { Account, PeopleStore, Person, Workspace } from '../../ports/people-store.ts'
import { recordIn } from './audit-log.ts'
import type { Db, Schema } from './schema.ts'
import { withTenant } from './tenancy.ts'
import { withoutNulls } from './without-nulls.ts'

type Trx = Transaction<Schema>
type PersonRow = Selectable<Schema['people']>

const COLUMNS = ['person_id', 'name', 'email', 'role'] as const

const toPerson = ({ person_id, name, email, role }: Pick<PersonRow, (typeof COLUMNS)[number]>): Person => ({
  personId: person_id,
  name,
  role,
  ...(email === null ? {} : { email }),
})

const byAccount = (trx: Trx, { platform, userId }: Account) =>
  trx
    .selectFrom('identities')
    .innerJoin('people', (join) =>
      join
        .onRef('people.tenant_id', '=', 'identities.tenant_id')
        .onRef('people.person_id', '=', 'identities.person_id'),
    )
    .select(['people.person_id', 'people.name', 'people.email', 'people.role'])
    .where('identities.platform', '=', platform)
    .where('identities.user_id', '=', userId)
    .executeTakeFirst()

const byEmail = (trx: Trx, email: string) =>
  trx.selectFrom('people').select(COLUMNS).where('email', '=', email).executeTakeFirst()

/** Everything of one person becomes another's, who stays: two accounts turned out to be one person. */
const merge = async (trx: Trx, from: string, into: string): Promise<void> => {
  for (const table of ['identities', 'inbox', 'turns', 'model_calls'] as const)
    await sql`update ${sql.table(table)} set person_id = ${into}::uuid where person_id = ${from}::uuid`.execute(
      trx,
    )
  // Both may have rated one turn: the later opinion holds, as if one person had changed it.
  await sql`
    insert into feedback (tenant_id, turn_id, person_id, rating, reason, at)
    select tenant_id, turn_id, ${into}::uuid, rating, reason, at from feedback where person_id = ${from}::uuid
    on conflict (tenant_id, turn_id, person_id) do update
    set rating = excluded.rating, reason = coalesce(excluded.reason, feedback.reason), at = excluded.at
    where excluded.at > feedback.at`.execute(trx)
  await trx.deleteFrom('people').where('person_id', '=', from).execute()
}

const hasAdmin = async (trx: Trx): Promise<boolean> =>
  (await trx.selectFrom('people').select('person_id').where('role', '=', 'admin').executeTakeFirst()) !==
  undefined

/** People, their accounts and their tenants' workspaces, in the database. */
export const createPeopleStore = (db: Db): PeopleStore => ({
  tenantOf: async (platform, workspaceId) => {
    const found = await db
      .selectFrom('workspaces')
      .select('tenant_id')
      .where('platform', '=', platform)
      .where('workspace_id', '=', workspaceId)
      .where('uninstalled_at', 'is', null)
      .executeTakeFirst()
    return found?.tenant_id
  },

  connect: async (tenantId, { platform, workspaceId, name }) => {
    const row = { tenant_id: tenantId, platform, workspace_id: workspaceId, name }
    try {
      await withTenant(db, tenantId, async (trx) => {
        await trx
          .insertInto('workspaces')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .columns(['tenant_id', 'platform', 'workspace_id'])
              .doUpdateSet({ name, uninstalled_at: null }),
          )
          .execute()
        await recordIn(trx, tenantId, {
          action: 'workspace.connected',
          subject: `${platform}/${workspaceId}`,
        })
      })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '23505')) throw error
      throw new AppError(
        'bad_input',
        `The ${platform} workspace ${workspaceId} belongs to another organization already, even if Cairn was uninstalled from it there; disconnect it there first.`,
        { cause: error },
      )
    }
  },

  disconnect: (tenantId, { platform, workspaceId }) =>
    withTenant(db, tenantId, async (trx) => {
      await trx
        .deleteFrom('workspaces')
        .where('platform', '=', platform)
        .where('workspace_id', '=', workspaceId)
        .execute()
      await recordIn(trx, tenantId, {
        action: 'workspace.disconnected',
        subject: `${platform}/${workspaceId}`,
      })
    }),

  markUninstalled: (tenantId, { platform, workspaceId }) =>
    withTenant(db, tenantId, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('workspaces')
        .set({ uninstalled_at: sql`now()` })
        .where('platform', '=', platform)
        .where('workspace_id', '=', workspaceId)
        // The first time counts: the event may come again.
        .where('uninstalled_at', 'is', null)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return
      await recordIn(trx, tenantId, {
        action: 'workspace.uninstalled',
        subject: `${platform}/${workspaceId}`,
      })
    }),

  abandoned: async (days) => {
    const { rows } = await sql<{ tenantId: string }>`
      select tenant_id as "tenantId" from workspaces group by tenant_id
      having bool_and(uninstalled_at is not null)
        and max(uninstalled_at) <= now() - make_interval(days => ${days})
      order by tenant_id`.execute(db)
    return rows.map(({ tenantId }) => tenantId)
  },

  workspaces: (tenantId) =>
    withTenant(db, tenantId, async (trx) => {
      const rows = await trx
        .selectFrom('workspaces')
        .select(['platform', 'workspace_id as workspaceId', 'name', 'uninstalled_at as uninstalledAt'])
        .orderBy('platform')
        .orderBy('workspace_id')
        .execute()
      return rows.map((row) => withoutNulls<Workspace & { uninstalledAt?: Date }>(row))
    }),

  meet: (tenantId, account, installs = false) =>
    withTenant(db, tenantId, async (trx) => {
      const email = account.verifiedEmail?.trim().toLowerCase() || undefined
      // Two first messages of one person at once must not make two people: the tenant's row is the gate.
      const known = await byAccount(trx, account)
      const tellsMore = (email !== undefined && known?.email !== email) || (account.name && !known?.name)
      if (known && !installs && !tellsMore) return toPerson(known)
      await sql`select from tenants where tenant_id = ${tenantId} for update`.execute(trx)
      const own = await byAccount(trx, account)
      const namesake = email === undefined ? undefined : await byEmail(trx, email)
      if (own && namesake && own.person_id !== namesake.person_id)
        await merge(trx, own.person_id, namesake.person_id)
      const found = namesake ?? own
      const personId = found?.person_id ?? randomUUID()
      const role =
        installs && !(await hasAdmin(trx)) ? ('admin' as const) : (found?.role ?? ('member' as const))
      const person = {
        name: found?.name || (account.name ?? ''),
        email: email ?? found?.email ?? null,
        role,
      }
      if (found) await trx.updateTable('people').set(person).where('person_id', '=', personId).execute()
      else
        await trx
          .insertInto('people')
          .values({ tenant_id: tenantId, person_id: personId, ...person })
          .execute()
      await trx
        .insertInto('identities')
        .values({
          tenant_id: tenantId,
          platform: account.platform,
          user_id: account.userId,
          person_id: personId,
        })
        .onConflict((conflict) =>
          conflict.columns(['tenant_id', 'platform', 'user_id']).doUpdateSet({ person_id: personId }),
        )
        .execute()
      return toPerson({ person_id: personId, ...person })
    }),

  person: (tenantId, personId) =>
    withTenant(db, tenantId, async (trx) => {
      const found = await trx
        .selectFrom('people')
        .select(COLUMNS)
        .where('person_id', '=', personId)
        .executeTakeFirst()
      return found && toPerson(found)
    }),

  people: (tenantId) =>
    withTenant(db, tenantId, async (trx) =>
      (
        await trx.selectFrom('people').select(COLUMNS).orderBy('created_at').orderBy('person_id').execute()
      ).map(toPerson),
    ),

  setRole: (tenantId, personId, role, by) =>
    withTenant(db, tenantId, async (trx) => {
      await sql`select from tenants where tenant_id = ${tenantId} for update`.execute(trx)
      const before = await trx
        .selectFrom('people')
        .select('role')
        .where('person_id', '=', personId)
        .executeTakeFirst()
      if (!before) throw new AppError('not_found', `There is no person ${personId} in this organization.`)
      await trx.updateTable('people').set({ role }).where('person_id', '=', personId).execute()
      if (before.role === 'admin' && !(await hasAdmin(trx)))
        throw new AppError('bad_input', 'No admin would be left; make someone else an admin first.')
      await recordIn(trx, tenantId, {
        ...(by === undefined ? {} : { personId: by }),
        action: 'role.changed',
        subject: personId,
        detail: { from: before.role, to: role },
      })
    }),
})
