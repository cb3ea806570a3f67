import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toMarkdown } from '../../../src/adapters/slack/escape.ts'
import { answers, cited, DURATION, HOW_LONG, TARGETS } from '../../support/cairn-on-claude.ts'
import type { ScriptedMessage } from '../../support/fake-messages-api/script.ts'
import { type FakeMessagesApi, startFakeMessagesApi } from '../../support/fake-messages-api.ts'
import { answersTo, isComplete } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { SlackMessage } from '../../support/slack/conversation.ts'
import type { Person } from '../../support/slack/person.ts'
import type { Stream } from '../../support/slack/streams.ts'
import { until } from '../../support/slack/until.ts'

/** A text and a list, sentence by sentence: seconds pass from the first to the last. */
const SLOW: ScriptedMessage = {
  ...answers(
    cited('The move is planned for six to nine months.', DURATION),
    cited('\n- Market penetration is to stay above 25% in target markets.', TARGETS, 3),
    cited('\n- The move is planned for six to nine months.', DURATION),
    cited('\n- Market penetration is to stay above 25% in target markets.', TARGETS, 3),
  ),
  firstTokenMs: 100,
  deltaMs: 70,
}
const FAST = { ...SLOW, firstTokenMs: 0, deltaMs: 0 }
const WHOLE = [
  'The move is planned for six to nine months. [1]',
  '- Market penetration is to stay above 25% in target markets. [2]',
  '- The move is planned for six to nine months. [1]',
  '- Market penetration is to stay above 25% in target markets. [2]',
].join('\n')

let api: FakeMessagesApi
let cairn: CairnInSlack
let ben: Person
beforeAll(async () => {
  api = await startFakeMessagesApi()
  cairn = await startCairnInSlack({ env: { ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: api.url } })
  ben = cairn.person('ben')
})
afterAll(async () => {
  await cairn?.close()
  await api?.close()
})
beforeEach(() => {
  api.respondWith(() => SLOW)
  cairn.slack.proxy.reset()
  cairn.logged.length = 0
})
afterEach(() => {
  const refused = cairn.slack.proxy.calls.map(({ answer }) => answer?.error)
  expect(refused).not.toContain('streaming_mode_mismatch')
})

const lastStream = (): Stream | undefined => cairn.slack.proxy.streams.all.at(-1)
/** Asks, and waits until the answer is in the middle of being written. */
const askUntilWriting = async () => {
  const before = lastStream()
  const sent = await ben.mention(HOW_LONG)
  const stream = await until(
    lastStream,
    (found) => found !== undefined && found !== before && found.text !== '',
    'an answer to be begun',
  )
  return { sent, stream: stream as Stream }
}
const methods = (): string[] => cairn.slack.proxy.calls.map(({ method }) => method)
/** The text of a finished message, streamed or not. */
const textOf = ({ blocks = [], text }: SlackMessage): string =>
  blocks.flatMap(({ type, text }) => (type === 'markdown' ? [text as string] : [])).join('') || text
const expectWhole = (messages: SlackMessage[]) => {
  expect(messages.map(isComplete)).toEqual([true])
  expect(messages.map(textOf)).toEqual([toMarkdown(WHOLE)])
  expect(JSON.stringify(messages[0]?.blocks)).toContain('open_passage:2')
}

test('a turn is shown from its first step to its sources, in one message', async () => {
  const { sent } = await askUntilWriting()
  expectWhole(await answersTo(cairn, sent))
  const { proxy } = cairn.slack
  const [status] = proxy.callsTo('assistant.threads.setStatus')
  expect(status?.args).toMatchObject({ channel_id: sent.channel, thread_ts: sent.ts })
  expect(status?.args.loading_messages).toHaveLength(3)
  const [start] = proxy.callsTo('chat.startStream')
  expect(start?.args).toMatchObject({
    channel: sent.channel,
    thread_ts: sent.ts,
    recipient_user_id: ben.id,
    recipient_team_id: cairn.slack.emulator.teamId,
    chunks: [{ type: 'task_update', title: 'Understanding the question', status: 'in_progress' }],
  })
  expect(proxy.callsTo('chat.appendStream').length).toBeGreaterThan(1)
  const [stop, ...more] = proxy.callsTo('chat.stopStream')
  expect(more).toEqual([])
  expect(stop?.args.metadata).toMatchObject({ event_type: 'cairn_post' })
  const stream = lastStream()
  expect(stream?.state).toBe('stopped')
  const tasks = [...(stream?.tasks.values() ?? [])].map(({ title, status: state }) => [title, state])
  expect(tasks).toEqual([
    ['Understanding the question', 'complete'],
    ['Reading the sources', 'complete'],
    ['Writing the answer', 'complete'],
  ])
  expect(methods().filter((method) => /postMessage|update/.test(method))).toEqual([])
  expect(cairn.logged).toEqual([])
})

