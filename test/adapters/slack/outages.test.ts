import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answersTo, isComplete, untilSettled } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { Fault } from '../../support/slack/faults.ts'
import { type Gate, startGate } from '../../support/slack/gate.ts'
import type { Person } from '../../support/slack/person.ts'

const QUESTION = 'what are squads?'

let cairn: CairnInSlack
let gate: Gate
let ben: Person
beforeAll(async () => {
  cairn = await startCairnInSlack({ overrides: { waits: { settleMs: 500, leaseSeconds: 5 } } })
  gate = await startGate(Number(new URL(cairn.slack.proxy.url).port))
  await cairn.restart(undefined, { SLACK_API_URL: `http://127.0.0.1:${gate.port}/api/` })
  ben = cairn.person('ben')
})
afterAll(async () => {
  await cairn?.close()
  await gate?.close()
})
beforeEach(() => {
  cairn.slack.proxy.reset()
  cairn.logged.length = 0
})

const methods = () => cairn.slack.proxy.calls.map(({ method }) => method)
const troubles = () => cairn.app.threads.troubled('local')
/** What is posted, is posted in one piece. */
const withoutStreams = () =>
  cairn.slack.proxy.always('chat.startStream', { error: 'channel_type_not_supported' })

describe('nothing is lost, and nothing is said twice', () => {
  test('while Slack refuses every connection', async () => {
    await gate.close()
    const asked = []
    for (const channel of ['engineering', 'leads', 'engineering'])
      asked.push(await ben.mention(QUESTION, { channel }))
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200])
    await setTimeout(2_000)
    expect((await cairn.app.threads.counts()).outbox.intended).toBe(3)
    await gate.open()
    for (const sent of asked) expect((await answersTo(cairn, sent, 20_000)).map(isComplete)).toEqual([true])
    expect(await troubles()).toEqual([])
  })

  test('while Slack breaks every call off', async () => {
    const { proxy } = cairn.slack
    const down = [
      'assistant.threads.setStatus',
      'users.info',
      'chat.startStream',
      'chat.postMessage',
      'conversations.replies',
    ]
    for (const method of down) proxy.always(method, { cut: 'before' })
    const sent = await ben.mention(QUESTION)
    await setTimeout(2_000)
    expect(methods()).toContain('conversations.replies')
    for (const method of down) proxy.always(method, undefined)
    expect((await answersTo(cairn, sent, 20_000)).map(isComplete)).toEqual([true])
    expect(await troubles()).toEqual([])
  })

  test('when the answer to a post is lost: it is found', async () => {
    withoutStreams()
    cairn.slack.proxy.next('chat.postMessage', { cut: 'after' })
    const sent = await ben.mention(QUESTION)
    expect((await answersTo(cairn, sent)).map(isComplete)).toEqual([true])
    expect(cairn.slack.proxy.callsTo('chat.postMessage')).toHaveLength(1)
    expect(cairn.slack.proxy.callsTo('conversations.replies').map(({ args }) => args)).toMatchObject([
      { channel: sent.channel, ts: sent.ts, include_all_metadata: 'true' },
    ])
    expect(await troubles()).toEqual([])
  })

  test('when it is lost, and Slack wants patience before it is looked for', async () => {
    withoutStreams()
    cairn.slack.proxy.next('chat.postMessage', { cut: 'after' })
    cairn.slack.proxy.next('conversations.replies', { status: 429, retryAfter: 1 }, { status: 503 })
    const sent = await ben.mention(QUESTION)
    expect((await answersTo(cairn, sent)).map(isComplete)).toEqual([true])
    expect(cairn.slack.proxy.callsTo('chat.postMessage')).toHaveLength(1)
    expect(await troubles()).toEqual([])
  })

  test.each<Fault>([
    { cut: 'before' },
    { status: 500 },
    { error: 'internal_error' },
    { error: 'fatal_error' },
  ])('when a post is lost (%j): it is made again', async (fault) => {
    withoutStreams()
    cairn.slack.proxy.next('chat.postMessage', fault)
    const sent = await ben.mention(QUESTION)
    expect((await answersTo(cairn, sent)).map(isComplete)).toEqual([true])
    expect(cairn.slack.proxy.callsTo('chat.postMessage')).toHaveLength(2)
    expect(await troubles()).toEqual([])
  })
})

describe('what Slack refuses is given up with a reason that says what to do', () => {
  const scope = { ok: false, error: 'missing_scope', needed: 'chat:write', provided: 'commands,files:write' }
  test.each<[string, Fault, string]>([
    [
      'a missing scope',
      { answer: scope },
      'Slack refused: the scope chat:write is missing (granted: commands,files:write); add it to the app and install it again',
    ],
    [
      'a channel without Cairn',
      { error: 'not_in_channel' },
      'Slack refused: Cairn is not a member of the channel; invite it there with /invite',
    ],
    ['an archived channel', { error: 'is_archived' }, 'Slack refused: the channel is archived'],
    ['a reason that nobody has heard of', { error: 'some_new_rule' }, 'Slack refused: some_new_rule'],
    ['a proxy on the way', { status: 403 }, 'Slack answered with HTTP 403'],
  ])('%s', async (_, fault, reason) => {
    for (const method of ['chat.startStream', 'chat.postMessage']) cairn.slack.proxy.always(method, fault)
    const before = (await troubles()).length
    const sent = await ben.mention(QUESTION)
    expect(await answersTo(cairn, sent)).toEqual([])
    const [trouble, ...others] = await troubles()
    expect(trouble).toMatchObject({ state: 'dead', reason, threadId: expect.stringContaining(sent.ts) })
    expect(others).toHaveLength(before)
    expect(cairn.logged.join()).toContain(reason)
    expect(cairn.slack.proxy.callsTo('chat.postMessage')).toHaveLength(1)
  })

  test('a token that was revoked', async () => {
    cairn.slack.proxy.refuse(cairn.slack.emulator.token)
    const sent = await ben.mention(QUESTION)
    await untilSettled(cairn.app)
    const reason = 'Slack refused: the token was revoked; install Cairn into the workspace again'
    const [trouble] = await troubles()
    expect(trouble).toMatchObject({ state: 'dead', reason, threadId: expect.stringContaining(sent.ts) })
  })
})
