import { sql } from 'kysely'
import type { UsageLine, UsageStore } from '../../ports/usage-store.ts'
import type { Db } from './schema.ts'
import { withTenant } from './tenancy.ts'

const TODAY = sql`at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'`
const KEYS = {
  day: sql`to_char(at at time zone 'UTC', 'YYYY-MM-DD')`,
  person: sql`coalesce(person_id::text, '')`,
}
const ORDERS = { day: sql`1 desc, 2`, person: sql`"costUsd" desc, 1, 2` }

/** What models took, in the database. */
export const createUsageStore = (db: Db): UsageStore => ({
  record: (tenantId, calls) =>
    withTenant(db, tenantId, async (trx) => {
      if (calls.length === 0) return
      await trx
        .insertInto('model_calls')
        .values(
          calls.map((call) => ({
            tenant_id: tenantId,
            person_id: call.personId ?? null,
            turn_id: call.turnId,
            model: call.model,
            prompt_version: call.promptVersion ?? null,
            input_tokens: call.inputTokens,
            output_tokens: call.outputTokens,
            cache_read_tokens: call.cacheReadTokens,
            cache_write_tokens: call.cacheWriteTokens,
            cost_usd: call.costUsd ?? null,
          })),
        )
        .execute()
    }),

  spentToday: (tenantId) =>
    withTenant(db, tenantId, async (trx) => {
      const { rows } = await sql<{ spent: number }>`
        select coalesce(sum(cost_usd), 0)::float8 as spent from model_calls where ${TODAY}`.execute(trx)
      return rows[0]?.spent ?? 0
    }),

  answersWithinHour: (tenantId, personId) =>
    withTenant(db, tenantId, async (trx) => {
      const { rows } = await sql<{ answers: number }>`
        select count(distinct turn_id)::int as answers from model_calls
        where person_id = ${personId}::uuid and at > now() - interval '1 hour'`.execute(trx)
      return rows[0]?.answers ?? 0
    }),

  summary: (tenantId, by, days) =>
    withTenant(db, tenantId, async (trx) => {
      const { rows } = await sql<UsageLine>`
        select ${KEYS[by]} as key, model, count(distinct turn_id)::int as answers, count(*)::int as calls,
          sum(input_tokens)::float8 as "inputTokens", sum(output_tokens)::float8 as "outputTokens",
          sum(cache_read_tokens)::float8 as "cacheReadTokens", sum(cache_write_tokens)::float8 as "cacheWriteTokens",
          coalesce(sum(cost_usd), 0)::float8 as "costUsd",
          (count(*) filter (where cost_usd is null))::int as "unpricedCalls"
        from model_calls where at > now() - make_interval(days => ${days})
        group by 1, 2 order by ${ORDERS[by]}`.execute(trx)
      return rows
    }),
})
