import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../test/support/slack/until.ts'
import { makeServerDatabase } from '../../test/support/test-database.ts'
import { CREDENTIALS } from './credentials.ts'
import { type System, stopProcess } from './system.ts'

/** A first start fills its store with the shared knowledge. */
const READY_MS = 180_000
const ROOT = join(import.meta.dirname, '../..')

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** Cairn as it is started in earnest, on a new database of the server, without a model. */
export const cairn: System = {
  name: 'Cairn',
  start: async (apiUrl) => {
    const database = await makeServerDatabase()
    const dataDir = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
    const port = await freePort()
    const child = spawn(process.execPath, [join(ROOT, 'src/cli/cairn.ts'), 'start'], {
      cwd: dataDir,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        CAIRN_DATA_DIR: dataDir,
        DATABASE_URL: database.url,
        PORT: String(port),
        SLACK_API_URL: apiUrl,
        SLACK_BOT_TOKEN: CREDENTIALS.token,
        SLACK_SIGNING_SECRET: CREDENTIALS.signingSecret,
      },
    })
    const stop = async () => {
      await stopProcess(child)
      await database.remove()
      await rm(dataDir, { recursive: true, force: true })
    }
    const isReady = () => {
      if (child.exitCode !== null) throw new Error(`Cairn ended with ${child.exitCode} before it was ready`)
      return fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    }
    try {
      await until(isReady, (ready) => ready, 'Cairn to be ready', READY_MS)
    } catch (error) {
      await stop()
      throw error
    }
    return { url: `http://127.0.0.1:${port}/slack/events`, stop }
  },
}
