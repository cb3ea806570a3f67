import type { Pool } from 'pg'
import { openEmbedded } from './embedded.ts'
import { type Listen, listenEmbedded, listenOn } from './listen.ts'
import { createDb, type Db } from './schema.ts'
import { openServer } from './server.ts'

export interface DatabaseOptions {
  /** A PostgreSQL server with pgvector; the embedded store when it is absent. */
  databaseUrl?: string | undefined
  /** Folder of the embedded store. */
  dataDir: string
  /** Snapshot that a new embedded store starts from; by default the one that `npm install` made. */
  snapshot?: string
}

export interface Database {
  kind: 'embedded' | 'server'
  /** One connection when embedded: never query the pool while holding a client of it. */
  pool: Pool
  db: Db
  listen: Listen
  /** Closes the pool and everything behind it; may be called twice. */
  close(): Promise<void>
}

/**
 * Opens the database, on a server or embedded in this process.
 * @throws AppError `store_locked`, `store_unreachable`, `store_incompatible`, `bad_config` or `disk_full`.
 */
export const openDatabase = async ({
  databaseUrl,
  dataDir,
  snapshot,
}: DatabaseOptions): Promise<Database> => {
  const { pool, lite, close } = databaseUrl
    ? await openServer(databaseUrl)
    : await openEmbedded(dataDir, snapshot)
  return {
    kind: lite ? 'embedded' : 'server',
    pool,
    db: createDb(pool),
    listen: lite ? listenEmbedded(lite) : listenOn(pool),
    close,
  }
}
