import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { toMarkdown } from '../../../src/adapters/slack/escape.ts'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { answers, cited, DURATION, HOW_LONG, TARGETS } from '../../support/cairn-on-claude.ts'
import { type FakeMessagesApi, startFakeMessagesApi } from '../../support/fake-messages-api.ts'
import { copyFilledStore } from '../../support/filled-store.ts'
import { isComplete } from '../../support/slack/answered.ts'
import type { SlackMessage } from '../../support/slack/conversation.ts'
import type { Person, Sent } from '../../support/slack/person.ts'
import { type Slack, startSlack } from '../../support/slack/slack.ts'
import { until } from '../../support/slack/until.ts'
import { APP } from '../../support/slack/workspace.ts'
import { makeDirectory } from '../../support/test-database.ts'

const SCRIPT = join(import.meta.dirname, '../../support/slack/cairn-process.ts')
const FAST = answers(
  cited('The move is planned for six to nine months.', DURATION),
  cited('\n- Market penetration is to stay above 25% in target markets.', TARGETS, 3),
)
const SLOW = { ...FAST, deltaMs: 200 }
const WHOLE =
  'The move is planned for six to nine months. [1]\n- Market penetration is to stay above 25% in target markets. [2]'
/** Longer than what a dead process held is waited for. */
const LATER_MS = 2_500

let slack: Slack
let api: FakeMessagesApi
let folder: ReturnType<typeof makeDirectory>
let child: ChildProcess
let url = ''
let ben: Person

const start = async () => {
  child = spawn(process.execPath, [SCRIPT], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH ?? '',
      CAIRN_DATA_DIR: join(folder.path, 'store'),
      PORT: '0',
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: api.url,
      SLACK_API_URL: slack.proxy.apiUrl,
      SLACK_BOT_TOKEN: slack.emulator.token,
      SLACK_SIGNING_SECRET: APP.signingSecret,
    },
  })
  const [line] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  url = `http://127.0.0.1:${String(line).trim()}/slack/events`
}
const kill = async () => {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

beforeAll(async () => {
  ;[slack, api, folder] = [
    await startSlack({ scopes: [...SCOPES] }),
    await startFakeMessagesApi(),
    makeDirectory(),
  ]
  await copyFilledStore(join(folder.path, 'store'))
  ben = slack.person('ben', (...given) => slack.http(url)(...given))
  await start()
})
afterAll(async () => {
  await kill()
  await Promise.all([slack?.close(), api?.close()])
  folder?.remove()
})
beforeEach(() => {
  slack.proxy.reset()
  api.respondWith(() => FAST)
})

const repliesTo = async ({ channel, ts }: Sent): Promise<SlackMessage[]> =>
  (await slack.replies(channel, ts)).filter(({ user }) => user === slack.emulator.botUserId)
/** Waits for the answer, and then for what might come after it. */
const answersLater = async (sent: Sent): Promise<SlackMessage[]> => {
  await slack.untilReplied(sent.channel, sent.ts, (messages) => messages.some(isComplete), 30_000)
  await new Promise((resolve) => setTimeout(resolve, LATER_MS))
  return repliesTo(sent)
}
const textOf = ({ blocks = [], text }: SlackMessage): string =>
  blocks.flatMap(({ type, text }) => (type === 'markdown' ? [text as string] : [])).join('') || text

test('killed in the middle of an answer: the next process completes the same message, and answers what waited', async () => {
  api.respondWith(() => SLOW)
  const sent = await ben.mention(HOW_LONG)
  const stream = await until(
    () => slack.proxy.streams.all.at(-1),
    (found) => found?.threadTs === sent.ts && found.text !== '',
    'an answer to be begun',
  )
  const acknowledged = await ben.mention(HOW_LONG, { channel: 'leads' })
  expect(acknowledged.status).toBe(200)
  await kill()
  expect((await repliesTo(sent)).map(isComplete)).toEqual([false])
  api.respondWith(() => FAST)
  await start()
  const messages = await answersLater(sent)
  expect(messages.map(({ ts }) => ts)).toEqual([stream?.ts])
  expect(messages.map(isComplete)).toEqual([true])
  expect(messages.map(textOf)).toEqual([toMarkdown(WHOLE)])
  expect(JSON.stringify(messages[0]?.blocks)).toContain('open_passage:2')
  const others = await slack.untilReplied(acknowledged.channel, acknowledged.ts, (all) =>
    all.some(isComplete),
  )
  expect(others.map(isComplete)).toEqual([true])
})

test('killed before it knew of the message that it had begun: that one is completed', async () => {
  slack.proxy.next('chat.startStream', { held: new Promise(() => {}) })
  const sent = await ben.mention(HOW_LONG)
  const stream = await until(
    () => slack.proxy.streams.all.find(({ threadTs }) => threadTs === sent.ts),
    (found) => found !== undefined,
    'a message to be begun',
  )
  await kill()
  await start()
  const messages = await answersLater(sent)
  expect(messages.map(({ ts }) => ts)).toEqual([stream?.ts])
  expect(messages.map(isComplete)).toEqual([true])
})

test('killed between posting and recording it: the post is found, and not made again', async () => {
  slack.proxy.always('chat.startStream', { error: 'not_allowed' })
  slack.proxy.next('chat.postMessage', { cut: 'after' })
  const sent = await ben.mention(HOW_LONG)
  await until(
    () => repliesTo(sent),
    (messages) => messages.some(isComplete),
    'the post',
  )
  await kill()
  await start()
  await until(
    () => slack.proxy.callsTo('conversations.replies'),
    (calls) => calls.some(({ args }) => args.ts === sent.ts),
    'the post to be looked for',
    20_000,
  )
  expect((await answersLater(sent)).map(isComplete)).toEqual([true])
  expect(slack.proxy.callsTo('chat.postMessage')).toHaveLength(1)
})
