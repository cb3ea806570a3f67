import type { SecretStore } from '../../ports/secret-store.ts'
import { recordIn } from './audit-log.ts'
import type { Db } from './schema.ts'
import { createSealing, type Sealing } from './sealing.ts'
import { withTenant } from './tenancy.ts'

/** Secrets in the database. The key is asked for when the first one is stored or read. */
export const createSecretStore = (db: Db, encryptionKey: string | undefined): SecretStore => {
  let made: Sealing | undefined
  const sealing = () => (made ??= createSealing(encryptionKey))
  const place = (tenantId: string, name: string) => `${tenantId}/${name}`

  return {
    put: async (tenantId, name, value) => {
      const sealed = sealing().seal(value, place(tenantId, name))
      await withTenant(db, tenantId, async (trx) => {
        await trx
          .insertInto('secrets')
          .values({ tenant_id: tenantId, name, sealed })
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'name']).doUpdateSet({ sealed, updated_at: new Date() }),
          )
          .execute()
        await recordIn(trx, tenantId, { action: 'secret.stored', subject: name })
      })
    },
    get: async (tenantId, name) => {
      const found = await withTenant(db, tenantId, (trx) =>
        trx.selectFrom('secrets').select('sealed').where('name', '=', name).executeTakeFirst(),
      )
      return found && sealing().open(found.sealed, place(tenantId, name))
    },
    remove: (tenantId, name) =>
      withTenant(db, tenantId, async (trx) => {
        await trx.deleteFrom('secrets').where('name', '=', name).execute()
        await recordIn(trx, tenantId, { action: 'secret.removed', subject: name })
      }),
    names: (tenantId) =>
      withTenant(db, tenantId, async (trx) =>
        (await trx.selectFrom('secrets').select('name').orderBy('name').execute()).map(({ name }) => name),
      ),
    rotate: (tenantId) =>
      withTenant(db, tenantId, async (trx) => {
        const { open, seal, isOld } = sealing()
        const old = (await trx.selectFrom('secrets').select(['name', 'sealed']).forUpdate().execute()).filter(
          ({ sealed }) => isOld(sealed),
        )
        for (const { name, sealed } of old) {
          const at = place(tenantId, name)
          await trx
            .updateTable('secrets')
            .set({ sealed: seal(open(sealed, at), at) })
            .where('name', '=', name)
            .execute()
        }
        return old.length
      }),
  }
}
