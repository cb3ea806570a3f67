import type { Bulletin } from '../../ports/bulletin.ts'
import type { Database } from './pool.ts'

const CHANNEL = 'cairn_bulletin'

/** A bulletin by the database's notifications. */
export const createBulletin = ({ pool, listen }: Pick<Database, 'pool' | 'listen'>): Bulletin => ({
  post: async (text) => void (await pool.query('select pg_notify($1, $2)', [CHANNEL, text])),
  read: (onPost, onMissed) => listen(CHANNEL, onPost, onMissed),
})
