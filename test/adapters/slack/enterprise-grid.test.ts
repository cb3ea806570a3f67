import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { answersTo } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import { comeBack, visitInstall } from '../../support/slack/install.ts'
import type { EventOptions, Person } from '../../support/slack/person.ts'

// The emulator knows no Enterprise Grid: what Slack would tell of one is said by hand, as its pages show it.

const GRID = 'E0GRID'
const TENANT = `slack-${GRID}`
const RULE = 'The zebra rota of Acme lasts 17 days.'
const QUESTION = 'how many days does the zebra rota last?'

let cairn: CairnInSlack
let ben: Person
beforeAll(async () => {
  cairn = await startCairnInSlack({
    mode: 'oauth',
    workspaces: [{ people: { ana: { isAdmin: true }, ben: {} }, channels: { engineering: {} } }],
  })
  ben = cairn.person('ben')
  for (const { id } of Object.values(cairn.slack.emulator.users))
    cairn.slack.proxy.describe(id, {
      enterprise_user: { id, enterprise_id: GRID, teams: [cairn.slack.emulator.teamId, 'T0SIBLING'] },
    })
})
afterAll(() => cairn?.close())
beforeEach(() => cairn.slack.proxy.reset())

/** Installs into the whole organization, as its owner does. */
const install = async (): Promise<Response> => {
  const { emulator, proxy } = cairn.slack
  proxy.next('oauth.v2.access', {
    answer: {
      ok: true,
      app_id: emulator.appId,
      is_enterprise_install: true,
      enterprise: { id: GRID, name: 'Acme everywhere' },
      team: null,
      access_token: emulator.token,
      token_type: 'bot',
      scope: SCOPES.join(','),
      bot_user_id: emulator.botUserId,
      authed_user: { id: emulator.users.ana?.id },
    },
  })
  const { authorizeUrl, cookie } = await visitInstall(cairn.url)
  const state = new URL(authorizeUrl).searchParams.get('state') ?? ''
  const asked = new URLSearchParams({ code: 'code', state })
  return comeBack(cairn.url, `https://cairn.example.com/slack/oauth_redirect?${asked}`, cookie)
}

/** An event of a workspace of the Grid. */
const from = (team_id: string): EventOptions => ({
  event: { team: team_id },
  envelope: {
    team_id,
    enterprise_id: GRID,
    authorizations: [
      { enterprise_id: GRID, team_id: null, user_id: 'UBOT', is_bot: true, is_enterprise_install: true },
    ],
  },
})

test('is one organization of Cairn’s, whichever workspace its people write in', async () => {
  const { emulator, proxy } = cairn.slack
  const installed = await install()
  expect(installed.status).toBe(200)
  expect(await cairn.app.people.workspaces(TENANT)).toMatchObject([
    { workspaceId: GRID, name: 'Acme everywhere' },
  ])
  await cairn.app.addDocument(TENANT, 'zebra.md', Buffer.from(`# Zebra\n\n## Rota\n\n${RULE}\n`), 'everyone')
  for (const workspace of [emulator.teamId, 'T0SIBLING']) {
    const sent = await ben.mention(QUESTION, from(workspace))
    expect(JSON.stringify(await answersTo(cairn, sent))).toContain('17 days')
  }
  // People belong to workspaces, never to the Grid itself.
  const starts = proxy.callsTo('chat.startStream').map(({ args }) => args.recipient_team_id)
  expect(starts).toEqual([emulator.teamId, emulator.teamId])
  expect(await cairn.app.people.people(TENANT)).toMatchObject([{ role: 'admin' }, { name: 'ben' }])
})

test('a command that is given in one of its workspaces finds its way', async () => {
  const { emulator, proxy } = cairn.slack
  const command = { team_id: emulator.teamId, enterprise_id: GRID, is_enterprise_install: 'true' }
  const given = {
    ...command,
    command: '/cairn',
    text: 'help',
    user_id: ben.id,
    user_name: 'ben',
    channel_id: emulator.channels.engineering?.id ?? '',
    response_url: proxy.responseUrls.create(),
    trigger_id: 'trigger',
  }
  expect((await cairn.deliver('slash_commands', given)).status).toBe(200)
  expect(JSON.stringify(proxy.responseUrls.received)).toContain('What you can type')
})

test('once it is removed from the Grid, it is removed from all of it', async () => {
  const { emulator } = cairn.slack
  const removed = await ben.event({ type: 'app_uninstalled' }, from(emulator.teamId))
  expect(removed.status).toBe(200)
  expect(await cairn.app.secrets.names(TENANT)).toEqual([])
  const sent = await ben.mention(QUESTION, from('T0SIBLING'))
  expect(sent.status).toBe(200)
  expect(await answersTo(cairn, sent)).toEqual([])
  expect((await install()).status).toBe(200)
  const again = await ben.mention(QUESTION, from('T0SIBLING'))
  expect(JSON.stringify(await answersTo(cairn, again))).toContain('17 days')
})
