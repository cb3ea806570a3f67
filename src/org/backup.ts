import { AppError } from '../errors.ts'
import type { BackupFile, BackupRow } from '../ports/backup-file.ts'
import type { TenantData } from '../ports/tenant-data.ts'

export interface BackupOptions {
  data: TenantData
  file: BackupFile
  now: () => Date
}

/**
 * The version whose backups this one still reads: migrations since then only added tables, and columns with a default.
 */
const READABLE_SINCE = '0002_people_and_threads'

/** What was written or read: organizations and rows. */
export interface BackupResult {
  tenants: number
  rows: number
}

/** Writes every tenant of the store to a file. The shared knowledge comes with the program and is left out. */
export const backUp = async ({ data, file, now }: BackupOptions, path: string): Promise<BackupResult> => {
  const tenants = await data.tenants()
  const all = async function* (): AsyncGenerator<BackupRow> {
    for (const { tenantId } of tenants)
      for await (const row of data.rows(tenantId)) yield { tenantId, ...row }
  }
  const header = { madeAt: now().toISOString(), ...(await data.fingerprint()), tenants }
  return { tenants: tenants.length, rows: await file.write(path, header, all()) }
}

const list = (names: string[]) => names.join(', ')

/**
 * Reads every tenant of a backup into this store, from whichever kind of store it came. The file is checked first; a
 * tenant is restored whole or not at all.
 * @throws AppError when the store is of another version, has another embedding model, or holds one of the tenants.
 */
export const restore = async ({ data, file }: BackupOptions, path: string): Promise<BackupResult> => {
  const header = await file.header(path)
  const here = await data.fingerprint()
  const unknown = header.migrations.filter((name) => !here.migrations.includes(name))
  if (unknown.length > 0)
    throw new AppError(
      'store_incompatible',
      `The backup was made by a newer Cairn (it has ${list(unknown)}); restore it with that version.`,
    )
  const missing = here.migrations.filter(
    (name) => name <= READABLE_SINCE && !header.migrations.includes(name),
  )
  if (missing.length > 0)
    throw new AppError(
      'store_incompatible',
      `The backup was made by an older Cairn (it lacks ${list(missing)}); restore it with that version, then start this one on the store.`,
    )
  if (header.embeddingModel !== here.embeddingModel)
    throw new AppError(
      'store_incompatible',
      `The backup holds vectors of ${header.embeddingModel} and this store works with ${here.embeddingModel}; set EMBEDDINGS to ${header.embeddingModel} and restore into a new store.`,
    )
  const present = new Set((await data.tenants()).map(({ tenantId }) => tenantId))
  const taken = header.tenants.filter(({ tenantId }) => present.has(tenantId)).map(({ tenantId }) => tenantId)
  if (taken.length > 0)
    throw new AppError(
      'bad_input',
      `This store holds ${list(taken)} already; restore into an empty store, or delete it first with: npx cairn data delete --tenant ${taken[0]} --yes`,
    )
  let rows = 0
  for (const { tenantId } of header.tenants) rows += await data.restore(tenantId, file.rows(path, tenantId))
  return { tenants: header.tenants.length, rows }
}
