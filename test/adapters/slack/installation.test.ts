import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/adapters/postgres/pool.ts'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { RETENTION_QUEUE } from '../../../src/jobs/queues.ts'
import { ENCRYPTION_KEY } from '../../support/cairn-on-claude.ts'
import { answersTo, isComplete, untilSettled } from '../../support/slack/answered.ts'
import { type CairnInSlack, startCairnInSlack } from '../../support/slack/cairn-in-slack.ts'
import { approveInstall, comeBack, installCairn, visitInstall } from '../../support/slack/install.ts'
import type { Person, Sent } from '../../support/slack/person.ts'
import type { SlackTeam } from '../../support/slack/slack.ts'
import { until } from '../../support/slack/until.ts'

const QUESTION = 'what are squads?'
const OTHER_KEY = Buffer.alloc(32, 7).toString('base64')

let cairn: CairnInSlack
let acme: SlackTeam
let globex: SlackTeam
let ben: Person
let bert: Person
beforeAll(async () => {
  const people = { ada: { isAdmin: true }, bert: {} }
  cairn = await startCairnInSlack({
    mode: 'oauth',
    workspaces: [{ teamId: 'T0ACME' }, { teamId: 'T0GLOBEX', people, channels: { sales: {} } }],
  })
  ;[acme, globex] = cairn.slack.teams as [SlackTeam, SlackTeam]
  const deliver: CairnInSlack['deliver'] = (...given) => cairn.deliver(...given)
  ben = acme.person('ben', deliver)
  bert = globex.person('bert', deliver)
})
afterAll(() => cairn?.close())
beforeEach(() => cairn.slack.proxy.reset())

const ACME = 'slack-T0ACME'
const GLOBEX = 'slack-T0GLOBEX'
const answersIn = (slack: SlackTeam, sent: Sent) => answersTo({ app: cairn.app, slack }, sent)
const rolesIn = async (tenantId: string) =>
  (await cairn.app.people.people(tenantId)).map(({ role }) => role).toSorted()

/** Everything that the store has written to its disk. */
const onDisk = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
const sql = async (statement: string): Promise<Record<string, unknown>[]> => {
  const database = await openDatabase({ dataDir: cairn.dataDir })
  const { rows } = await database.pool.query(statement)
  await database.close()
  return rows
}

describe('a workspace that installs Cairn', () => {
  test('is asked for exactly what the manifest says', async () => {
    const page = await fetch(`${cairn.url}/slack/install`)
    expect(page.headers.get('content-type')).toContain('text/html')
    const { authorizeUrl, cookie } = await visitInstall(cairn.url)
    const { origin, searchParams } = new URL(authorizeUrl)
    expect(origin).toBe('https://slack.com')
    expect(searchParams.get('scope')?.split(',')).toEqual([...SCOPES])
    expect(searchParams.get('redirect_uri')).toBe('https://cairn.example.com/slack/oauth_redirect')
    expect(cookie).not.toBe('')
  })

  test('is an organization of its own: whoever installs is its admin, mentions are answered there', async () => {
    const before = await ben.mention(QUESTION)
    expect(before.status).toBe(200)
    expect((await installCairn(cairn.url, acme.emulator, 'ana')).status).toBe(200)
    expect((await installCairn(cairn.url, globex.emulator, 'ada')).status).toBe(200)
    for (const [tenantId, team, person] of [
      [ACME, acme, ben],
      [GLOBEX, globex, bert],
    ] as const) {
      expect(await rolesIn(tenantId)).toEqual(['admin'])
      const sent = await person.mention(QUESTION)
      expect((await answersIn(team, sent)).map(isComplete)).toEqual([true])
      expect(await rolesIn(tenantId)).toEqual(['admin', 'member'])
    }
    const tokens = new Set(cairn.slack.proxy.callsTo('chat.startStream').map(({ token }) => token))
    expect(tokens.size).toBe(2)
    // Nobody was there to answer what came before.
    expect(await answersIn(acme, before)).toEqual([])
  })

  test('shares nothing with others but the knowledge of all', async () => {
    const text = '# Zebra\n\n## Zebra rota\n\nThe zebra rota of Acme lasts 17 days.\n'
    await cairn.app.addDocument(ACME, 'zebra.md', Buffer.from(text), 'everyone')
    const question = 'how many days does the zebra rota last?'
    const here = await ben.mention(question, { channel: 'leads' })
    const there = await bert.mention(question)
    expect(JSON.stringify(await answersIn(acme, here))).toContain('17 days')
    expect(JSON.stringify(await answersIn(globex, there))).not.toContain('17 days')
  })
})

