import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toMarkdown } from '../../../src/adapters/slack/escape.ts'
import { answers, cited, DURATION, HOW_LONG, TARGETS } from '../../support/cairn-on-claude.ts'
import type { ScriptedMessage } from '../../support/fake-messages-api/script.ts'
import { type FakeMessagesApi, startFakeMessagesApi } from '../../support/fake-messages-api.ts'
import { answersTo, isComplete } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { SlackMessage } from '../../support/slack/conversation.ts'
import type { Fault } from '../../support/slack/faults.ts'
import type { Person, Sent } from '../../support/slack/person.ts'
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

const streamBelow = ({ ts }: Sent): Stream | undefined =>
  cairn.slack.proxy.streams.all.find(({ threadTs }) => threadTs === ts)
/** Asks, and waits until the answer is in the middle of being written. */
const askUntilWriting = async () => {
  const sent = await ben.mention(HOW_LONG)
  const stream = await until(
    () => streamBelow(sent),
    (found) => found !== undefined && found.text !== '',
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
  const { sent, stream } = await askUntilWriting()
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
  expect(stream.state).toBe('stopped')
  const tasks = [...stream.tasks.values()].map(({ title, status: state }) => [title, state])
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

const expectCompleted = async ({ sent, stream }: { sent: Sent; stream: Stream }) => {
  const messages = await answersTo(cairn, sent)
  expectWhole(messages)
  expect(messages[0]?.ts).toBe(stream.ts)
  const { proxy } = cairn.slack
  expect(proxy.callsTo('chat.update').filter(({ args }) => args.ts === stream.ts)).toHaveLength(1)
  expect(proxy.callsTo('chat.postMessage').filter(({ args }) => args.thread_ts === sent.ts)).toEqual([])
}

// Each of them in a thread of its own.
describe.concurrent('an answer that is disturbed while it is written', () => {
  test.each<[string, (stream: Stream) => void]>([
    ['Slack ends the stream', ({ ts }) => cairn.slack.proxy.streams.expire(ts)],
    ['the person stops the stream', ({ ts }) => cairn.slack.proxy.streams.stopByUser(ts)],
  ])('%s: it is completed where it stands, once', async (_, disturb) => {
    const begun = await askUntilWriting()
    disturb(begun.stream)
    await expectCompleted(begun)
  })

  test('an admin deletes it: it is posted anew', async () => {
    const { sent, stream } = await askUntilWriting()
    cairn.slack.proxy.streams.expire(stream.ts)
    await cairn.slack.emulator.must('chat.delete', { channel: stream.channel, ts: stream.ts })
    const messages = await answersTo(cairn, sent)
    expectWhole(messages)
    expect(messages[0]?.ts).not.toBe(stream.ts)
  })

  test('the question is deleted: nothing is left of it', async () => {
    const { sent, stream } = await askUntilWriting()
    await ben.deletes(sent)
    expect(await answersTo(cairn, sent)).toEqual([])
    expect(stream.state).toBe('stopped')
    expect(await cairn.app.threads.troubled('local')).toEqual([])
  })
})

test.each<[string, Fault]>([
  ['the answer to a write is lost', { cut: 'after' }],
  ['Slack asks for patience', { status: 429, retryAfter: 1 }],
])('%s: the answer is completed where it stands, once', async (_, fault) => {
  const begun = await askUntilWriting()
  cairn.slack.proxy.next('chat.appendStream', fault)
  await expectCompleted(begun)
})

test('the answer to the beginning is lost: what was begun is found, and completed', async () => {
  const { proxy } = cairn.slack
  proxy.next('chat.startStream', { cut: 'after' })
  api.respondWith(() => FAST)
  const sent = await ben.mention(HOW_LONG)
  const messages = await answersTo(cairn, sent)
  expectWhole(messages)
  expect(messages[0]?.ts).toBe(streamBelow(sent)?.ts)
  expect(methods()).not.toContain('chat.postMessage')
})

test('the beginning is lost: the answer is posted in one piece', async () => {
  cairn.slack.proxy.next('chat.startStream', { cut: 'before' })
  api.respondWith(() => FAST)
  const sent = await ben.mention(HOW_LONG)
  expectWhole(await answersTo(cairn, sent))
  expect(cairn.slack.proxy.callsTo('chat.startStream')).toHaveLength(1)
  expect(cairn.slack.proxy.callsTo('chat.postMessage')).toHaveLength(1)
})

test('Slack asks for patience at the end: the stream is ended a little later', async () => {
  const limited = { status: 429, retryAfter: 1 }
  cairn.slack.proxy.next('chat.stopStream', limited, limited)
  api.respondWith(() => FAST)
  const sent = await ben.mention(HOW_LONG)
  const messages = await answersTo(cairn, sent)
  expectWhole(messages)
  expect(streamBelow(sent)).toMatchObject({ ts: messages[0]?.ts, state: 'stopped' })
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

test('a workspace in which nothing can be streamed is not asked for ever', async () => {
  const { proxy } = cairn.slack
  api.respondWith(() => FAST)
  proxy.always('chat.startStream', { error: 'not_allowed' })
  for (let n = 0; n < 5; n++) {
    const sent = await ben.mention(HOW_LONG)
    expectWhole(await answersTo(cairn, sent))
  }
  expect(proxy.callsTo('chat.postMessage')).toHaveLength(5)
  expect(proxy.callsTo('chat.startStream')).toHaveLength(3)
  // That somebody works on it can be seen all the same.
  expect(proxy.callsTo('assistant.threads.setStatus')).toHaveLength(5)
})
