import { sql, type Transaction } from 'kysely'
import { AppError } from '../../errors.ts'
import { toStoreError } from './errors.ts'
import type { Db, Schema } from './schema.ts'

const TENANT_ID = /^[A-Za-z0-9_-]{1,64}$/
/** Owns what every tenant reads. */
const SHARED = 'shared'

const assertTenantId = (tenantId: string): void => {
  if (TENANT_ID.test(tenantId)) return
  throw new AppError(
    'bad_input',
    `${JSON.stringify(tenantId.slice(0, 80))} is no tenant id; expected 1 to 64 letters, digits, hyphens or underscores.`,
  )
}

/**
 * Runs work in one transaction that sees the tenant's own rows and the shared ones, and writes only its own. When the
 * work throws, everything is rolled back first. Never await a model, a network call or a person inside: the embedded
 * store has one connection.
 * @throws AppError `bad_input` when the tenant id is malformed; `store_unreachable`, `disk_full`.
 */
export const withTenant = async <T>(
  db: Db,
  tenantId: string,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> => {
  assertTenantId(tenantId)
  try {
    return await db.transaction().execute(async (trx) => {
      // `role` first made `set local role`, in one round trip. Compiling a search takes longer than running it.
      await sql`
        select set_config('role', 'cairn_app', true), set_config('app.tenant', ${tenantId}, true),
          set_config('jit', 'off', true)`.execute(trx)
      return await work(trx)
    })
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Makes the tenant when it is absent, and brings its name up to date. */
export const ensureTenant = (db: Db, tenantId: string, name: string): Promise<void> =>
  withTenant(db, tenantId, async (trx) => {
    await trx
      .insertInto('tenants')
      .values({ tenant_id: tenantId, name: name.replaceAll('\0', '\uFFFD') })
      .onConflict((conflict) =>
        conflict
          .column('tenant_id')
          .doUpdateSet((row) => ({ name: row.ref('excluded.name') }))
          .whereRef('tenants.name', 'is distinct from', 'excluded.name'),
      )
      .execute()
  })

/**
 * Deletes the tenant and everything that it owns.
 * @returns false when there is no such tenant.
 * @throws AppError `bad_input` for the shared tenant, whose knowledge belongs to all.
 */
export const dropTenant = async (db: Db, tenantId: string): Promise<boolean> => {
  if (tenantId === SHARED)
    throw new AppError('bad_input', 'The shared tenant belongs to everyone and cannot be dropped.')
  return withTenant(db, tenantId, async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('tenants')
      .where('tenant_id', '=', tenantId)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  })
}
