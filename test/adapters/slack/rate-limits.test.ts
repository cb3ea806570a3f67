import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { answersTo, isComplete, untilSettled } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { SlackMessage } from '../../support/slack/conversation.ts'
import type { Person, Sent } from '../../support/slack/person.ts'

const QUESTIONS = ['what are squads?', 'what are the risks of growing from 8 to 25 developers?']

let cairn: CairnInSlack
let ben: Person
beforeAll(async () => {
  cairn = await startCairnInSlack()
  ben = cairn.person('ben')
})
afterAll(() => cairn?.close())
beforeEach(() => cairn.slack.proxy.reset())

/** Mentions in two channels, and further questions below the first ones. */
const ask = async (mentions: number): Promise<Map<string, Sent[]>> => {
  const threads = new Map<string, Sent[]>()
  for (let n = 0; n < mentions; n++) {
    const channel = n % 2 === 0 ? 'engineering' : 'leads'
    const sent = await ben.mention(QUESTIONS[n % 2] as string, { channel })
    threads.set(sent.ts, [sent])
  }
  for (const [head] of [...threads.values()].slice(0, 4))
    if (head)
      threads.get(head.ts)?.push(await ben.says('and why?', { channel: head.channel, threadTs: head.ts }))
  return threads
}

const numberOf = ({ metadata }: SlackMessage): number =>
  Number(String(metadata?.event_payload.key).split(':')[1])

/** Every question has one answer, in the order in which they were asked. */
const expectAnswered = async (threads: Map<string, Sent[]>) => {
  for (const [head, ...more] of threads.values()) {
    const answers = await answersTo(cairn, head as Sent)
    expect(answers.map(isComplete)).toEqual(Array.from({ length: 1 + more.length }, () => true))
    const order = answers.map(numberOf)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  }
  expect(await cairn.app.threads.troubled('local')).toEqual([])
}

test('nothing is taken for a while: in the end each question is answered once, in order', async () => {
  const { proxy } = cairn.slack
  for (const method of ['assistant.threads.setStatus', 'chat.startStream', 'chat.postMessage'])
    proxy.always(method, { status: 429, retryAfter: 1 })
  const threads = await ask(6)
  await setTimeout(4_000)
  for (const method of ['assistant.threads.setStatus', 'chat.startStream', 'chat.postMessage'])
    proxy.always(method, undefined)
  await untilSettled(cairn.app, 20_000)
  await expectAnswered(threads)
  // A refused call is not repeated before its time: four workers ask once a second.
  expect(proxy.callsTo('chat.postMessage').length).toBeLessThan(5 * 4 + threads.size + 4)
})

test('one post a second in each channel: all of them arrive, one after the other', async () => {
  const { proxy } = cairn.slack
  proxy.always('chat.startStream', { status: 429, retryAfter: 30 })
  proxy.limit('chat.postMessage', { calls: 1, perMs: 1_000, by: 'channel' })
  const threads = await ask(6)
  await untilSettled(cairn.app, 40_000)
  await expectAnswered(threads)
})

test('a status that is refused does no harm', async () => {
  const { proxy } = cairn.slack
  proxy.always('assistant.threads.setStatus', { status: 429, retryAfter: 30 })
  const sent = await ben.mention(QUESTIONS[0] as string)
  expect((await answersTo(cairn, sent)).map(isComplete)).toEqual([true])
  expect(proxy.callsTo('assistant.threads.setStatus')).toHaveLength(1)
})
