import { sql } from 'kysely'
import type { MessageKey, Revision, ThreadKey } from '../../ports/thread-store.ts'
import { isMessage, keptText } from './inbox.ts'
import { takeBack } from './outbox.ts'
import { makeDue, type Trx } from './thread-row.ts'

// An edited message is a row of its own: whoever answers the one before cannot finish it any more, nor leave the new
// one a journal that speaks of the old text. What a message no longer says is not kept.

const DELETED = 'deleted'

interface Latest {
  sequence: string
  state: 'accepted' | 'done' | 'ignored' | 'dead'
  reason: string | null
  text: string
  editedAt: Date | null
  liveMessageId: string | null
}

/** Locks the thread of a message; undefined when there is no such message. */
const lockThreadOf = async (trx: Trx, tenantId: string, key: MessageKey): Promise<ThreadKey | undefined> => {
  const { rows } = await sql<{ threadId: string }>`
    select thread_id as "threadId" from threads
    where thread_id = (select thread_id from inbox where ${isMessage(key)} limit 1) for update`.execute(trx)
  return rows[0] && { tenantId, ...rows[0] }
}

const latestOf = async (trx: Trx, key: MessageKey): Promise<Latest | undefined> => {
  const { rows } = await sql<Latest>`
    select sequence, state, reason, text, edited_at as "editedAt", live_message_id as "liveMessageId"
    from inbox where ${isMessage(key)} order by revision desc limit 1`.execute(trx)
  return rows[0]
}

const isKnown = async (trx: Trx, { platform }: MessageKey, eventId: string): Promise<boolean> => {
  const { rows } = await sql`
    select from inbox where platform = ${platform} and event_id = ${eventId}`.execute(trx)
  return rows.length > 0
}

/** Where the answer to a message stands: as it was posted, or as far as it was shown. */
const placeOf = async (trx: Trx, { sequence, liveMessageId }: Latest): Promise<string | undefined> => {
  const { rows } = await sql<{ id: string }>`
    select platform_message_id as id from outbox
    where idempotency_key = ${`reply:${sequence}`} and state = 'confirmed' and not taken_back`.execute(trx)
  return rows[0]?.id ?? liveMessageId ?? undefined
}

/** See the port. Edits may come in another order than they were made, and the last one made holds. */
export const reviseMessage = async (
  trx: Trx,
  tenantId: string,
  key: MessageKey,
  { eventId, text, occurredAt }: Revision,
): Promise<'revised' | 'unchanged' | 'unknown'> => {
  const kept = keptText(text)
  const thread = await lockThreadOf(trx, tenantId, key)
  const latest = thread && (await latestOf(trx, key))
  if (!latest || latest.reason === DELETED) return 'unknown'
  if (latest.text === kept || (latest.editedAt && latest.editedAt > occurredAt)) return 'unchanged'
  if (await isKnown(trx, key, eventId)) return 'unchanged'
  const { sequence } = latest
  const place = await placeOf(trx, latest)
  await sql`
    insert into inbox (tenant_id, platform, event_id, conversation_id, message_id, revision, thread_id, person_id,
      user_id, text, engagement, occurred_at, edited_at, live_message_id)
    select tenant_id, platform, ${eventId}, conversation_id, message_id, revision + 1, thread_id, person_id,
      user_id, ${kept}, engagement, occurred_at, ${occurredAt}, ${place ?? null}
    from inbox where sequence = ${sequence}`.execute(trx)
  await sql`update inbox set state = 'ignored', reason = 'edited', text = '' where sequence = ${sequence}`.execute(
    trx,
  )
  await trx.deleteFrom('turn_journals').where('sequence', '=', sequence).execute()
  await trx.deleteFrom('turns').where('sequence', '=', sequence).execute()
  await takeBack(trx, thread, [sequence], place)
  await makeDue(trx, thread.threadId)
  return 'revised'
}

/** See the port. The rows stay, without their text, so that a late event does not bring the message back. */
export const retractMessage = async (trx: Trx, tenantId: string, key: MessageKey): Promise<boolean> => {
  const thread = await lockThreadOf(trx, tenantId, key)
  if (!thread) return false
  const { rows } = await sql<{ sequence: string }>`
    update inbox set state = 'ignored', reason = ${DELETED}, text = ''
    where ${isMessage(key)} returning sequence`.execute(trx)
  const sequences = rows.map(({ sequence }) => sequence)
  await trx.deleteFrom('turn_journals').where('sequence', 'in', sequences).execute()
  await trx.deleteFrom('turns').where('sequence', 'in', sequences).execute()
  await takeBack(trx, thread, sequences)
  return true
}