describe('an installation that is refused changes nothing, and says why in words for people', () => {
  const approved = async () => {
    const { authorizeUrl, cookie } = await visitInstall(cairn.url)
    return { location: await approveInstall(acme.emulator, authorizeUrl, 'ana'), cookie }
  }
  const changed = (location: string, change: (asked: URLSearchParams) => void): string => {
    const url = new URL(location)
    change(url.searchParams)
    return url.href
  }
  const refusedWith = async (response: Response, status: number) => {
    const page = await response.text()
    expect(response.status).toBe(status)
    expect(page).toContain('Cairn was not installed')
    expect(page).toContain('href="/slack/install"')
    expect(page).not.toMatch(/slack_oauth|Error|xox|stack/)
    return page
  }

  test('a state that was forged, or is none', async () => {
    const { location, cookie } = await approved()
    const forged = changed(location, (asked) => asked.set('state', 'forged'))
    await refusedWith(await comeBack(cairn.url, forged, 'slack-app-oauth-state=forged'), 400)
    await refusedWith(
      await comeBack(
        cairn.url,
        changed(location, (asked) => asked.delete('state')),
        cookie,
      ),
      400,
    )
    expect(cairn.slack.proxy.callsTo('oauth.v2.access')).toEqual([])
  })

  test('a state of somebody else’s browser', async () => {
    const { location } = await approved()
    const { cookie } = await visitInstall(cairn.url)
    await refusedWith(await comeBack(cairn.url, location, cookie), 400)
    await refusedWith(await comeBack(cairn.url, location, ''), 400)
    expect(cairn.slack.proxy.callsTo('oauth.v2.access')).toEqual([])
  })

  test('a state that was used', async () => {
    const { location, cookie } = await approved()
    expect((await comeBack(cairn.url, location, cookie)).status).toBe(200)
    const page = await refusedWith(await comeBack(cairn.url, location, cookie), 400)
    expect(page).toContain('finished already')
    expect(cairn.slack.proxy.callsTo('oauth.v2.access')).toHaveLength(1)
  })

  test('somebody who does not agree', async () => {
    const { cookie } = await visitInstall(cairn.url)
    const location = 'https://cairn.example.com/slack/oauth_redirect?error=access_denied'
    expect(await refusedWith(await comeBack(cairn.url, location, cookie), 403)).toContain('did not agree')
  })

  test('a code that Slack does not know', async () => {
    const { location, cookie } = await approved()
    const wrong = changed(location, (asked) => asked.set('code', 'wrong'))
    await refusedWith(await comeBack(cairn.url, wrong, cookie), 500)
    expect(cairn.logged.join()).toContain('invalid_code')
  })

  test('a workspace that belongs to another organization', async () => {
    await cairn.app.ensureTenant('other')
    await cairn.app.people.disconnect(GLOBEX, { platform: 'slack', workspaceId: 'T0GLOBEX' })
    await cairn.app.people.connect('other', { platform: 'slack', workspaceId: 'T0GLOBEX', name: 'Globex' })
    await cairn.app.people.markUninstalled('other', { platform: 'slack', workspaceId: 'T0GLOBEX' })
    const response = await installCairn(cairn.url, globex.emulator, 'ada')
    expect(await refusedWith(response, 409)).toContain('belongs to another organization')
    await cairn.app.people.disconnect('other', { platform: 'slack', workspaceId: 'T0GLOBEX' })
    expect((await installCairn(cairn.url, globex.emulator, 'ada')).status).toBe(200)
  })
})

