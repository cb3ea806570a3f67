import pg from 'pg'
import { AppError } from '../../errors.ts'
import type { OpenedPool } from './embedded.ts'
import { toStoreError } from './errors.ts'

const OLDEST = 17
/** The first pgvector with half-precision vectors. */
const OLDEST_PGVECTOR = '0.7'
const CONNECT_TIMEOUT_MS = 10_000

interface ServerFacts {
  version: number
  installed: string | null
  available: string | null
}

/** The server as a person would name it; never with the password. */
const placeOf = (databaseUrl: string): string => {
  try {
    const { host, port, database, user } = new pg.Client({ connectionString: databaseUrl })
    return `the database ${database ?? user} at ${host}:${port}`
  } catch {
    // The parser's own error repeats the URL, and with it the password.
    throw new AppError(
      'bad_config',
      'DATABASE_URL cannot be read; expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded.',
    )
  }
}

/**
 * Refuses a server that cannot hold the store.
 * @throws AppError `store_incompatible` with what was found, what is needed and what to do.
 */
export const assertUsable = ({ version, installed, available }: ServerFacts, place: string): void => {
  const major = Math.floor(version / 10_000)
  if (major < OLDEST) {
    throw new AppError(
      'store_incompatible',
      `Cairn needs PostgreSQL ${OLDEST} or newer and ${place} runs ${major}; upgrade the server, or point DATABASE_URL to another.`,
    )
  }
  const pgvector = installed ?? available
  if (pgvector === null) {
    throw new AppError(
      'store_incompatible',
      `Cairn needs pgvector and the server of ${place} does not have it; install the package postgresql-${major}-pgvector on the server, or use the image pgvector/pgvector:pg${major}.`,
    )
  }
  if (pgvector.localeCompare(OLDEST_PGVECTOR, 'en', { numeric: true }) < 0) {
    throw new AppError(
      'store_incompatible',
      `Cairn needs pgvector ${OLDEST_PGVECTOR} or newer and ${place} has ${pgvector}; upgrade it and run "alter extension vector update".`,
    )
  }
}

/**
 * Opens a pool on a PostgreSQL server and checks that it can hold the store.
 * @throws AppError `store_unreachable`, `bad_config` (unreadable URL, refused user or password, no such database) or
 * `store_incompatible` (server older than 17, pgvector missing or too old).
 */
export const openServer = async (databaseUrl: string): Promise<OpenedPool> => {
  const place = placeOf(databaseUrl)
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'cairn',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced by the pool; without a listener its error would end the process.
  pool.on('error', () => {})
  // One that breaks while it is held between two queries fails with the next query; its error too would end the process.
  pool.on('connect', (client) => void client.on('error', () => {}))
  try {
    const { rows } = await pool.query<ServerFacts>(`
      select current_setting('server_version_num')::int as version,
        (select extversion from pg_extension where extname = 'vector') as installed,
        (select default_version from pg_available_extensions where name = 'vector') as available`)
    assertUsable(rows[0] as ServerFacts, place)
  } catch (error) {
    await pool.end()
    const known = toStoreError(error, place)
    if (known instanceof AppError) throw known
    const at = place.charAt(0).toUpperCase() + place.slice(1)
    throw new AppError(
      'store_unreachable',
      `${at} broke the connection off; check that DATABASE_URL names a PostgreSQL server, and its sslmode.`,
      { cause: error },
    )
  }
  let closing: Promise<void> | undefined
  return { pool, close: () => (closing ??= pool.end()) }
}
