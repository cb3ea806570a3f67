import { sql } from 'kysely'
import type { Lease, ThreadKey, ThreadStore, TroubledPost, WaitingMessage } from '../../ports/thread-store.ts'
import { recordIn } from './audit-log.ts'
import { insertMessage, takeMessage } from './inbox.ts'
import { noteLiveMessage } from './live-message.ts'
import { addPosts, oldestPost, settlePost, takeBack } from './outbox.ts'
import { retractMessage, reviseMessage } from './revisions.ts'
import type { Db } from './schema.ts'
import { storable } from './searchable-text.ts'
import { withTenant } from './tenancy.ts'
import { hold, isHeld, lock, makeDue, type Trx } from './thread-row.ts'
import { insertTurn, transcriptOf, turnOf, turnsOfPerson } from './turns.ts'

export interface ThreadStoreOptions {
  /**
   * How long a post that was handed over may still be on its way, in milliseconds. It is longer than the time-out of
   * posting, so that looking for it afterwards tells whether it arrived.
   */
  settleMs?: number
}
const SETTLE_MS = 45_000

/** Inbox, outbox and leases of threads, in the database. See the port for what each call promises. */
export const createThreadStore = (db: Db, { settleMs = SETTLE_MS }: ThreadStoreOptions = {}): ThreadStore => {
  const end = async (
    lease: Lease,
    { sequence }: WaitingMessage,
    state: 'done' | 'ignored' | 'dead',
    reason: string | null,
    also: (trx: Trx) => Promise<unknown>,
  ): Promise<boolean> =>
    withTenant(db, lease.tenantId, async (trx) => {
      if (!(await hold(trx, lease))) return false
      // Also of a message that was edited or deleted meanwhile: its journal was kept on being written.
      await trx.deleteFrom('turn_journals').where('sequence', '=', sequence).execute()
      const { numUpdatedRows } = await trx
        .updateTable('inbox')
        .set({ state, reason })
        .where('sequence', '=', sequence)
        .where('state', '=', 'accepted')
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await also(trx)
      return true
    })

  return {
    accept: (tenantId, message) =>
      withTenant(db, tenantId, async (trx) => {
        await trx
          .insertInto('threads')
          .values({
            tenant_id: tenantId,
            thread_id: message.threadId,
            platform: message.platform,
            conversation_id: message.conversationId,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const state = await insertMessage(trx, tenantId, message)
        if (state === undefined) return 'duplicate'
        if (state === 'ignored') return 'stale'
        await makeDue(trx, message.threadId)
        return 'accepted'
      }),

    lease: ({ tenantId, threadId }, seconds) =>
      withTenant(db, tenantId, async (trx) => {
        const { rows } = await sql<{ token: string }>`
          update threads set lease_token = gen_random_uuid(), leased_until = clock_timestamp() + make_interval(secs => ${seconds})
          where thread_id = ${threadId} and (leased_until is null or leased_until < clock_timestamp())
          returning lease_token as token`.execute(trx)
        return rows[0] && { tenantId, threadId, token: rows[0].token }
      }),

    extend: (lease, seconds) =>
      withTenant(db, lease.tenantId, async (trx) => {
        const { rows } = await sql`
          update threads set leased_until = clock_timestamp() + make_interval(secs => ${seconds})
          where thread_id = ${lease.threadId} and lease_token = ${lease.token}::uuid returning 1`.execute(trx)
        return rows.length === 1
      }),

    release: (lease, pauseMs) =>
      withTenant(db, lease.tenantId, async (trx) => {
        if (!(await hold(trx, lease))) return undefined
        // Only the oldest post counts: later ones wait for it.
        const { rows } = await sql<{ dueInMs: number | null }>`
          with mail as (
            (select clock_timestamp() as due from inbox where thread_id = ${lease.threadId} and state = 'accepted' limit 1)
            union all
            (select case state when 'intended' then next_attempt_at
              else changed_at + make_interval(secs => ${settleMs / 1_000}) end
             from outbox where thread_id = ${lease.threadId} and state in ('intended', 'sent') order by sequence limit 1)
          ), soonest as (
            select greatest(min(due), clock_timestamp() + make_interval(secs => ${pauseMs / 1_000})) as due from mail having count(*) > 0
          )
          update threads set lease_token = null, leased_until = null, due_at = (select due from soonest)
          where thread_id = ${lease.threadId}
          returning (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as "dueInMs"`.execute(trx)
        const dueInMs = rows[0]?.dueInMs
        return dueInMs === null || dueInMs === undefined ? undefined : { dueInMs: Math.max(0, dueInMs) }
      }),

    nextMessage: (lease) => withTenant(db, lease.tenantId, (trx) => takeMessage(trx, lease)),

    finish: (lease, message, turn, posts) =>
      end(lease, message, 'done', null, async (trx) => {
        await insertTurn(trx, lease, message, turn)
        await addPosts(trx, lease, posts)
      }),

    ignore: (lease, message, reason) =>
      end(lease, message, 'ignored', storable(reason), (trx) => takeBack(trx, lease, [message.sequence])),

    noteLive: (lease, message, platformMessageId) =>
      withTenant(db, lease.tenantId, (trx) => noteLiveMessage(trx, lease, message, platformMessageId)),

    giveUp: (lease, message, reason, posts) =>
      end(lease, message, 'dead', storable(reason), (trx) => addPosts(trx, lease, posts)),

    intend: (key, post) =>
      withTenant(db, key.tenantId, async (trx) => {
        if ((await addPosts(trx, key, [post])) === 0) return false
        await makeDue(trx, key.threadId)
        return true
      }),

    nextPost: (lease) => withTenant(db, lease.tenantId, (trx) => oldestPost(trx, lease, settleMs)),

    markSent: (lease, post) =>
      withTenant(db, lease.tenantId, async (trx) => {
        const { rows } = await sql`
          update outbox set state = 'sent', attempts = attempts + 1, changed_at = clock_timestamp()
          where idempotency_key = ${post.idempotencyKey} and state in ('intended', 'sent') and ${isHeld(lease)}
          returning 1`.execute(trx)
        return rows.length === 1
      }),

    settle: (post, outcome) => withTenant(db, post.tenantId, (trx) => settlePost(trx, post, outcome)),

    due: async (limit) => {
      // In turns between tenants, so that one with much mail does not keep the others waiting.
      const { rows } = await sql<ThreadKey>`
        select tenant_id as "tenantId", thread_id as "threadId" from threads
        where due_at <= clock_timestamp() and (leased_until is null or leased_until < clock_timestamp())
        order by row_number() over (partition by tenant_id order by due_at), due_at limit ${limit}`.execute(
        db,
      )
      return rows
    },

    transcript: ({ tenantId, threadId }, limit) =>
      withTenant(db, tenantId, (trx) => transcriptOf(trx, threadId, limit)),

    participates: ({ tenantId, threadId }) =>
      withTenant(db, tenantId, async (trx) => {
        const { rows } = await sql`select from threads where thread_id = ${threadId}`.execute(trx)
        return rows.length === 1
      }),

    revise: (tenantId, key, revision) =>
      withTenant(db, tenantId, (trx) => reviseMessage(trx, tenantId, key, revision)),

    retract: (tenantId, key) => withTenant(db, tenantId, (trx) => retractMessage(trx, tenantId, key)),

    turn: (tenantId, turnId) => withTenant(db, tenantId, (trx) => turnOf(trx, turnId)),

    retire: (tenantId, turnId, by) =>
      withTenant(db, tenantId, async (trx) => {
        const turn = await turnOf(trx, turnId)
        if (!turn) return false
        await lock(trx, turn.threadId)
        const [gone] = await trx
          .deleteFrom('turns')
          .where('turn_id', '=', turnId)
          .returning('sequence')
          .execute()
        if (!gone) return false
        await takeBack(trx, turn, [gone.sequence])
        await recordIn(trx, tenantId, {
          ...(by === undefined ? {} : { personId: by }),
          action: 'answer.deleted',
          subject: turn.threadId,
          detail: { turnId },
        })
        return true
      }),

    recentTurns: (tenantId, personId, limit) =>
      withTenant(db, tenantId, (trx) => turnsOfPerson(trx, personId, limit)),

    troubled: (tenantId) =>
      withTenant(db, tenantId, async (trx) => {
        const { rows } = await sql<TroubledPost>`
          select idempotency_key as "idempotencyKey", thread_id as "threadId", state, reason, changed_at as "changedAt"
          from outbox where state in ('uncertain', 'dead') order by changed_at desc, sequence desc`.execute(
          trx,
        )
        return rows
      }),

    counts: async () => {
      const by = async (table: 'inbox' | 'outbox') => {
        const { rows } = await sql<{ state: string; count: number }>`
          select state, count(*)::int as count from ${sql.table(table)} group by state`.execute(db)
        return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
      }
      return { inbox: await by('inbox'), outbox: await by('outbox') }
    },
  }
}
