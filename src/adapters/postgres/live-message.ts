import { sql } from 'kysely'
import type { Lease, WaitingMessage } from '../../ports/thread-store.ts'
import { isMessage } from './inbox.ts'
import { removeMessages } from './outbox.ts'
import { hold, lock, type Trx } from './thread-row.ts'

/**
 * Records in which message an answer is being shown, for whichever revision waits by now. When none does, or the lease
 * is lost, nobody would complete what is shown, so it is taken back.
 */
export const noteLiveMessage = async (
  trx: Trx,
  lease: Lease,
  message: WaitingMessage,
  platformMessageId: string,
): Promise<boolean> => {
  if (await hold(trx, lease)) {
    const { rows } = await sql<{ before: string | null }>`
      update inbox set live_message_id = ${platformMessageId}
      from (
        select sequence, live_message_id as before from inbox where ${isMessage(message)} and state = 'accepted'
      ) waiting
      where inbox.sequence = waiting.sequence returning waiting.before`.execute(trx)
    const [row] = rows
    if (row && row.before !== null && row.before !== platformMessageId)
      await removeMessages(trx, lease, [row.before])
    if (row) return true
  } else await lock(trx, lease.threadId)
  const { rows: inUse } = await sql`
    select from inbox where thread_id = ${lease.threadId} and live_message_id = ${platformMessageId}
    union all
    select from outbox where thread_id = ${lease.threadId} and not taken_back
      and ${platformMessageId} in (platform_message_id, body ->> 'liveMessageId')`.execute(trx)
  if (inUse.length === 0) await removeMessages(trx, lease, [platformMessageId])
  return false
}
