import { type SqlBool, sql, type Transaction } from 'kysely'
import type { Lease } from '../../ports/thread-store.ts'
import type { Schema } from './schema.ts'

export type Trx = Transaction<Schema>

// Whoever changes mail of a thread locks its row first and what it changes afterwards: in another order, two of them
// could wait for each other.

/** That a worker still holds the thread, as a condition of a statement. */
export const isHeld = ({ threadId, token }: Lease) =>
  sql<SqlBool>`exists (select from threads held where held.thread_id = ${threadId} and held.lease_token = ${token}::uuid)`

/** Locks the thread for the rest of the transaction; false when another worker has taken it. */
export const hold = async (trx: Trx, { threadId, token }: Lease): Promise<boolean> => {
  const { rows } = await sql`
    select from threads where thread_id = ${threadId} and lease_token = ${token}::uuid for update`.execute(
    trx,
  )
  return rows.length === 1
}

/** Locks the thread for the rest of the transaction, whoever works on it. */
export const lock = (trx: Trx, threadId: string) =>
  sql`select from threads where thread_id = ${threadId} for update`.execute(trx)

/** Lets the sweep find the thread. */
export const makeDue = (trx: Trx, threadId: string) =>
  sql`update threads set due_at = least(due_at, clock_timestamp()) where thread_id = ${threadId}`.execute(trx)
