import type { Pool } from 'pg'

/** A statement that no longer finds room: what it does to which table, and of which rows that is so. */
export interface NoRoomFor {
  statement: 'insert' | 'update'
  table: string
  when?: string
}

/**
 * Makes the database fail as on a full disk. The disk is not really full, but the error is the database's own: a trigger
 * raises SQLSTATE 53100 in the middle of the transaction, as PostgreSQL does when a table cannot grow, and the
 * transaction is undone by the database. Returns what frees the disk.
 */
export const fillDisk = async (
  pool: Pool,
  { statement, table, when = 'true' }: NoRoomFor,
): Promise<() => Promise<void>> => {
  await pool.query(`
    create or replace function no_room() returns trigger language plpgsql as $$
    begin
      raise exception 'could not extend file "base/16384/16400": No space left on device' using errcode = '53100';
    end $$`)
  await pool.query(
    `create trigger no_room before ${statement} on ${table} for each row when (${when}) execute function no_room()`,
  )
  return async () => void (await pool.query(`drop trigger if exists no_room on ${table}`))
}
