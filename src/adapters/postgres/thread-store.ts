import { type SqlBool, sql, type Transaction } from 'kysely'
import { AppError } from '../../errors.ts'
import type {
  Lease,
  PostBody,
  ThreadKey,
  ThreadStore,
  TroubledPost,
  TurnRecord,
  WaitingMessage,
  WaitingPost,
} from '../../ports/thread-store.ts'
import { recordIn } from './audit-log.ts'
import type { Db, Schema } from './schema.ts'
import { withTenant } from './tenancy.ts'

/** Largest text of a message, in bytes; no platform sends more. */
const LARGEST_TEXT = 1_048_576
/** A message older than this is a late repetition, which nobody waits for any more. */
const STALE_AFTER_HOURS = 24

export interface ThreadStoreOptions {
  /**
   * How long a post that was handed over may still be on its way, in milliseconds. It is longer than the time-out of
   * posting, so that looking for it afterwards tells whether it arrived.
   */
  settleMs?: number
}
const SETTLE_MS = 45_000

const clean = (text: string): string => text.replaceAll('\0', '\uFFFD')

type Trx = Transaction<Schema>

const isHeld = ({ threadId, token }: Lease) =>
  sql<SqlBool>`exists (select from threads held where held.thread_id = ${threadId} and held.lease_token = ${token}::uuid)`

/** Locks the thread for the rest of the transaction; false when another worker has taken it. */
const hold = async (trx: Trx, { threadId, token }: Lease): Promise<boolean> => {
  const { rows } = await sql`
    select from threads where thread_id = ${threadId} and lease_token = ${token}::uuid for update`.execute(
    trx,
  )
  return rows.length === 1
}

const makeDue = (trx: Trx, threadId: string) =>
  sql`update threads set due_at = least(due_at, clock_timestamp()) where thread_id = ${threadId}`.execute(trx)

