import type { Pool } from 'pg'

const EVERY_MS = 60_000
const ENOUGH_BYTES = 16 * 1024 * 1024

const writtenSinceCheckpoint = async (pool: Pool): Promise<number> => {
  const { rows } = await pool.query(
    'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()',
  )
  return rows[0].bytes
}

/**
 * Does what the background processes of a server do and PGlite lacks: once enough was written since the last
 * checkpoint, removes dead rows, refreshes the planner's statistics and truncates the write-ahead log, which
 * otherwise grows without end and makes the start after a crash slow.
 */
export const runUpkeep = async (pool: Pool, enoughBytes = ENOUGH_BYTES): Promise<void> => {
  if ((await writtenSinceCheckpoint(pool)) < enoughBytes) return
  await pool.query('vacuum (analyze)')
  await pool.query('checkpoint')
}

/** Runs upkeep every minute until stopped; it never keeps the process alive, and a failure waits for the next turn. */
export const startUpkeep = (pool: Pool): { stop: () => void } => {
  const timer = setInterval(() => runUpkeep(pool).catch(() => {}), EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
