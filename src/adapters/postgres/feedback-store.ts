import { sql } from 'kysely'
import type { Feedback, FeedbackStore } from '../../ports/feedback-store.ts'
import type { Db } from './schema.ts'
import { storable } from './searchable-text.ts'
import { withTenant } from './tenancy.ts'
import { withoutNulls } from './without-nulls.ts'

/** What people think of answers, in the database; it goes with the turn, and with the person. */
export const createFeedbackStore = (db: Db): FeedbackStore => ({
  record: (tenantId, { turnId, personId, rating, reason }) =>
    withTenant(db, tenantId, async (trx) => {
      const { rows } = await sql`
        insert into feedback (tenant_id, turn_id, person_id, rating, reason)
        select tenant_id, turn_id, ${personId}::uuid, ${rating}, ${reason === undefined ? null : storable(reason)}
        from turns where turn_id = ${turnId}::uuid
        on conflict (tenant_id, turn_id, person_id) do update
        set rating = excluded.rating, reason = coalesce(excluded.reason, feedback.reason), at = excluded.at
        returning 1`.execute(trx)
      return rows.length === 1
    }),

  list: (tenantId, limit) =>
    withTenant(db, tenantId, async (trx) => {
      const rows = await trx
        .selectFrom('feedback')
        .select(['turn_id as turnId', 'person_id as personId', 'rating', 'reason', 'at'])
        .orderBy('at', 'desc')
        .orderBy('turn_id')
        .orderBy('person_id')
        .limit(limit)
        .execute()
      return rows.map((row) => withoutNulls<Feedback & { at: Date }>(row))
    }),
})
