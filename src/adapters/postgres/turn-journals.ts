import { sql } from 'kysely'
import type { TurnJournals } from '../../ports/turn-journal.ts'
import type { Db } from './schema.ts'
import { withTenant } from './tenancy.ts'

/** Journals of turns, in the database; they go when their message is finished or given up. */
export const createTurnJournals = (db: Db): TurnJournals => ({
  of: (tenantId, sequence) => ({
    load: () =>
      withTenant(db, tenantId, async (trx) => {
        const { rows } = await sql<{ state: unknown }>`
          select state from turn_journals where sequence = ${sequence}`.execute(trx)
        return rows[0]?.state
      }),
    save: (state) =>
      withTenant(db, tenantId, async (trx) => {
        const text = JSON.stringify(state).replaceAll('\\u0000', '\\ufffd')
        await sql`
          insert into turn_journals (tenant_id, sequence, state) values (${tenantId}, ${sequence}, ${text}::jsonb)
          on conflict (tenant_id, sequence) do update set state = excluded.state`.execute(trx)
      }),
  }),
})
