import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startPGlite, stopPGlite } from './pglite.ts'

const PACKAGE_ROOT = join(import.meta.dirname, '..', '..', '..')

/** Where the snapshot for the installed PGlite stands: the data of a new, empty store with pgvector, as a tgz. */
export const snapshotFile = (): string => {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  return join(PACKAGE_ROOT, '.cache', `pglite-${version}.tgz`)
}

/**
 * Makes the snapshot unless it stands already. A first start loads it in a second; making it takes PostgreSQL's
 * initdb, which needs 4 seconds and 1 GB of memory.
 */
export const ensureSnapshot = async (file = snapshotFile()): Promise<void> => {
  if (existsSync(file)) return
  const lite = await startPGlite('memory://')
  try {
    await lite.exec('create extension vector; checkpoint')
    const snapshot = await lite.dumpDataDir('gzip')
    await mkdir(dirname(file), { recursive: true })
    // Written beside its place and renamed, so that nobody loads half of it.
    const unfinished = `${file}.${process.pid}`
    try {
      await writeFile(unfinished, Buffer.from(await snapshot.arrayBuffer()))
      await rename(unfinished, file)
    } finally {
      await rm(unfinished, { force: true })
    }
  } finally {
    await stopPGlite(lite)
  }
}
