import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { answersTo } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { Person } from '../../support/slack/person.ts'
import { until } from '../../support/slack/until.ts'

const QUESTION = 'what are squads?'

let cairn: CairnInSlack
let ben: Person
beforeAll(async () => {
  cairn = await startCairnInSlack({ mode: 'socket' })
  ben = cairn.person('ben')
})
afterAll(() => cairn?.close())
beforeEach(() => {
  cairn.slack.proxy.reset()
  cairn.slack.proxy.socket.patienceMs = 3_000
})

test('a mention is acknowledged at once, and answered in its thread', async () => {
  const { promise: free, resolve: release } = Promise.withResolvers<void>()
  for (const method of ['assistant.threads.setStatus', 'chat.startStream', 'users.info'])
    cairn.slack.proxy.always(method, { until: free })
  const sent = await ben.mention(QUESTION)
  expect(sent).toMatchObject({ status: 200, body: '' })
  expect(sent.ms).toBeLessThan(1_000)
  release()
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})

test('a command is answered for whoever typed it', async () => {
  expect(await ben.command('/cairn', `ask ${QUESTION}`)).toMatchObject({ status: 200, body: '' })
  const told = await until(
    () => cairn.slack.proxy.responseUrls.received,
    ({ length }) => length >= 2,
    'that it is looked up, and the answer',
  )
  const shown = told.map(({ body }) => body)
  expect(shown.map(({ response_type }) => response_type)).toEqual(['ephemeral', 'ephemeral'])
  expect(JSON.stringify(shown.at(-1))).toMatch(/squad/i)
})

test('a button under an answer opens its passage', async () => {
  const sent = await ben.mention(QUESTION)
  const [answer] = await answersTo(cairn, sent)
  if (!answer) throw new Error('there is no answer')
  expect(await ben.uses(answer, 'open_passage:1')).toMatchObject({ status: 200 })
  const [opened] = await until(
    () => cairn.slack.proxy.callsTo('views.open'),
    (calls) => calls[0]?.answer !== undefined,
    'the passage',
  )
  expect(opened?.answer).toMatchObject({ ok: true, view: { type: 'modal' } })
})

test('what the store cannot take is not acknowledged, and answered when it comes again', async () => {
  const { socket } = cairn.slack.proxy
  socket.patienceMs = 300
  vi.spyOn(cairn.app.threads, 'accept').mockRejectedValueOnce(new Error('the store is down'))
  const sent = await ben.mention(QUESTION)
  expect(sent.status).toBe(408)
  expect(await answersTo(cairn, sent)).toEqual([])
  socket.patienceMs = 3_000
  expect(await socket.redeliver()).toMatchObject([{ sent: 2, ack: {} }])
  expect(await answersTo(cairn, sent)).toHaveLength(1)
  // Slack may deliver again what it believes lost.
  await sent.again({ retry: { number: 2, reason: 'timeout' } })
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})

test('Slack asks for a new connection: what comes next is answered', async () => {
  cairn.slack.proxy.socket.disconnect()
  const sent = await ben.mention(QUESTION)
  expect(sent.status).toBe(200)
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})

test('the connection breaks off, and Slack gives no new one for a while: Cairn asks until it does', async () => {
  const { socket, next, callsTo } = cairn.slack.proxy
  next('apps.connections.open', { cut: 'before' }, { status: 503 })
  socket.cut()
  await until(
    () => callsTo('apps.connections.open').length,
    (count) => count >= 3,
    'Cairn to connect again',
    30_000,
  )
  const sent = await ben.mention(QUESTION)
  expect(sent.status).toBe(200)
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})

test('a Cairn that ends takes nothing more in, and the next one is sent what was not taken', async () => {
  const { socket } = cairn.slack.proxy
  await cairn.restart(
    async () =>
      void (await until(
        () => socket.connections,
        (count) => count === 0,
        'the connection to end',
      )),
  )
  const sent = await ben.mention(QUESTION)
  expect(sent.status).toBe(200)
  expect(await answersTo(cairn, sent)).toHaveLength(1)
})

test('an app-level token that does not work: Cairn does not start, and says which', async () => {
  const starting = startCairnInSlack({ mode: 'socket', env: { SLACK_APP_TOKEN: 'xapp-wrong' } })
  await expect(starting).rejects.toThrow(
    'SLACK_APP_TOKEN does not work: Slack refused it (invalid_auth); generate one with the scope connections:write',
  )
})
