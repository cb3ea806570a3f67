import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { copyFilledStore } from '../../support/filled-store.ts'
import { isComplete } from '../../support/slack/answered.ts'
import { type Slack, startSlack } from '../../support/slack/slack.ts'
import { until } from '../../support/slack/until.ts'
import { APP } from '../../support/slack/workspace.ts'
import { makeDirectory, makeServerDatabase, TEST_DATABASE_URL } from '../../support/test-database.ts'

const CAIRN = join(process.cwd(), 'src/cli/cairn.ts')
const START = { timeout: 90_000 }

let slack: Slack
let folder: ReturnType<typeof makeDirectory>
const children: ChildProcess[] = []
beforeAll(async () => {
  slack = await startSlack({ scopes: [...SCOPES] })
  folder = makeDirectory()
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await slack?.close()
  folder?.remove()
})

interface Running {
  pid: number
  /** What it told, so far. */
  told(): string
  /** Waits until it tells this. */
  untilTold(words: RegExp): Promise<RegExpExecArray>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  kill(signal: NodeJS.Signals): void
  /** Closes the channel through which the process knows of this one. */
  disconnect(): void
}

const start = (words: string[], env: Record<string, string> = {}): Running => {
  const child = spawn(process.execPath, [CAIRN, 'start', ...words], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH ?? '',
      CAIRN_DATA_DIR: join(folder.path, 'store'),
      PORT: '0',
      SLACK_API_URL: slack.proxy.apiUrl,
      SLACK_BOT_TOKEN: slack.emulator.token,
      SLACK_SIGNING_SECRET: APP.signingSecret,
      ...env,
    },
  })
  children.push(child)
  let text = ''
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  for (const stream of streams)
    stream.setEncoding('utf8').on('data', (part) => {
      text += part
    })
  return {
    pid: child.pid as number,
    told: () => text,
    untilTold: async (words) => {
      await until(
        () => text,
        () => words.test(text),
        `${words}`,
        60_000,
      )
      return words.exec(text) as RegExpExecArray
    },
    // A child whose channel was closed from here is never told to have closed.
    ended: Promise.all([once(child, 'exit'), ...streams.map((stream) => finished(stream))]).then(
      ([[code, signal]]) => ({ code, signal }),
    ),
    kill: (signal) => void child.kill(signal),
    disconnect: () => child.disconnect(),
  }
}

const mentioned = async (port: string) => {
  const ben = slack.person('ben', slack.http(`http://127.0.0.1:${port}/slack/events`))
  const sent = await ben.mention('what are squads?')
  expect(sent.status).toBe(200)
  return slack.untilReplied(sent.channel, sent.ts, (messages) => messages.some(isComplete), 30_000)
}
const READY = /Cairn is ready in Slack; http:\/\/127\.0\.0\.1:(\d+)\/healthz/

test('on its own store: it says where it is ready, answers, and ends in good order', START, async () => {
  await copyFilledStore(join(folder.path, 'store'))
  const cairn = start([])
  const [, port = ''] = await cairn.untilTold(READY)
  expect(await mentioned(port)).toHaveLength(1)
  cairn.kill('SIGTERM')
  expect(await cairn.ended).toEqual({ code: 0, signal: null })
  expect(cairn.told()).toMatch(/Stopping\.\s*$/)
})

describe('what cannot start says why, and ends', () => {
  test('a worker without Postgres', START, async () => {
    const cairn = start(['--only', 'work'])
    expect(await cairn.ended).toEqual({ code: 1, signal: null })
    expect(cairn.told()).toContain(
      '--only needs DATABASE_URL: the embedded store has room for one process alone.',
    )
  })

  test('a port that is taken', START, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const PORT = String(typeof address === 'object' && address?.port)
    const cairn = start([], { PORT })
    expect(await cairn.ended).toEqual({ code: 1, signal: null })
    expect(cairn.told()).toContain(`Cairn cannot serve on 127.0.0.1:${PORT} (EADDRINUSE)`)
    server.close()
  })
})

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
describe.skipIf(!TEST_DATABASE_URL)('on Postgres, with a process that answers', () => {
  let database: Awaited<ReturnType<typeof makeServerDatabase>>
  beforeAll(async () => {
    database = await makeServerDatabase()
  })
  afterAll(() => database?.remove())

  test('a worker that is killed is replaced, and what waited is answered', { timeout: 180_000 }, async () => {
    const cairn = start([], { DATABASE_URL: database.url })
    const [, port = ''] = await cairn.untilTold(READY)
    await cairn.untilTold(/A worker is ready/)
    const [worker = 0] = childrenOf(cairn.pid)
    expect(await mentioned(port)).toHaveLength(1)
    process.kill(worker, 'SIGKILL')
    await cairn.untilTold(/A worker ended \(SIGKILL\); another one takes its place/)
    // Nobody answers at this moment; the message is taken in all the same.
    expect(await mentioned(port)).toHaveLength(1)
    const [other = 0] = childrenOf(cairn.pid)
    expect(other).not.toBe(worker)
    cairn.kill('SIGTERM')
    expect(await cairn.ended).toEqual({ code: 0, signal: null })
    expect(isRunning(other)).toBe(false)
  })

  test('a worker does not outlive the process that it works for', START, async () => {
    const worker = start(['--only', 'work', '--port', '0'], { DATABASE_URL: database.url })
    await worker.untilTold(/A worker is ready/)
    // As when that process dies: the channel between them closes.
    worker.disconnect()
    expect(await worker.ended).toEqual({ code: 0, signal: null })
  })
})
