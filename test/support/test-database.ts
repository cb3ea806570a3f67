import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { type Database, openDatabase } from '../../src/adapters/postgres/pool.ts'
import { ensureSnapshot } from '../../src/adapters/postgres/snapshot.ts'

/** A server that tests may make databases on; without it only the embedded store is tested. */
export const TEST_DATABASE_URL = process.env.TEST_DATABASE_URL

/** A folder that no other test knows. */
export const makeDirectory = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'cairn-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs one statement on the server, outside any test's database. */
export const onServer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: TEST_DATABASE_URL })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A new, empty database on the server. */
export const makeServerDatabase = async (
  owner?: string,
): Promise<{ url: string; remove: () => Promise<void> }> => {
  const name = `cairn_test_${randomUUID().replaceAll('-', '')}`
  await onServer(`create database ${name}${owner ? ` owner ${owner}` : ''}`)
  const url = new URL(TEST_DATABASE_URL as string)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => onServer(`drop database ${name} with (force)`) }
}

interface TestStore {
  name: 'PGlite' | 'PostgreSQL'
  /** Opens a new database with the schema of this version; closing removes it. */
  open: () => Promise<Database>
}

const closing = (database: Database, remove: () => void | Promise<void>): Database => ({
  ...database,
  close: async () => {
    await database.close()
    await remove()
  },
})

const embedded: TestStore = {
  name: 'PGlite',
  open: async () => {
    await ensureSnapshot()
    const directory = makeDirectory()
    const database = await openDatabase({ dataDir: directory.path })
    await migrate(database.db)
    return closing(database, directory.remove)
  },
}

const server: TestStore = {
  name: 'PostgreSQL',
  open: async () => {
    const { url, remove } = await makeServerDatabase()
    const database = await openDatabase({ databaseUrl: url, dataDir: '' })
    await migrate(database.db)
    return closing(database, remove)
  },
}

/** Every store that is at hand, each to run the same tests on. */
export const testStores: TestStore[] = TEST_DATABASE_URL ? [embedded, server] : [embedded]
