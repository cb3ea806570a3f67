import { sql } from 'kysely'
import type { ClaimedRecurrence, DueRecurrence, ScheduleStore } from '../../ports/schedule-store.ts'
import type { Db } from './schema.ts'
import { withTenant } from './tenancy.ts'

const COLUMNS = sql`tenant_id as "tenantId", recurrence_id as "recurrenceId", queue, schedule, zone, next_due as due`

/** Recurrences, in the database. */
export const createScheduleStore = (db: Db): ScheduleStore => ({
  put: ({ tenantId, recurrenceId, queue, schedule, zone }, next) =>
    withTenant(db, tenantId, async (trx) => {
      const changed = { queue, schedule: JSON.stringify(schedule), zone, next_due: next, claimed_until: null }
      await trx
        .insertInto('schedules')
        .values({ tenant_id: tenantId, recurrence_id: recurrenceId, ...changed })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant_id', 'recurrence_id'])
            .doUpdateSet(changed)
            // The same again keeps its due time: what was missed while nothing ran is still to be made up for.
            .where(
              (row) =>
                sql`(schedules.queue, schedules.schedule, schedules.zone) is distinct from
                (${row.ref('excluded.queue')}, ${row.ref('excluded.schedule')}, ${row.ref('excluded.zone')})`,
            ),
        )
        .execute()
    }),

  remove: (tenantId, recurrenceId) =>
    withTenant(db, tenantId, async (trx) => {
      await trx.deleteFrom('schedules').where('recurrence_id', '=', recurrenceId).execute()
    }),

  recurrences: (tenantId) =>
    withTenant(db, tenantId, async (trx) => {
      const { rows } = await sql<DueRecurrence>`select ${COLUMNS} from schedules order by next_due`.execute(
        trx,
      )
      return rows
    }),

  claimDue: async (limit, seconds) => {
    const { rows } = await sql<ClaimedRecurrence>`
      update schedules set claimed_until = clock_timestamp() + make_interval(secs => ${seconds})
      where (tenant_id, recurrence_id) in (
        select tenant_id, recurrence_id from schedules
        where next_due <= clock_timestamp() and (claimed_until is null or claimed_until < clock_timestamp())
        order by next_due limit ${limit} for update skip locked
      ) returning ${COLUMNS}, clock_timestamp() as "claimedAt"`.execute(db)
    return rows.sort((a, b) => a.due.getTime() - b.due.getTime())
  },

  advance: ({ tenantId, recurrenceId, due }, next) =>
    withTenant(db, tenantId, async (trx) => {
      await trx
        .updateTable('schedules')
        .set({ next_due: next, claimed_until: null })
        .where('recurrence_id', '=', recurrenceId)
        .where('next_due', '=', due)
        .execute()
    }),
})
