import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { AppError } from '../../errors.ts'
import { lockDataDirectory } from './data-directory.ts'
import { toDirectoryError } from './errors.ts'
import { EMBEDDED_POSTGRES, startPGlite, stopPGlite } from './pglite.ts'
import { snapshotFile } from './snapshot.ts'
import { runUpkeep, startUpkeep } from './upkeep.ts'

/** A connection pool, and what closes everything behind it. */
export interface OpenedPool {
  pool: pg.Pool
  /** The embedded database itself, for what a pool cannot do; absent on a server. */
  lite?: PGlite
  close(): Promise<void>
}

const gunzipped = promisify(gunzip)

const remove = (path: string): void => rmSync(path, { recursive: true, force: true })

const fromSnapshot = async (directory: string, snapshot: string): Promise<PGlite | undefined> => {
  if (!existsSync(snapshot)) return undefined
  try {
    // Unpacked here, because PGlite answers a damaged archive with a rejection that nobody can catch.
    const tar = await gunzipped(await readFile(snapshot))
    return await startPGlite(directory, { loadDataDir: new Blob([tar], { type: 'application/x-tar' }) })
  } catch {
    // A damaged snapshot only costs time; a full disk will fail initdb too, and be reported by it.
    remove(directory)
    return undefined
  }
}

/** Makes the data; a crash on the way leaves the marker, by which the next start knows to begin anew. */
const create = async (
  dataDir: string,
  directory: string,
  marker: string,
  snapshot: string,
): Promise<PGlite> => {
  writeFileSync(marker, '')
  remove(directory)
  try {
    const lite = (await fromSnapshot(directory, snapshot)) ?? (await startPGlite(directory))
    remove(marker)
    return lite
  } catch (error) {
    remove(directory)
    remove(marker)
    const known = toDirectoryError(error, dataDir)
    if (known instanceof AppError) throw known
    throw new AppError(
      'store_incompatible',
      `The embedded store could not be made in ${dataDir}; set CAIRN_DATA_DIR to another directory, or DATABASE_URL to a server.`,
      { cause: error },
    )
  }
}

const reopen = async (dataDir: string, directory: string): Promise<PGlite> => {
  const versionFile = join(directory, 'PG_VERSION')
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : undefined
  if (version !== undefined && version !== EMBEDDED_POSTGRES) {
    throw new AppError(
      'store_incompatible',
      `The data directory ${dataDir} was made by PostgreSQL ${version} and this Cairn holds PostgreSQL ${EMBEDDED_POSTGRES}; use the Cairn that made it, or set CAIRN_DATA_DIR to a new directory.`,
    )
  }
  try {
    // PGlite fails alike on files of another user and on damaged ones.
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    if (version === undefined) throw new Error(`${versionFile} is missing`)
    return await startPGlite(directory)
  } catch (error) {
    const known = toDirectoryError(error, dataDir)
    if (known instanceof AppError) throw known
    throw new AppError(
      'store_incompatible',
      `The data in ${directory} is damaged and cannot be opened; restore a backup of it, or move it away to start with an empty store.`,
      { cause: error },
    )
  }
}

/** Each client needs a connection object of its own, or one failed query confuses all later ones. */
const createPool = async (lite: PGlite): Promise<pg.Pool> => {
  const { createPgConfig } = await import('@electric-sql/pglite/node-postgres')
  class EmbeddedClient extends pg.Client {
    constructor() {
      super(createPgConfig(lite) as pg.ClientConfig)
    }
  }
  return new pg.Pool({ max: 1, idleTimeoutMillis: 0, Client: EmbeddedClient })
}

/**
 * Opens the embedded store in `<dataDir>/postgres`, making it on first use.
 * @param snapshot an empty store to start from; when it is absent or unreadable, initdb makes one.
 * @throws AppError `store_locked`, `store_incompatible` (another PostgreSQL version, damaged data), `bad_config`
 * (not writable) or `disk_full`.
 */
export const openEmbedded = async (dataDir: string, snapshot = snapshotFile()): Promise<OpenedPool> => {
  const lock = await lockDataDirectory(dataDir)
  try {
    const directory = join(dataDir, 'postgres')
    const marker = join(dataDir, 'postgres.unfinished')
    const isNew = existsSync(marker) || !existsSync(directory) || readdirSync(directory).length === 0
    const lite = isNew ? await create(dataDir, directory, marker, snapshot) : await reopen(dataDir, directory)
    const pool = await createPool(lite)
    const upkeep = startUpkeep(pool)
    let closing: Promise<void> | undefined
    const close = async () => {
      upkeep.stop()
      try {
        await runUpkeep(pool).catch(() => {})
        await pool.end()
        await stopPGlite(lite)
      } finally {
        lock.release()
      }
    }
    return { pool, lite, close: () => (closing ??= close()) }
  } catch (error) {
    lock.release()
    throw toDirectoryError(error, dataDir)
  }
}
