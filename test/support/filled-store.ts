import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'

/** Everything that decides what a new store holds. */
const MADE_FROM = ['knowledge/**/*.*', 'src/adapters/postgres/migrations/*', 'package-lock.json']

/**
 * Copies a store that holds the shared knowledge to a new directory. Filling one takes many seconds, so it is kept
 * beside the snapshot of the empty one, by a hash of what it was made from.
 */
export const copyFilledStore = async (directory: string): Promise<void> => {
  const hash = createHash('sha256')
  for (const file of globSync(MADE_FROM).sort()) hash.update(readFileSync(file))
  const kept = join('.cache', `test-store-${hash.digest('hex').slice(0, 12)}`)
  if (!existsSync(kept)) {
    await mkdir('.cache', { recursive: true })
    const unfinished = `${kept}.${process.pid}`
    const app = await createApp(readConfig({ CAIRN_DATA_DIR: join(process.cwd(), unfinished) }, '/'))
    await app.close()
    // Another process may have been faster.
    if (existsSync(kept)) rmSync(unfinished, { recursive: true })
    else renameSync(unfinished, kept)
  }
  cpSync(kept, directory, { recursive: true })
}
