import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Json } from './api-call.ts'
import { type EchoApp, startHttpEcho } from './echo-app.ts'
import type { Person } from './person.ts'
import { type Slack, startSlack } from './slack.ts'
import { until } from './until.ts'

let slack: Slack
let echo: EchoApp
let ana: Person
beforeAll(async () => {
  slack = await startSlack()
  echo = await startHttpEcho(slack.proxy, slack.emulator.token)
  ana = slack.person('ana', slack.http(echo.url))
})
afterAll(async () => {
  await echo?.stop()
  await slack?.close()
})
beforeEach(() => slack.proxy.reset())

test('a mention is acknowledged at once and answered in its thread', async () => {
  const sent = await ana.mention('hello')
  expect(sent.status).toBe(200)
  expect(sent.ms).toBeLessThan(1_000)
  const [reply] = await slack.untilReplied(sent.channel, sent.ts)
  const { emulator } = slack
  expect(reply).toMatchObject({
    text: 'hello',
    thread_ts: sent.ts,
    bot_id: emulator.botId,
    app_id: emulator.appId,
  })
  expect(await slack.replies(sent.channel, sent.ts)).toHaveLength(2)
})

test('a direct message comes with its kind of channel', async () => {
  const sent = await ana.direct('psst')
  expect(sent.channel).toMatch(/^D/)
  const said = await until(
    () => slack.history(sent.channel),
    (messages) => messages.length > 1,
    'an answer',
  )
  expect(said.map(({ text }) => text)).toEqual(['psst', 'You said: psst'])
})

test('a stream ends as one message; one that expired takes nothing more', async () => {
  const sent = await ana.mention('stream one two')
  const whole = await slack.untilReplied(sent.channel, sent.ts, ([reply]) => reply?.blocks?.length === 1)
  expect(whole).toMatchObject([{ text: 'stream one two ', blocks: [{ type: 'divider' }] }])
  expect(slack.proxy.streams.all.at(-1)).toMatchObject({ state: 'stopped', mode: 'chunks' })

  slack.proxy.streams.lifetimeMs = 0
  slack.proxy.next('chat.startStream', { delayMs: 5 })
  const { ts, channel } = await ana.mention('stream three four')
  await until(
    () => slack.proxy.callsTo('chat.appendStream').at(-1)?.answer,
    (answer) => answer?.error === 'message_not_in_streaming_state',
    'a refusal',
  )
  expect(await slack.untilReplied(channel, ts)).toMatchObject([{ text: 'stream ' }])
  slack.proxy.streams.lifetimeMs = 300_000
})

test('a limit is obeyed', async () => {
  slack.proxy.next('chat.postMessage', { status: 429, retryAfter: 1 })
  const sent = await ana.mention('patience')
  expect(await slack.untilReplied(sent.channel, sent.ts)).toHaveLength(1)
  const [limited, posted] = slack.proxy.callsTo('chat.postMessage')
  expect(limited).toMatchObject({ status: 429, answer: { error: 'ratelimited' } })
  expect((posted?.at ?? 0) - (limited?.at ?? 0)).toBeGreaterThanOrEqual(990)
})

test('a connection that is cut after the message was taken leads to a second one', async () => {
  slack.proxy.next('chat.postMessage', { cut: 'before' }, { cut: 'after' })
  const sent = await ana.mention('again')
  const replies = await slack.untilReplied(sent.channel, sent.ts, ({ length }) => length === 2)
  expect(replies.map(({ text }) => text)).toEqual(['again', 'again'])
  expect(slack.proxy.callsTo('chat.postMessage').map(({ status }) => status)).toEqual([
    undefined,
    undefined,
    200,
  ])
})

test('files are uploaded through the proxy and can be fetched there', async () => {
  const sent = await ana.mention('file of bytes')
  const [reply] = await slack.untilReplied(sent.channel, sent.ts)
  expect(reply?.files).toMatchObject([{ name: 'chart.png', mimetype: 'image/png' }])
  const { url_private: address = '' } = reply?.files?.[0] ?? {}
  const path = new URL(address).pathname
  const fetched = await fetch(slack.proxy.url + path, { headers: { authorization: `Bearer ${ana.token}` } })
  expect(await fetched.text()).toBe('file of bytes')
})

