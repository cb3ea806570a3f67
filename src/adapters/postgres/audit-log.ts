import { sql, type Transaction } from 'kysely'
import type { AuditEntry, AuditLog, RecordedEntry } from '../../ports/audit-log.ts'
import type { Db, Schema } from './schema.ts'
import { withTenant } from './tenancy.ts'

/** Adds an entry to what else the transaction does, so that nothing is done without its record. */
export const recordIn = async (
  trx: Transaction<Schema>,
  tenantId: string,
  { personId, action, subject = '', detail = {} }: AuditEntry,
): Promise<void> => {
  await trx
    .insertInto('audit_entries')
    .values({
      tenant_id: tenantId,
      person_id: personId ?? null,
      action,
      subject: subject.replaceAll('\0', '\uFFFD'),
      detail: JSON.stringify(detail),
    })
    .execute()
}

export const createAuditLog = (db: Db): AuditLog => ({
  record: (tenantId, entry) => withTenant(db, tenantId, (trx) => recordIn(trx, tenantId, entry)),
  entries: (tenantId, limit) =>
    withTenant(db, tenantId, async (trx) => {
      const { rows } = await sql<RecordedEntry & { personId: string | null }>`
        select at, person_id as "personId", action, subject, detail from audit_entries
        order by entry_id desc limit ${limit}`.execute(trx)
      return rows.map(({ personId, ...entry }) => (personId === null ? entry : { ...entry, personId }))
    }),
})
