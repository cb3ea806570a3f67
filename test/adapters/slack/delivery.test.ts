import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { answersTo, isComplete, untilSettled } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { Person } from '../../support/slack/person.ts'

const QUESTION = 'what are squads?'

let cairn: CairnInSlack
let ben: Person
beforeAll(async () => {
  cairn = await startCairnInSlack()
  ben = cairn.person('ben')
})
afterAll(() => cairn?.close())
beforeEach(() => {
  cairn.slack.proxy.reset()
  cairn.logged.length = 0
})

const accepted = async () =>
  Object.values((await cairn.app.threads.counts()).inbox).reduce((sum, count) => sum + count, 0)

describe('what is delivered more than once is answered once', () => {
  test('the same event, again while it is worked on and after it was answered', async () => {
    const sent = await ben.mention(QUESTION)
    const again = await sent.again({ retry: { number: 1, reason: 'http_timeout' } })
    expect(again.status).toBe(200)
    expect(await answersTo(cairn, sent)).toHaveLength(1)
    expect((await sent.again({ retry: { number: 2, reason: 'http_error' } })).status).toBe(200)
    const answers = await answersTo(cairn, sent)
    expect(answers.map(isComplete)).toEqual([true])
  })

  test.each(['app_mention', 'message'])('one message as two events, %s first', async (first) => {
    const second = first === 'message' ? 'app_mention' : 'message'
    const sent = await ben.mention(QUESTION, { event: { type: first, channel_type: 'channel' } })
    const { event } = sent.envelope as { event: Record<string, unknown> }
    expect((await ben.event({ ...event, type: second })).status).toBe(200)
    expect(await answersTo(cairn, sent)).toHaveLength(1)
  })

  test('a hundred deliveries at once', async () => {
    const sent = await ben.mention(QUESTION)
    const all = await Promise.all(Array.from({ length: 100 }, () => sent.again()))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await answersTo(cairn, sent)).toHaveLength(1)
  })
})

describe('what is not Slack’s is not taken in', () => {
  test.each([
    ['signed with another secret', { forged: 'secret' }],
    ['signed for another body', { forged: 'body' }],
    ['not signed', { forged: 'missing' }],
    ['signed more than five minutes ago', { secondsAgo: 301 }],
  ] as const)('%s', async (_, how) => {
    const before = await accepted()
    const sent = await ben.mention(QUESTION, how)
    expect(sent).toMatchObject({ status: 401, body: '' })
    expect(await accepted()).toBe(before)
    expect(await answersTo(cairn, sent)).toEqual([])
    expect(cairn.slack.proxy.calls).toEqual([])
  })

  test('something else than Slack’s requests', async () => {
    const url = `${cairn.url}/slack/events`
    expect((await fetch(url, { method: 'POST', body: 'no json' })).status).toBe(401)
    expect((await fetch(url)).status).toBe(404)
  })

  test('the proof of an address that Slack asks for is given, to Slack alone', async () => {
    const proof = { type: 'url_verification', challenge: 'prove it' }
    const proven = await cairn.deliver('events_api', proof)
    expect(proven.status).toBe(200)
    expect(JSON.parse(proven.body)).toEqual({ challenge: 'prove it' })
    expect((await cairn.deliver('events_api', proof, { forged: 'secret' })).status).toBe(401)
  })
})

test('an event that the store cannot take is refused, and answered when it comes again', async () => {
  vi.spyOn(cairn.app.threads, 'accept').mockRejectedValueOnce(new Error('the store is down'))
  const sent = await ben.mention(QUESTION)
  expect(sent.status).toBe(500)
  expect(sent.body).not.toContain('the store is down')
  await untilSettled(cairn.app)
  expect(await answersTo(cairn, sent)).toEqual([])
  expect((await sent.again({ retry: { number: 1, reason: 'http_error' } })).status).toBe(200)
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})

test('an acknowledgement waits for nothing but the store', async () => {
  const { promise: free, resolve: release } = Promise.withResolvers<void>()
  const { proxy } = cairn.slack
  for (const method of ['assistant.threads.setStatus', 'chat.startStream', 'users.info'])
    proxy.always(method, { until: free })
  const sent = await ben.mention(QUESTION)
  expect(sent).toMatchObject({ status: 200, body: '' })
  expect(sent.ms).toBeLessThan(1_000)
  expect(await cairn.slack.replies(sent.channel, sent.ts)).toHaveLength(1)
  release()
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})
