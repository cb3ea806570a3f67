import { setFlagsFromString } from 'node:v8'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'

/** The major version of PostgreSQL that the installed PGlite is. */
export const EMBEDDED_POSTGRES = '18'

/** Error numbers of PGlite's file system, which throws objects that are no errors and have no message. */
const ERRNO: Record<number, string> = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
}

const toError = (thrown: unknown): unknown => {
  if (thrown instanceof Error || typeof thrown !== 'object' || thrown === null || !('errno' in thrown))
    return thrown
  const code = ERRNO[Number(thrown.errno)] ?? `errno ${thrown.errno}`
  return Object.assign(new Error(`PGlite's file system: ${code}`), { code })
}

/**
 * Starts PGlite with pgvector. It is imported here, on first use, so that a process on a server never loads it.
 * @param dataDir a folder, or `memory://`.
 */
export const startPGlite = async (dataDir: string, options: PGliteOptions = {}): Promise<PGlite> => {
  // The optimizing compiler takes 600 MB for PGlite's largest functions and gains 1.0 to 1.7 times in speed: peak of
  // a first start 950 MB with it, 350 MB without. Modules that were compiled before keep what they have.
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
  const [{ PGlite }, { vector }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite-pgvector'),
  ])
  // When PGlite stops, its runtime sets the exit code of the whole process.
  const { exitCode } = process
  try {
    return await PGlite.create(dataDir, {
      extensions: { vector },
      // Segments of 1 MB instead of 16 MB: a new store takes 28 MB on disk instead of 39 MB.
      initDbStartParams: ['--wal-segsize=1'],
      startParams: [...PGlite.defaultStartParams, '-c', 'min_wal_size=32MB', '-c', 'max_wal_size=64MB'],
      ...options,
    })
  } catch (thrown) {
    throw toError(thrown)
  } finally {
    process.exitCode = exitCode
  }
}

/** Stops PGlite, leaving the exit code of the process as it was. */
export const stopPGlite = async (lite: PGlite): Promise<void> => {
  const { exitCode } = process
  try {
    await lite.close()
  } finally {
    process.exitCode = exitCode
  }
}
