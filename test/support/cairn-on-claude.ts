import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import type { TurnInput } from '../../src/advisor/turn.ts'
import { type App, type AppOverrides, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Progress } from '../../src/ports/composer.ts'
import type { RequestBlock } from './fake-messages-api/request.ts'
import { blocksOf } from './fake-messages-api/request.ts'
import type { ScriptedCitation, ScriptedMessage, ScriptedText } from './fake-messages-api/script.ts'
import { type FakeMessagesApi, type ReceivedRequest, startFakeMessagesApi } from './fake-messages-api.ts'
import { copyFilledStore } from './filled-store.ts'
import { makeDirectory } from './test-database.ts'

export const API_KEY = 'sk-ant-test-3f1c'
export const ENCRYPTION_KEY = 'b3VyIG93biBlbmNyeXB0aW9uIGtleSBmb3IgdGVzdHM='

/** How long the fastest move takes, which many scripts cite; the whole passage is one piece. */
export const DURATION = 'transition.small_to_medium_team.duration'
export const TARGETS = 'charter.success_metrics'
export const HOW_LONG = 'how long does the move from a small to a medium team take?'

export const text = (text: string): ScriptedText => ({ type: 'text', text })
/** A text that cites pieces of a passage, the first one unless told. */
export const cited = (text: string, source: string, from = 0, to = from + 1): ScriptedText => ({
  type: 'text',
  text,
  citations: [{ source, from, to }],
})
export const citing = (text: string, ...citations: ScriptedCitation[]): ScriptedText => ({
  type: 'text',
  text,
  citations,
})
export const uses = (name: string, input: object) => ({ type: 'tool_use', name, input }) as const
/** A message that answers, first line included. */
export const answers = (...content: ScriptedMessage['content']): ScriptedMessage => ({
  content: [text('answer\n'), ...content],
})
export const SIX_TO_NINE = cited('The move is planned for six to nine months.', DURATION)

/** Every block of a request, and the last one of its last message. */
export const blocksIn = ({ body }: ReceivedRequest): RequestBlock[] =>
  body.messages.flatMap(({ content }) => blocksOf(content))
export const briefIn = ({ body }: ReceivedRequest): string =>
  blocksOf(body.messages.at(-1)?.content).at(-1)?.text ?? ''

/** What the operators were told. */
export interface Logged {
  message: string
  /** All of it, as it was written. */
  line: string
}

type Asked = Awaited<ReturnType<App['advise']>> & {
  requests: ReceivedRequest[]
  progress: { event: Progress; at: number }[]
  shown: string
  logged: Logged[]
}

export interface CairnOnClaude {
  app: App
  api: FakeMessagesApi
  logged: Logged[]
  ask(question: string, more?: Partial<TurnInput>): Promise<Asked>
  /** Brings a document of the organization in; returns the ids of its passages. */
  ingest(tenantId: string, name: string, markdown: string): Promise<string[]>
  close(): Promise<void>
}

/** The whole of Cairn on its embedded store, with Claude's HTTP endpoint faked and nothing else. */
export const startCairnOnClaude = async (
  overrides: AppOverrides = {},
  env: Record<string, string> = {},
): Promise<CairnOnClaude> => {
  const api = await startFakeMessagesApi()
  const folder = makeDirectory()
  await copyFilledStore(join(folder.path, 'store'))
  const logged: Logged[] = []
  const logger = pino(
    { level: 'warn', base: null },
    { write: (line: string) => void logged.push({ message: JSON.parse(line).msg, line }) },
  )
  const config = readConfig(
    {
      CAIRN_DATA_DIR: join(folder.path, 'store'),
      ANTHROPIC_API_KEY: API_KEY,
      ANTHROPIC_BASE_URL: api.url,
      ENCRYPTION_KEY,
      ...env,
    },
    '/',
  )
  const app = await createApp(config, { logger, ...overrides })
  return {
    app,
    api,
    logged,
    ask: async (question, more = {}) => {
      const [asked, told] = [api.requests.length, logged.length]
      const progress: Asked['progress'] = []
      const onProgress = (event: Progress) => void progress.push({ event, at: performance.now() })
      const result = await app.advise({ tenantId: 'local', question, onProgress, ...more })
      return {
        ...result,
        requests: api.requests.slice(asked),
        progress,
        shown: progress.map(({ event }) => (event.type === 'text' ? event.text : '')).join(''),
        logged: logged.slice(told),
      }
    },
    ingest: async (tenantId, name, markdown) => {
      const path = join(folder.path, name)
      writeFileSync(path, markdown)
      const [result] = await app.ingest(tenantId, [path])
      if (result?.outcome !== 'added') throw new Error(JSON.stringify(result))
      const passages = await app.passages(tenantId)
      return passages.filter(({ documentId }) => documentId === `file:${path}`).map(({ id }) => id)
    },
    close: async () => {
      await app.close()
      await api.close()
      folder.remove()
    },
  }
}
