import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sql } from 'kysely'
import { type MigrationProvider, Migrator } from 'kysely/migration'
import { AppError } from '../../errors.ts'
import { codeOf, toStoreError } from './errors.ts'
import type { Db } from './schema.ts'

const MIGRATIONS = join(import.meta.dirname, 'migrations')

/** The SQL files of a folder, each one migration, in the order of their names. */
const sqlFiles = (folder: string): MigrationProvider => ({
  getMigrations: async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
    const migrations = files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      return [
        basename(file, '.sql'),
        { up: async (db: Db) => void (await sql.raw(text).execute(db)) },
      ] as const
    })
    return Object.fromEntries(await Promise.all(migrations))
  },
})

const executed = async (db: Db): Promise<string[]> => {
  const { rows: tables } = await sql<{
    found: boolean
  }>`select to_regclass('kysely_migration') is not null as found`.execute(db)
  if (!tables[0]?.found) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

const assertNotNewer = async (db: Db, provider: MigrationProvider): Promise<void> => {
  const known = await provider.getMigrations()
  const unknown = (await executed(db)).filter((name) => !(name in known))
  if (unknown.length === 0) return
  throw new AppError(
    'store_incompatible',
    `The store was last used by a newer Cairn (it has ${unknown.join(', ')}, which this version does not know); upgrade Cairn, or use another database.`,
  )
}

const toMigrationError = (error: unknown, name: string | undefined): unknown => {
  const known = toStoreError(error)
  if (known instanceof AppError) return known
  if (codeOf(error) === '42501') {
    return new AppError(
      'bad_config',
      'The database user may not set the store up; grant it create on the schema and createrole, and have an administrator run "create extension vector".',
      { cause: error },
    )
  }
  return new AppError(
    'store_incompatible',
    `The store could not be brought up to date${name ? ` (${name} failed)` : ''}; nothing was changed, so use a new database or restore a backup.`,
    { cause: error },
  )
}

/**
 * Brings the schema up to this version, all or nothing. Several processes may do so at once: on a server one works
 * and the others wait.
 * @throws AppError `store_incompatible` when the store is newer than this program or a migration fails, `bad_config`
 * when the user may not change the schema.
 */
export const migrate = async (db: Db, folder = MIGRATIONS): Promise<void> => {
  const provider = sqlFiles(folder)
  const migrator = new Migrator({ db, provider })
  try {
    await assertNotNewer(db, provider)
  } catch (error) {
    throw toMigrationError(error, undefined)
  }
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined)
    throw toMigrationError(error, results?.find(({ status }) => status === 'Error')?.migrationName)
}
