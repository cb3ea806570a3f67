import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type EchoApp, startSocketEcho } from './echo-app.ts'
import type { Person } from './person.ts'
import { type Slack, startSlack } from './slack.ts'
import { until } from './until.ts'

let slack: Slack
let echo: EchoApp
let ben: Person
beforeAll(async () => {
  slack = await startSlack()
  echo = await startSocketEcho(slack.proxy, slack.emulator.token)
  ben = slack.person('ben', slack.socket)
})
afterAll(async () => {
  await echo?.stop()
  await slack?.close()
})
beforeEach(() => slack.proxy.reset())

test('a mention is acknowledged and answered', async () => {
  const sent = await ben.mention('hello')
  expect(sent).toMatchObject({ status: 200, body: '' })
  expect(await slack.untilReplied(sent.channel, sent.ts)).toMatchObject([{ text: 'hello' }])
})

test('an acknowledgement carries what answers a command or a form', async () => {
  const answer = await ben.command('/echo', 'a b')
  expect(answer).toMatchObject({ status: 200 })
  expect(JSON.parse(answer.body)).toEqual({ text: 'a b' })
  const sent = await ben.mention('press')
  const [message] = await slack.untilReplied(sent.channel, sent.ts)
  if (!message) throw new Error('there is no message')
  expect(await ben.uses(message, 'open')).toMatchObject({ status: 200 })
})

test('what nobody acknowledges is delivered again', async () => {
  const { socket } = slack.proxy
  socket.patienceMs = 100
  const { ack } = await socket.send('interactive', { type: 'unheard of' })
  expect(ack).toBeUndefined()
  expect(await socket.redeliver()).toMatchObject([{ sent: 2 }])
  expect(await ben.command('/unheard-of')).toMatchObject({ status: 408 })
  socket.patienceMs = 3_000
})

test('every connection of an app has its turn', async () => {
  const second = await startSocketEcho(slack.proxy, slack.emulator.token)
  try {
    expect(slack.proxy.socket.connections).toBe(2)
    const before = echo.heard.length
    for (const text of ['one', 'two']) expect((await ben.mention(text)).status).toBe(200)
    await until(
      () => [echo.heard.length - before, second.heard.length],
      ([first, other]) => first === 1 && other === 1,
      'both to hear one',
    )
  } finally {
    await second.stop()
  }
})

test('an app that is told to connects anew, and misses nothing', async () => {
  const { socket } = slack.proxy
  socket.disconnect()
  await until(
    () => slack.proxy.callsTo('apps.connections.open').length,
    (count) => count > 0,
    'another connection',
  )
  const sent = await ben.mention('still there?')
  expect(sent.status).toBe(200)
  expect(await slack.untilReplied(sent.channel, sent.ts)).toHaveLength(1)
  socket.cut()
  expect((await ben.mention('and now?')).status).toBe(200)
})
