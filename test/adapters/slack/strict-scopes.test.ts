import { afterAll, beforeAll, expect, test } from 'vitest'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { answersTo, untilSettled } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { Person } from '../../support/slack/person.ts'
import { until } from '../../support/slack/until.ts'

const QUESTION = 'what are squads?'

let cairn: CairnInSlack
let ana: Person
let ben: Person
beforeAll(async () => {
  cairn = await startCairnInSlack({
    workspaces: [
      {
        strictScopes: true,
        scopes: [...SCOPES],
        people: { ana: { isAdmin: true }, ben: {} },
        channels: {
          engineering: {},
          leads: { isPrivate: true },
          elsewhere: { isPrivate: true, withBot: false },
        },
      },
    ],
  })
  ;[ana, ben] = [cairn.person('ana'), cairn.person('ben')]
})
afterAll(() => cairn?.close())

test('with exactly the scopes of the manifest Cairn may do all that it does', async () => {
  const { proxy } = cairn.slack
  for (const channel of ['engineering', 'leads']) {
    const sent = await ben.mention(QUESTION, { channel })
    expect(await answersTo(cairn, sent)).toHaveLength(1)
    const followUp = await ana.says('and what are tribes?', { channel, threadTs: sent.ts })
    expect(await answersTo(cairn, followUp)).toHaveLength(2)
    await ben.edits(sent, `<@${cairn.slack.emulator.botUserId}> what are tribes?`)
    expect(await answersTo(cairn, sent)).toHaveLength(2)
    await ben.deletes(sent)
  }
  const direct = await ben.direct(QUESTION)
  const [answer] = await answersTo(cairn, direct)
  if (!answer) throw new Error('there is no answer')
  await ben.uses(answer, 'open_passage:1')
  await ben.uses(answer, 'feedback', { value: /down:[-\w]+/.exec(JSON.stringify(answer.blocks))?.[0] })
  await ben.uses(answer, 'share')
  const [form] = await until(
    () =>
      proxy.callsTo('views.open').filter(({ answer: opened }) => JSON.stringify(opened).includes('"share"')),
    (calls) => calls.length > 0,
    'the form',
  )
  const channel = {
    channel: {
      type: 'conversations_select',
      selected_conversation: cairn.slack.emulator.channels.engineering?.id,
    },
  }
  await ben.submits(form?.answer?.view as Record<string, unknown>, { channel })
  await ana.opensHome('home')
  await ana.opensHome('messages')
  await ben.command('/cairn', 'help')
  await ben.command('/cairn', `ask ${QUESTION}`)
  await ben.command('/cairn', `ask ${QUESTION} --share`)
  await ana.command('/cairn', 'settings')
  await untilSettled(cairn.app)
  // Where Cairn is no member, and a command can no longer be answered in its place, direct messages are left.
  proxy.responseUrls.next(404, 404, 404, 404)
  await ben.command('/cairn', `ask ${QUESTION}`, { channel: 'elsewhere' })
  await untilSettled(cairn.app)
  const calls = proxy.calls.map(({ method }) => method)
  const alone = await cairn.slack.history(await ben.directChannel())
  expect(JSON.stringify(alone.at(-1)?.blocks)).toContain('open_passage:1')
  for (const method of ['chat.startStream', 'chat.update', 'chat.delete', 'views.open', 'views.publish'])
    expect(calls).toContain(method)
  const missing = proxy.calls.filter(({ answer: told }) => told?.error === 'missing_scope')
  expect(missing.map(({ method, answer: told }) => [method, told?.needed])).toEqual([])
})