test('a file of a person is told of at the address of the proxy', async () => {
  const sent = await ana.uploads('notes.md', Buffer.from('# Notes'), 'read this')
  const { event } = sent.envelope as { event: { files: { url_private: string }[]; channel_type: string } }
  expect(event.channel_type).toBe('im')
  expect(event.files[0]?.url_private).toContain(slack.proxy.url)
  expect(await slack.history(sent.channel)).toContainEqual(
    expect.objectContaining({ ts: sent.ts, subtype: 'file_share', text: 'read this' }),
  )
  expect(await ana.file('form.csv', Buffer.from('a,b'))).toMatchObject({ name: 'form.csv' })
})

test('what only one person sees stands in no thread', async () => {
  const sent = await ana.mention('whisper')
  const call = await until(
    () => slack.proxy.callsTo('chat.postEphemeral')[0],
    (seen) => seen?.answer !== undefined,
    'an ephemeral message',
  )
  expect(call).toMatchObject({ args: { user: ana.id, text: 'whisper' }, answer: { ok: true } })
  expect(await slack.replies(sent.channel, sent.ts)).toHaveLength(1)
})

test('the home is published, a button opens a form, and the form is checked', async () => {
  await ana.opensHome()
  await until(
    () => slack.proxy.callsTo('views.publish').at(-1)?.answer,
    (answer) => answer?.ok === true,
    'a home',
  )
  const sent = await ana.mention('press')
  const [message] = await slack.untilReplied(sent.channel, sent.ts)
  if (!message) throw new Error('there is no message')
  expect(await ana.uses(message, 'open')).toMatchObject({ status: 200 })
  const opened = await until(
    () => slack.proxy.callsTo('views.open').at(-1)?.answer,
    (answer) => answer?.ok === true,
    'a form',
  )
  const view = opened?.view as Json
  const refused = await ana.submits(view, { team: { name: { type: 'plain_text_input', value: null } } })
  expect(JSON.parse(refused.body)).toEqual({ response_action: 'errors', errors: { team: 'Name a team.' } })
  const taken = await ana.submits(view, { team: { name: { type: 'plain_text_input', value: 'Core' } } })
  expect(taken).toMatchObject({ status: 200, body: '' })
  await until(
    () => slack.proxy.responseUrls.received,
    ({ length }) => length === 1,
    'a response',
  )
  expect(slack.proxy.responseUrls.received).toMatchObject([{ status: 200, body: { text: 'Opened.' } }])
})

test('commands are answered by their acknowledgement, shortcuts by their address', async () => {
  expect(await ana.command('/echo', 'a b')).toMatchObject({ status: 200, body: 'a b' })
  const sent = await ana.says('Ship it')
  expect(await ana.messageShortcut('explain', sent)).toMatchObject({ status: 200 })
  const received = await until(
    () => slack.proxy.responseUrls.received.at(-1),
    (last) => last?.body.text === 'About: Ship it',
    'a response',
  )
  expect(received?.status).toBe(200)
})

test('what is not signed by Slack, or long ago, is turned away', async () => {
  const before = echo.heard.length
  for (const options of [
    { forged: 'secret' },
    { forged: 'body' },
    { forged: 'missing' },
    { secondsAgo: 301 },
  ] as const)
    expect((await ana.mention('let me in', options)).status).toBe(401)
  expect(echo.heard).toHaveLength(before)
  expect((await ana.mention('just in time', { secondsAgo: 290 })).status).toBe(200)
})

test('a repeated delivery carries the same event', async () => {
  const sent = await ana.mention('twice')
  await sent.again({ retry: { number: 1, reason: 'http_timeout' } })
  await until(
    () => echo.heard.filter((id) => id === sent.envelope.event_id),
    ({ length }) => length === 2,
    'both deliveries',
  )
})

test('edits and deletions are told as Slack tells them', async () => {
  const sent = await ana.says('first', { channel: 'leads' })
  const edited = await ana.edits(sent, 'second')
  expect(edited.envelope.event).toMatchObject({
    subtype: 'message_changed',
    channel_type: 'group',
    message: { ts: sent.ts, text: 'second', user: ana.id },
    previous_message: { text: 'first' },
  })
  expect(await slack.history(sent.channel)).toContainEqual(expect.objectContaining({ text: 'second' }))
  const deleted = await ana.deletes(sent)
  expect(deleted.envelope.event).toMatchObject({ subtype: 'message_deleted', deleted_ts: sent.ts })
  expect(await slack.history(sent.channel)).not.toContainEqual(expect.objectContaining({ ts: sent.ts }))
})
