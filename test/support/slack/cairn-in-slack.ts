import { join } from 'node:path'
import { pino } from 'pino'
import { loadUseLite } from '../../../src/adapters/embeddings/use-lite.ts'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { type App, type AppOverrides, createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import type { Embedder } from '../../../src/ports/embedder.ts'
import { ENCRYPTION_KEY } from '../cairn-on-claude.ts'
import { copyFilledStore } from '../filled-store.ts'
import { makeDirectory } from '../test-database.ts'
import { faultsIn } from './check-call.ts'
import type { Deliver } from './deliver.ts'
import type { Person } from './person.ts'
import { type Slack, startSlack } from './slack.ts'
import { APP, type Workspace } from './workspace.ts'

export interface CairnInSlackOptions {
  mode?: 'http' | 'socket' | 'oauth'
  /** The workspaces of Slack; the first one is Cairn's unless it is installed by OAuth. */
  workspaces?: Partial<Workspace>[]
  env?: Record<string, string>
  overrides?: AppOverrides
}

export interface CairnInSlack {
  slack: Slack
  app: App
  /** Where Cairn is called. */
  url: string
  /** Its embedded store; to be opened only while Cairn is not running. */
  dataDir: string
  deliver: Deliver
  /** Someone of the first workspace. */
  person(name: string): Person
  /** What the operators were told. */
  logged: string[]
  /**
   * Ends Cairn and starts it again on the same store, in an environment that may have changed; what it kept in its
   * memory is gone.
   */
  restart(meanwhile?: () => Promise<void>, env?: Record<string, string>): Promise<void>
  close(): Promise<void>
}

let embedder: Promise<Embedder> | undefined

const installed = (mode: CairnInSlackOptions['mode'], token: string): Record<string, string> => {
  if (mode === 'socket') return { SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: APP.appToken }
  if (mode !== 'oauth') return { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: APP.signingSecret }
  return {
    SLACK_CLIENT_ID: APP.clientId,
    SLACK_CLIENT_SECRET: APP.clientSecret,
    SLACK_SIGNING_SECRET: APP.signingSecret,
    SLACK_STATE_SECRET: 'state-secret',
    PUBLIC_URL: 'https://cairn.example.com',
  }
}

/** The whole of Cairn on its embedded store, connected to Slack's emulator, with no model. */
export const startCairnInSlack = async ({
  mode = 'http',
  workspaces = [{}],
  env = {},
  overrides = {},
}: CairnInSlackOptions = {}): Promise<CairnInSlack> => {
  const slack = await startSlack(...workspaces.map((given) => ({ scopes: [...SCOPES], ...given })))
  slack.proxy.check = faultsIn(slack.proxy.streams)
  const folder = makeDirectory()
  const store = join(folder.path, 'store')
  await copyFilledStore(store)
  const logged: string[] = []
  const logger = pino({ level: 'warn', base: null }, { write: (line: string) => void logged.push(line) })
  embedder ??= loadUseLite()
  const given = {
    CAIRN_DATA_DIR: store,
    PORT: '0',
    SLACK_API_URL: slack.proxy.apiUrl,
    ENCRYPTION_KEY,
    ...installed(mode, slack.emulator.token),
    ...env,
  }
  const start = async (changed: Record<string, string> = {}) => {
    const app = await createApp(readConfig({ ...given, ...changed }, '/'), {
      logger,
      embedder: await (embedder as Promise<Embedder>),
      ...overrides,
    })
    const { port } = await app.work().catch(async (error) => {
      await app.close()
      throw error
    })
    const url = `http://127.0.0.1:${port}`
    return { app, url, deliver: mode === 'socket' ? slack.socket : slack.http(`${url}/slack/events`) }
  }
  const stopSlack = async () => {
    await slack.close()
    folder.remove()
  }
  const started = await start().catch(async (error) => {
    await stopSlack()
    throw error
  })
  const cairn: CairnInSlack = {
    slack,
    dataDir: store,
    ...started,
    person: (name) => slack.person(name, (...given) => cairn.deliver(...given)),
    logged,
    restart: async (meanwhile = async () => {}, changed = {}) => {
      await cairn.app.close()
      await meanwhile()
      Object.assign(cairn, await start(changed))
    },
    close: async () => {
      await cairn.app.close()
      await stopSlack()
    },
  }
  return cairn
}