const addPosts = async (
  trx: Trx,
  { tenantId, threadId }: ThreadKey,
  posts: { idempotencyKey: string; body: PostBody }[],
): Promise<number> => {
  if (posts.length === 0) return 0
  const { numInsertedOrUpdatedRows = 0n } = await trx
    .insertInto('outbox')
    .values(
      posts.map(({ idempotencyKey, body }) => ({
        tenant_id: tenantId,
        idempotency_key: idempotencyKey,
        thread_id: threadId,
        body: clean(JSON.stringify(body)),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows)
}

/** Inbox, outbox and leases of threads, in the database. See the port for what each call promises. */
export const createThreadStore = (db: Db, { settleMs = SETTLE_MS }: ThreadStoreOptions = {}): ThreadStore => {
  const end = async (
    lease: Lease,
    { sequence }: WaitingMessage,
    state: 'done' | 'dead',
    reason: string | null,
    also: (trx: Trx) => Promise<unknown>,
  ): Promise<boolean> =>
    withTenant(db, lease.tenantId, async (trx) => {
      if (!(await hold(trx, lease))) return false
      const { numUpdatedRows } = await trx
        .updateTable('inbox')
        .set({ state, reason })
        .where('sequence', '=', sequence)
        .where('state', '=', 'accepted')
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await trx.deleteFrom('turn_journals').where('sequence', '=', sequence).execute()
      await also(trx)
      return true
    })

  return {
    accept: (tenantId, message) => {
      const bytes = Buffer.byteLength(message.text)
      if (bytes > LARGEST_TEXT)
        throw new AppError(
          'bad_input',
          `A message of ${bytes} bytes arrived; up to ${LARGEST_TEXT} are kept. Send the text as a file.`,
        )
      return withTenant(db, tenantId, async (trx) => {
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
        const { rows } = await sql<{ state: string }>`
          insert into inbox (tenant_id, platform, event_id, conversation_id, message_id, thread_id, person_id, text, occurred_at, state, reason)
          select ${tenantId}, ${message.platform}, ${message.eventId}, ${message.conversationId}, ${message.messageId},
            ${message.threadId}, ${message.personId ?? null}::uuid, ${clean(message.text)}, ${message.occurredAt},
            case when stale then 'ignored' else 'accepted' end, case when stale then 'older than a day' end
          from (select ${message.occurredAt}::timestamptz < now() - make_interval(hours => ${STALE_AFTER_HOURS}) as stale) age
          on conflict do nothing returning state`.execute(trx)
        if (rows.length === 0) return 'duplicate'
        if (rows[0]?.state === 'ignored') return 'stale'
        await makeDue(trx, message.threadId)
        return 'accepted'
      })
    },

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

    nextMessage: (lease) =>
      withTenant(db, lease.tenantId, async (trx) => {
        const { rows } = await sql<WaitingMessage & { personId: string | null }>`
          update inbox set attempts = attempts + 1
          where sequence = (
            select sequence from inbox where thread_id = ${lease.threadId} and state = 'accepted'
            order by occurred_at, sequence limit 1
          ) and ${isHeld(lease)}
          returning sequence, platform, event_id as "eventId", conversation_id as "conversationId",
            message_id as "messageId", thread_id as "threadId", person_id as "personId", text,
            occurred_at as "occurredAt", attempts`.execute(trx)
        const [row] = rows
        if (!row) return undefined
        const { personId, ...message } = row
        return personId === null ? message : { ...message, personId }
      }),

    finish: (lease, message, turn, posts) =>
      end(lease, message, 'done', null, async (trx) => {
        await trx
          .insertInto('turns')
          .values({
            tenant_id: lease.tenantId,
            turn_id: turn.turnId,
            thread_id: lease.threadId,
            sequence: message.sequence,
            person_id: message.personId ?? null,
            question: clean(turn.question),
            reply: clean(JSON.stringify(turn.reply)),
            composer: turn.composer,
            prompt_version: turn.promptVersion ?? null,
            timings: JSON.stringify(turn.timings),
          })
          .execute()
        await addPosts(trx, lease, posts)
        await recordIn(trx, lease.tenantId, {
          ...(message.personId === undefined ? {} : { personId: message.personId }),
          action: 'question.answered',
          subject: lease.threadId,
          detail: {
            turnId: turn.turnId,
            kind: turn.reply.kind,
            cited: [...new Set(turn.reply.citations.map(({ passageId }) => passageId))],
          },
        })
      }),

    giveUp: (lease, message, reason, posts) =>
      end(lease, message, 'dead', reason, (trx) => addPosts(trx, lease, posts)),

    intend: (key, post) =>
      withTenant(db, key.tenantId, async (trx) => {
        if ((await addPosts(trx, key, [post])) === 0) return false
        await makeDue(trx, key.threadId)
        return true
      }),

    nextPost: (lease) =>
      withTenant(db, lease.tenantId, async (trx) => {
        const { rows } = await sql<WaitingPost & { isDue: boolean }>`
          select outbox.tenant_id as "tenantId", thread_id as "threadId", idempotency_key as "idempotencyKey", body, state,
            attempts, platform, conversation_id as "conversationId",
            case state when 'intended' then next_attempt_at
              else changed_at + make_interval(secs => ${settleMs / 1_000}) end <= clock_timestamp() as "isDue"
          from outbox join threads using (tenant_id, thread_id)
          where thread_id = ${lease.threadId} and state in ('intended', 'sent') and ${isHeld(lease)}
          order by outbox.sequence limit 1`.execute(trx)
        const [row] = rows
        if (!row?.isDue) return undefined
        const { isDue: _, ...post } = row
        return post
      }),

    markSent: (lease, post) =>
      withTenant(db, lease.tenantId, async (trx) => {
        const { rows } = await sql`
          update outbox set state = 'sent', attempts = attempts + 1, changed_at = clock_timestamp()
          where idempotency_key = ${post.idempotencyKey} and state in ('intended', 'sent') and ${isHeld(lease)}
          returning 1`.execute(trx)
        return rows.length === 1
      }),

    settle: (post, outcome) =>
      withTenant(db, post.tenantId, async (trx) => {
        const platformMessageId = outcome.state === 'confirmed' ? outcome.platformMessageId : null
        const reason = 'reason' in outcome ? clean(outcome.reason) : null
        const delay = outcome.state === 'intended' ? outcome.delayMs / 1_000 : 0
        // A late answer of the platform is the truth, even when the post was given up as uncertain meanwhile.
        const from = outcome.state === 'confirmed' ? ['sent', 'uncertain'] : ['sent', 'intended']
        await sql`
          update outbox set state = ${outcome.state}, platform_message_id = ${platformMessageId}, reason = ${reason},
            next_attempt_at = clock_timestamp() + make_interval(secs => ${delay}), changed_at = clock_timestamp()
          where idempotency_key = ${post.idempotencyKey} and state = any(${from}::text[])`.execute(trx)
      }),

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
      withTenant(db, tenantId, async (trx) => {
        const { rows } = await sql<TurnRecord>`
          select turn_id as "turnId", question, reply, composer, timings from (
            select * from turns where thread_id = ${threadId} order by answered_at desc, sequence desc limit ${limit}
          ) latest order by answered_at, sequence`.execute(trx)
        return rows
      }),

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
