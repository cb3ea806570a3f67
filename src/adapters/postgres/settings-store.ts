import type { AuditEntry } from '../../ports/audit-log.ts'
import type { SettingsStore } from '../../ports/settings-store.ts'
import { recordIn } from './audit-log.ts'
import type { Db } from './schema.ts'
import { withTenant } from './tenancy.ts'

/** A change of a setting as it is recorded. */
const entry = (by: string | undefined, change: Omit<AuditEntry, 'personId'>): AuditEntry => ({
  ...(by === undefined ? {} : { personId: by }),
  ...change,
})

/** Settings in the database, each change with its record. */
export const createSettingsStore = (db: Db): SettingsStore => ({
  all: (tenantId) =>
    withTenant(db, tenantId, async (trx) => {
      const rows = await trx.selectFrom('settings').select(['name', 'value']).execute()
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
    }),

  put: (tenantId, name, value, by) =>
    withTenant(db, tenantId, async (trx) => {
      const stored = JSON.stringify(value)
      await trx
        .insertInto('settings')
        .values({ tenant_id: tenantId, name, value: stored })
        .onConflict((conflict) =>
          conflict.columns(['tenant_id', 'name']).doUpdateSet({ value: stored, updated_at: new Date() }),
        )
        .execute()
      await recordIn(
        trx,
        tenantId,
        entry(by, { action: 'setting.changed', subject: name, detail: { value } }),
      )
    }),

  reset: (tenantId, name, by) =>
    withTenant(db, tenantId, async (trx) => {
      const { numDeletedRows } = await trx
        .deleteFrom('settings')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return false
      await recordIn(trx, tenantId, entry(by, { action: 'setting.reset', subject: name }))
      return true
    }),
})
