import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadUseLite } from '../../../src/adapters/embeddings/use-lite.ts'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { type App, createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { ENCRYPTION_KEY } from '../../support/cairn-on-claude.ts'
import { answersTo, isComplete } from '../../support/slack/answered.ts'
import { installCairn } from '../../support/slack/install.ts'
import type { Person } from '../../support/slack/person.ts'
import { type Slack, startSlack } from '../../support/slack/slack.ts'
import { APP, WORKSPACE } from '../../support/slack/workspace.ts'
import { makeServerDatabase, TEST_DATABASE_URL } from '../../support/test-database.ts'

const QUESTION = 'what are squads?'

describe.skipIf(!TEST_DATABASE_URL)('one process takes in, another one answers', () => {
  let slack: Slack
  let database: Awaited<ReturnType<typeof makeServerDatabase>>
  let receiver: App
  let worker: App
  let url: string
  let ben: Person
  const logged: string[] = []

  beforeAll(async () => {
    slack = await startSlack({ scopes: [...SCOPES] })
    database = await makeServerDatabase()
    const config = readConfig(
      {
        DATABASE_URL: database.url,
        PORT: '0',
        ENCRYPTION_KEY,
        SLACK_API_URL: slack.proxy.apiUrl,
        SLACK_CLIENT_ID: APP.clientId,
        SLACK_CLIENT_SECRET: APP.clientSecret,
        SLACK_SIGNING_SECRET: APP.signingSecret,
        SLACK_STATE_SECRET: 'state-secret',
        PUBLIC_URL: 'https://cairn.example.com',
      },
      '/',
    )
    const embedder = await loadUseLite()
    const logger = pino({ level: 'warn', base: null }, { write: (line: string) => void logged.push(line) })
    receiver = await createApp(config, { embedder, logger })
    worker = await createApp(config, { embedder, logger })
    const { port } = await receiver.work({ answers: false })
    await worker.work({ receives: false })
    url = `http://127.0.0.1:${port}`
    ben = slack.person('ben', slack.http(`${url}/slack/events`))
    expect((await installCairn(url, slack.emulator, 'ana')).status).toBe(200)
  })
  afterAll(async () => {
    await Promise.all([receiver?.close(), worker?.close(), slack?.close()])
    await database?.remove()
  })
  beforeEach(() => slack.proxy.reset())

  const ask = async () => {
    const sent = await ben.mention(QUESTION, { channel: 'leads' })
    expect(sent.status).toBe(200)
    return answersTo({ app: worker, slack }, sent)
  }

  test('who answers hears at once when somebody comes into a channel', async () => {
    await ask()
    await ask()
    const { proxy, emulator } = slack
    expect(proxy.callsTo('conversations.members')).toHaveLength(1)
    const { id: channel = '' } = emulator.channels.leads ?? {}
    const joined = { type: 'member_joined_channel', channel, user: emulator.users.gus?.id, channel_type: 'G' }
    expect((await ben.event(joined)).status).toBe(200)
    await ask()
    expect(proxy.callsTo('conversations.members')).toHaveLength(2)
  })

  test('who answers knows the new token as soon as Cairn is installed again', async () => {
    const { proxy, emulator } = slack
    const tokenOf = () => proxy.callsTo('chat.startStream').at(-1)?.token
    await ask()
    const before = tokenOf() as string
    proxy.refuse(before)
    const bot = emulator.botUserId
    expect((await ben.event({ type: 'tokens_revoked', tokens: { bot: [bot] } })).status).toBe(200)
    expect((await installCairn(url, emulator, 'ana')).status).toBe(200)
    expect((await ask()).map(isComplete)).toEqual([true])
    expect(tokenOf()).not.toBe(before)
    expect(await worker.threads.troubled(`slack-${WORKSPACE.teamId}`)).toEqual([])
  })
})
