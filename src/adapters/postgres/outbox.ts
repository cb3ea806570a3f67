import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Lease, Post, PostOutcome, ThreadKey, WaitingPost } from '../../ports/thread-store.ts'
import { storable } from './searchable-text.ts'
import { isHeld, lock, makeDue, type Trx } from './thread-row.ts'

const KIND = sql`split_part(idempotency_key, ':', 1)`
const SEQUENCE = sql`split_part(idempotency_key, ':', 2)`

/**
 * Posts that belong to messages of the inbox: `reply:<sequence>`, its continuations `reply:<sequence>:2` and so on,
 * and `notice:<sequence>`. Parts are compared whole, so that 1 is not 12.
 */
export const belongsTo = (sequences: RawBuilder<unknown>) =>
  sql<SqlBool>`${KIND} in ('reply', 'notice') and ${SEQUENCE} in (${sequences})`

/** Writes posts whose keys are new; returns how many. */
export const addPosts = async (
  trx: Trx,
  { tenantId, threadId }: ThreadKey,
  posts: Post[],
): Promise<number> => {
  if (posts.length === 0) return 0
  const { numInsertedOrUpdatedRows = 0n } = await trx
    .insertInto('outbox')
    .values(
      posts.map(({ idempotencyKey, body }) => ({
        tenant_id: tenantId,
        idempotency_key: idempotencyKey,
        thread_id: threadId,
        body: storable(JSON.stringify(body)),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows)
}

/** Intends to take messages of Cairn's own back; each once. Platforms number messages within a conversation. */
export const removeMessages = async (
  trx: Trx,
  key: ThreadKey,
  platformMessageIds: string[],
): Promise<void> => {
  const removals = platformMessageIds.map(
    (platformMessageId): Post => ({
      idempotencyKey: `removal:${key.threadId}:${platformMessageId}`,
      body: { kind: 'removal', platformMessageId },
    }),
  )
  if ((await addPosts(trx, key, removals)) > 0) await makeDue(trx, key.threadId)
}

/**
 * Takes back what was posted and shown for messages of a thread that is locked, except in `keep`, where their next
 * answer will stand. What waits is dropped; what arrived is removed; what was handed over, and may yet arrive, is
 * removed once it is known where. A notice to one person stays: no platform takes it back.
 */
export const takeBack = async (
  trx: Trx,
  key: ThreadKey,
  sequences: string[],
  keep?: string,
): Promise<void> => {
  const theirs = sql`thread_id = ${key.threadId} and ${belongsTo(sql`select unnest(${sequences}::text[])`)}`
  await sql`delete from outbox where ${theirs} and state = 'intended'`.execute(trx)
  const posted = await sql<{ id: string | null }>`
    update outbox set taken_back = true
    where ${theirs} and ${KIND} = 'reply' and state in ('sent', 'confirmed', 'uncertain')
      and (${keep ?? null}::text is null
        or coalesce(platform_message_id, body ->> 'liveMessageId') is distinct from ${keep ?? null}::text)
    returning platform_message_id as id`.execute(trx)
  const shown = await sql<{ id: string | null }>`
    update inbox set live_message_id = null
    from (select sequence, live_message_id from inbox where sequence = any(${sequences}::bigint[])) before
    where inbox.sequence = before.sequence and before.live_message_id is not null
    returning before.live_message_id as id`.execute(trx)
  const ids = [...posted.rows, ...shown.rows].flatMap(({ id }) => (id === null || id === keep ? [] : [id]))
  await removeMessages(trx, key, ids)
}

/** The oldest post that waits; undefined when it is not yet due. */
export const oldestPost = async (
  trx: Trx,
  lease: Lease,
  settleMs: number,
): Promise<WaitingPost | undefined> => {
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
}

/** Records how a post went; one that was taken back meanwhile is not tried again, and removed where it arrived. */
export const settlePost = async (trx: Trx, post: WaitingPost, outcome: PostOutcome): Promise<void> => {
  await lock(trx, post.threadId)
  const platformMessageId = outcome.state === 'confirmed' ? outcome.platformMessageId : null
  const reason = 'reason' in outcome ? storable(outcome.reason) : null
  const delay = outcome.state === 'intended' ? outcome.delayMs / 1_000 : 0
  const uncounted = outcome.state === 'intended' && outcome.isUncounted ? 1 : 0
  // A late answer of the platform is the truth, even when the post was given up as uncertain meanwhile.
  const from = outcome.state === 'confirmed' ? ['sent', 'uncertain'] : ['sent', 'intended']
  const { rows } = await sql<{ takenBack: boolean }>`
    update outbox set state = ${outcome.state}, platform_message_id = ${platformMessageId}, reason = ${reason},
      attempts = greatest(attempts - ${uncounted}, 0), next_attempt_at = clock_timestamp() + make_interval(secs => ${delay}), changed_at = clock_timestamp()
    where idempotency_key = ${post.idempotencyKey} and state = any(${from}::text[])
    returning taken_back as "takenBack"`.execute(trx)
  if (!rows[0]?.takenBack) return
  if (platformMessageId !== null) await removeMessages(trx, post, [platformMessageId])
  await sql`delete from outbox where idempotency_key = ${post.idempotencyKey} and state = 'intended'`.execute(
    trx,
  )
}