test('in a direct message nobody is named for whom it is shown', async () => {
  api.respondWith(() => FAST)
  const sent = await ben.direct(HOW_LONG)
  expectWhole(await answersTo(cairn, sent))
  const [start] = cairn.slack.proxy.callsTo('chat.startStream')
  expect(Object.keys(start?.args ?? {})).not.toContain('recipient_user_id')
  expect(Object.keys(start?.args ?? {})).not.toContain('recipient_team_id')
})

describe('what was begun is completed where it stands, once', () => {
  test.each<[string, (stream: Stream) => void]>([
    ['Slack ends the stream', ({ ts }) => cairn.slack.proxy.streams.expire(ts)],
    ['the person stops the stream', ({ ts }) => cairn.slack.proxy.streams.stopByUser(ts)],
    ['the answer to a write is lost', () => cairn.slack.proxy.next('chat.appendStream', { cut: 'after' })],
    [
      'Slack asks for patience',
      () => cairn.slack.proxy.next('chat.appendStream', { status: 429, retryAfter: 1 }),
    ],
  ])('%s', async (_, disturb) => {
    const { sent, stream } = await askUntilWriting()
    disturb(stream)
    const messages = await answersTo(cairn, sent)
    expectWhole(messages)
    expect(messages[0]?.ts).toBe(stream.ts)
    expect(cairn.slack.proxy.callsTo('chat.update')).toHaveLength(1)
    expect(methods()).not.toContain('chat.postMessage')
  })

  test('Slack asks for patience at the end', async () => {
    cairn.slack.proxy.next('chat.stopStream', { status: 429, retryAfter: 1 }, { status: 429, retryAfter: 1 })
    api.respondWith(() => FAST)
    const sent = await ben.mention(HOW_LONG)
    const messages = await answersTo(cairn, sent)
    expectWhole(messages)
    expect(lastStream()).toMatchObject({ ts: messages[0]?.ts, state: 'stopped' })
  })

  test('the message is deleted by an admin: the answer is posted anew', async () => {
    const { sent, stream } = await askUntilWriting()
    cairn.slack.proxy.streams.expire(stream.ts)
    await cairn.slack.emulator.must('chat.delete', { channel: stream.channel, ts: stream.ts })
    const messages = await answersTo(cairn, sent)
    expectWhole(messages)
    expect(messages[0]?.ts).not.toBe(stream.ts)
  })
})

test('a question that is deleted while it is answered leaves nothing behind', async () => {
  const { sent, stream } = await askUntilWriting()
  await ben.deletes(sent)
  expect(await answersTo(cairn, sent)).toEqual([])
  expect(stream.state).toBe('stopped')
  expect(await cairn.app.threads.troubled('local')).toEqual([])
})

test('a question that is edited while it is answered is answered anew, in the same message', async () => {
  const { sent, stream } = await askUntilWriting()
  const EDITED = 'and how long does it take to become a medium team?'
  await ben.edits(sent, EDITED)
  const messages = await answersTo(cairn, sent)
  expectWhole(messages)
  expect(messages[0]?.ts).toBe(stream.ts)
  expect(JSON.stringify(api.requests.at(-1)?.body)).toContain(EDITED)
})

describe('a workspace in which nothing can be streamed', () => {
  test.each([{ error: 'unknown_method' }, { status: 404 }])('%j', async (fault) => {
    await cairn.restart()
    const { proxy } = cairn.slack
    api.respondWith(() => FAST)
    proxy.reset()
    proxy.always('chat.startStream', fault)
    for (let n = 0; n < 5; n++) {
      const sent = await ben.mention(HOW_LONG)
      expectWhole(await answersTo(cairn, sent))
    }
    expect(proxy.callsTo('chat.postMessage')).toHaveLength(5)
    expect(proxy.callsTo('chat.startStream')).toHaveLength(3)
    // That somebody works on it can be seen all the same.
    expect(proxy.callsTo('assistant.threads.setStatus')).toHaveLength(5)
  })
})
