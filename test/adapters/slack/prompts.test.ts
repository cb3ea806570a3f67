import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { FIRST_QUESTIONS } from '../../../src/conversation/first-questions.ts'
import { answersTo } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { Person } from '../../support/slack/person.ts'
import { until } from '../../support/slack/until.ts'

const QUESTION = 'what are squads?'
const PROMPTS = FIRST_QUESTIONS.map(({ label, question }) => ({ title: label, message: question }))

let cairn: CairnInSlack
let ben: Person
let direct: string
beforeAll(async () => {
  cairn = await startCairnInSlack()
  ben = cairn.person('ben')
  direct = await ben.directChannel()
})
afterAll(() => cairn?.close())
beforeEach(() => cairn.slack.proxy.reset())

const suggested = () =>
  cairn.slack.proxy.callsTo('assistant.threads.setSuggestedPrompts').map(({ args }) => args)
const channelId = (name: string) => cairn.slack.emulator.channels[name]?.id as string
const lookingAt = (name: string) => ({
  type: 'app_context_changed',
  user: ben.id,
  context: {
    entities: [
      { type: 'slack#/types/message_id', value: '1.1', team_id: 'T' },
      { type: 'slack#/types/channel_id', value: channelId(name), team_id: 'T' },
    ],
  },
})
const assistantThread = (thread_ts: string, context: object) => ({
  assistant_thread: { user_id: ben.id, channel_id: direct, thread_ts, context },
})

test('whoever opens the agent pane is suggested questions, for no thread', async () => {
  expect((await ben.opensHome('messages', { event: { channel: direct } })).status).toBe(200)
  const [given, ...more] = suggested()
  expect(given).toMatchObject({ channel_id: direct, title: expect.any(String), prompts: PROMPTS })
  // With one the pane would show none, and not say so.
  expect(given).not.toHaveProperty('thread_ts')
  expect(more).toEqual([])
  expect(cairn.slack.proxy.callsTo('views.publish')).toEqual([])
})

test('the first message in the pane has no thread, and is answered below itself', async () => {
  const sent = await ben.direct(PROMPTS[0]?.message ?? '')
  expect(sent.envelope.event).not.toHaveProperty('thread_ts')
  const answers = await answersTo(cairn, sent)
  expect(answers).toMatchObject([{ thread_ts: sent.ts }])
  const followUp = await ben.direct('and in the next stage?', { threadTs: sent.ts })
  expect(await answersTo(cairn, followUp)).toHaveLength(2)
})

test('in an assistant thread of the old kind they are for that thread', async () => {
  const event = { type: 'assistant_thread_started', ...assistantThread('171.1', {}) }
  expect((await ben.event(event)).status).toBe(200)
  expect(suggested()).toMatchObject([{ channel_id: direct, thread_ts: '171.1', prompts: PROMPTS }])
})

test('suggestions that Slack refuses are no failure of the event', async () => {
  cairn.slack.proxy.always('assistant.threads.setSuggestedPrompts', { error: 'not_allowed' })
  expect((await ben.opensHome('messages', { event: { channel: direct } })).status).toBe(200)
})

/** The channel that the form for sharing a private answer offers. */
const offered = async (): Promise<unknown> => {
  const sent = await ben.direct(QUESTION)
  const answer = (await answersTo(cairn, sent)).at(-1)
  if (!answer) throw new Error('there is no answer')
  const before = cairn.slack.proxy.callsTo('views.open').length
  await ben.uses(answer, 'share')
  const [form] = await until(
    () => cairn.slack.proxy.callsTo('views.open').slice(before),
    ([call]) => call?.answer !== undefined,
    'the form',
  )
  return /"initial_conversation":"(\w+)"/.exec(JSON.stringify(form?.args.view))?.[1]
}

test('the channel beside the pane is offered when an answer is shared: the last one that was looked at', async () => {
  expect(await offered()).toBeUndefined()
  await ben.event(lookingAt('engineering'))
  expect(await offered()).toBe(channelId('engineering'))
  await ben.event(lookingAt('leads'))
  expect(await offered()).toBe(channelId('leads'))
  const context = { channel_id: channelId('engineering'), team_id: 'T' }
  await ben.event({ type: 'assistant_thread_context_changed', ...assistantThread('171.1', context) })
  expect(await offered()).toBe(channelId('engineering'))
  // Where no channel is told, the last one stays.
  await ben.event({ type: 'app_context_changed', user: ben.id, context: { entities: [] } })
  expect(await offered()).toBe(channelId('engineering'))
})
