import { afterAll, beforeAll, expect, test } from 'vitest'
import { answersTo } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import type { EventOptions, Person, Sent } from '../../support/slack/person.ts'

const RULE = 'The zebra rota of Acme lasts 17 days.'
const QUESTION = 'how many days does the zebra rota last?'

let cairn: CairnInSlack
let ana: Person
let vic: Person
let gus: Person
beforeAll(async () => {
  cairn = await startCairnInSlack({
    workspaces: [
      {
        people: {
          ana: { isAdmin: true },
          // Slack calls nobody a stranger who shares a channel with the app.
          vic: { facts: { team_id: 'T0VENDOR', is_stranger: false } },
          gus: { facts: { is_restricted: true, is_ultra_restricted: true } },
        },
        channels: {
          'with-vendor': { members: ['ana', 'vic'], facts: { is_ext_shared: true, is_shared: true } },
          'about-to-be': { members: ['ana'], facts: { is_pending_ext_shared: true } },
          'with-guest': { members: ['ana', 'gus'] },
          own: { members: ['ana'] },
        },
      },
    ],
  })
  ;[ana, vic, gus] = ['ana', 'vic', 'gus'].map(cairn.person) as [Person, Person, Person]
  await cairn.app.addDocument('local', 'zebra.md', Buffer.from(`# Zebra\n\n## Rota\n\n${RULE}\n`), 'everyone')
})
afterAll(() => cairn?.close())

/** What Slack adds to events of people of other organizations. */
const FROM_VENDOR: EventOptions = {
  event: { team: 'T0VENDOR', user_team: 'T0VENDOR', source_team: 'T0VENDOR' },
  envelope: { is_ext_shared_channel: true },
}
const told = async (sent: Sent) => {
  expect(sent.status).toBe(200)
  const answers = await answersTo(cairn, sent)
  expect(answers).toHaveLength(1)
  return JSON.stringify(answers)
}
const shared = { channel: 'with-vendor', ...FROM_VENDOR }

test('among themselves, people are answered from their documents', async () => {
  expect(await told(await ana.mention(QUESTION, { channel: 'own' }))).toContain('17 days')
  expect(await told(await ana.direct(QUESTION))).toContain('17 days')
})

test.each<[string, () => Promise<Sent>]>([
  ['somebody of another organization in a channel shared with it', () => vic.mention(QUESTION, shared)],
  [
    'somebody of the own organization in such a channel',
    () => ana.mention(QUESTION, { channel: 'with-vendor' }),
  ],
  ['in a channel that is about to be shared', () => ana.mention(QUESTION, { channel: 'about-to-be' })],
  ['somebody of another organization alone with Cairn', () => vic.direct(QUESTION, FROM_VENDOR)],
  ['a guest in a channel', () => gus.mention(QUESTION, { channel: 'with-guest' })],
  ['a guest alone with Cairn', () => gus.direct(QUESTION)],
])('%s is answered from the shared knowledge alone', async (_, ask) => {
  const sent = await ask()
  expect(await told(sent)).not.toMatch(/17 days|zebra rota of acme/i)
})

test('and is answered, where the shared knowledge has the answer', async () => {
  expect(await told(await vic.mention('what are squads?', shared))).toContain('open_passage:1')
})

test('the name and address of somebody of another organization join no accounts', async () => {
  const people = await cairn.app.people.people('local')
  const vendor = people.find(({ name }) => name === 'vic')
  expect(vendor).toMatchObject({ role: 'member' })
  expect(vendor?.email).toBeUndefined()
  expect(people.find(({ name }) => name === 'ana')?.email).toBe('ana@example.com')
})

test('a command typed by somebody of another organization shows none of its screens’ secrets', async () => {
  expect((await vic.command('/cairn', 'settings', { channel: 'with-vendor' })).status).toBe(200)
  const shown = JSON.stringify(cairn.slack.proxy.responseUrls.received)
  expect(shown).not.toContain('budget')
})
