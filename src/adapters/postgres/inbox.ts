import { sql } from 'kysely'
import { AppError } from '../../errors.ts'
import type { InboundMessage, Lease, MessageKey, WaitingMessage } from '../../ports/thread-store.ts'
import { storable } from './searchable-text.ts'
import { isHeld, type Trx } from './thread-row.ts'
import { type WithNulls, withoutNulls } from './without-nulls.ts'

/** Largest text of a message, in bytes; no platform sends more. */
const LARGEST_TEXT = 1_048_576
/** A message older than this is a late repetition, which nobody waits for any more. */
const STALE_AFTER_HOURS = 24

/** A message's text as it is kept. @throws AppError `bad_input` when it is too large. */
export const keptText = (text: string): string => {
  const bytes = Buffer.byteLength(text)
  if (bytes > LARGEST_TEXT)
    throw new AppError(
      'bad_input',
      `A message of ${bytes} bytes arrived; up to ${LARGEST_TEXT} are kept. Send the text as a file.`,
    )
  return storable(text)
}

/** All revisions of a message, as a condition of a statement: an edited message is written again, and numbered. */
export const isMessage = ({ platform, conversationId, messageId }: MessageKey) =>
  sql`platform = ${platform} and conversation_id = ${conversationId} and message_id = ${messageId}`

/** Writes a message that is new; returns its state, or undefined when it is known. */
export const insertMessage = async (
  trx: Trx,
  tenantId: string,
  message: InboundMessage,
): Promise<'accepted' | 'ignored' | undefined> => {
  const { rows } = await sql<{ state: 'accepted' | 'ignored' }>`
    insert into inbox (tenant_id, platform, event_id, conversation_id, message_id, thread_id, person_id, user_id, text,
      engagement, shares_turn_id, occurred_at, state, reason)
    select ${tenantId}, ${message.platform}, ${message.eventId}, ${message.conversationId}, ${message.messageId},
      ${message.threadId}, ${message.personId ?? null}::uuid, ${message.userId ?? null}, ${keptText(message.text)},
      ${message.engagement ?? 'answer'}, ${message.sharesTurnId ?? null}::uuid, ${message.occurredAt},
      case when stale then 'ignored' else 'accepted' end, case when stale then 'older than a day' end
    from (select ${message.occurredAt}::timestamptz < now() - make_interval(hours => ${STALE_AFTER_HOURS}) as stale) age
    on conflict do nothing returning state`.execute(trx)
  return rows[0]?.state
}

/** The oldest message that waits, its attempt counted. */
export const takeMessage = async (trx: Trx, lease: Lease): Promise<WaitingMessage | undefined> => {
  // The state is asked twice, because the message may be edited or deleted between the two looks at it.
  const { rows } = await sql<WithNulls<WaitingMessage>>`
    update inbox set attempts = attempts + 1
    where sequence = (
      select sequence from inbox where thread_id = ${lease.threadId} and state = 'accepted'
      order by occurred_at, sequence limit 1
    ) and state = 'accepted' and ${isHeld(lease)}
    returning sequence, platform, event_id as "eventId", conversation_id as "conversationId",
      message_id as "messageId", thread_id as "threadId", person_id as "personId", user_id as "userId", text,
      engagement, shares_turn_id as "sharesTurnId", occurred_at as "occurredAt", attempts,
      live_message_id as "liveMessageId"`.execute(trx)
  return rows[0] && withoutNulls<WaitingMessage>(rows[0])
}