describe.each([
  ['app_uninstalled', {}],
  ['tokens_revoked', { tokens: { oauth: [], bot: ['UBOT'] } }],
])('Cairn is removed: %s', (type, given) => {
  test('it keeps no token and answers nobody, and comes back with all that it knew', async () => {
    const { proxy } = cairn.slack
    const { promise: free, resolve: release } = Promise.withResolvers<void>()
    proxy.always('users.info', { until: free })
    proxy.always('conversations.members', { until: free })
    const asked = await ben.mention(QUESTION)
    const told = await cairn.app.people.people(ACME)

    expect((await ben.event({ type, ...given })).status).toBe(200)
    expect(await cairn.app.secrets.names(ACME)).toEqual([])
    const after = await ben.mention(QUESTION)
    expect(after.status).toBe(200)
    const command = await ben.command('/cairn', 'help')
    expect(command.status).toBe(200)

    release()
    await untilSettled(cairn.app)
    for (const sent of [asked, after]) expect((await answersIn(acme, sent)).filter(isComplete)).toEqual([])
    const [dead] = await cairn.app.threads.troubled(ACME)
    expect(dead).toMatchObject({
      state: 'dead',
      reason: 'Cairn is not installed in T0ACME any more; install it again',
    })
    expect(await cairn.app.people.people(ACME)).toEqual(told)
    expect((await cairn.app.passages(ACME)).some(({ document }) => /zebra/i.test(document))).toBe(true)

    proxy.reset()
    expect((await installCairn(cairn.url, acme.emulator, 'ben')).status).toBe(200)
    // An admin is there already.
    expect(await rolesIn(ACME)).toEqual(['admin', 'member'])
    const sent = await ben.mention('how many days does the zebra rota last?', { channel: 'leads' })
    expect(JSON.stringify(await answersIn(acme, sent))).toContain('17 days')
  })
})

test('somebody who takes back a token of their own does not remove Cairn', async () => {
  const revoked = { type: 'tokens_revoked', tokens: { oauth: [ben.id], bot: [] } }
  expect((await ben.event(revoked)).status).toBe(200)
  expect(await cairn.app.secrets.names(ACME)).toHaveLength(1)
})

test('thirty days after it was removed everything of the organization goes; tokens stand sealed on the disk', async () => {
  await installCairn(cairn.url, acme.emulator, 'ana')
  const [exchange] = cairn.slack.proxy.callsTo('oauth.v2.access')
  const token = String(exchange?.answer?.access_token)
  expect(token).toMatch(/^xoxb-/)
  expect((await bert.event({ type: 'app_uninstalled' })).status).toBe(200)
  await cairn.restart(async () => {
    expect(onDisk(cairn.dataDir).some((bytes) => bytes.includes(token))).toBe(false)
    const [secret] = await sql("select sealed from secrets where name = 'slack/T0ACME'")
    expect(secret?.sealed).toMatch(/^v1\./)
    const long = "now() - interval '30 days'"
    await sql(`update workspaces set uninstalled_at = ${long} where workspace_id = 'T0GLOBEX'`)
  })
  const jobs = await cairn.app.jobs()
  await jobs.send(RETENTION_QUEUE, { tenantId: 'shared' })
  await until(
    () => rolesIn(GLOBEX),
    (roles) => roles.length === 0,
    'the nightly work to be done',
  )
  expect(await rolesIn(ACME)).toEqual(['admin', 'member'])
  expect((await installCairn(cairn.url, globex.emulator, 'ada')).status).toBe(200)
  expect(await rolesIn(GLOBEX)).toEqual(['admin'])
})

test('the key of the tokens can be changed; without it nothing is lost', async () => {
  await cairn.restart(undefined, { ENCRYPTION_KEY: `${OTHER_KEY},${ENCRYPTION_KEY}` })
  expect(await cairn.app.secrets.rotate(ACME)).toBe(1)
  expect(await cairn.app.secrets.rotate(ACME)).toBe(0)
  // The old key alone opens nothing any more. What is refused meanwhile, Slack delivers again.
  await cairn.restart()
  cairn.logged.length = 0
  const sent = await ben.mention(QUESTION)
  expect(sent.status).toBe(401)
  expect(cairn.logged.join()).toContain('ENCRYPTION_KEY')
  await cairn.restart(undefined, { ENCRYPTION_KEY: OTHER_KEY })
  expect((await sent.again({ retry: { number: 1, reason: 'http_error' } })).status).toBe(200)
  expect(await answersIn(acme, sent)).toHaveLength(1)
})
