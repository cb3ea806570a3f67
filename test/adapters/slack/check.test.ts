import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSlack } from '../../../src/adapters/slack/check.ts'
import { SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { readConfig, type SlackConfig } from '../../../src/config.ts'
import { type Slack, startSlack } from '../../support/slack/slack.ts'
import { APP, botToken } from '../../support/slack/workspace.ts'

const [whole, poor] = [{ teamId: 'T0WHOLE' }, { teamId: 'T0POOR' }]

let slack: Slack
beforeAll(async () => {
  const missing = ['im:write', 'files:read']
  slack = await startSlack(
    { ...whole, scopes: [...SCOPES] },
    { ...poor, scopes: SCOPES.filter((scope) => !missing.includes(scope)) },
  )
})
afterAll(() => slack?.close())

const configOf = (env: Record<string, string>): SlackConfig =>
  readConfig(
    {
      SLACK_API_URL: slack.proxy.apiUrl,
      SLACK_BOT_TOKEN: botToken(whole),
      SLACK_APP_TOKEN: APP.appToken,
      ...env,
    },
    '/',
  ).slack as SlackConfig
const check = (env: Record<string, string> = {}) => checkSlack(configOf(env))

test('what works says as whom, where and how', async () => {
  expect(await check()).toBe('@cairn in T0WHOLE, through a socket')
  expect(await check({ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'secret' })).toBe(
    '@cairn in T0WHOLE, called at /slack/events',
  )
})

test('many workspaces: where they install it', async () => {
  const env = {
    SLACK_BOT_TOKEN: '',
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: 's',
    SLACK_STATE_SECRET: 's',
    SLACK_SIGNING_SECRET: 's',
    PUBLIC_URL: 'https://cairn.example.com',
    ENCRYPTION_KEY: 'k',
  }
  expect(await check(env)).toBe(
    'many workspaces; each is installed at https://cairn.example.com/slack/install',
  )
})

test.each<[string, () => Record<string, string>, string]>([
  [
    'scopes that were not granted',
    () => ({ SLACK_BOT_TOKEN: botToken(poor) }),
    'Slack did not grant files:read, im:write; add them under OAuth & Permissions and install the app again.',
  ],
  [
    'a token that is none',
    () => ({ SLACK_BOT_TOKEN: 'xoxb-none' }),
    'SLACK_BOT_TOKEN does not work: Slack refused: the token is not valid; install Cairn into the workspace again.',
  ],
  [
    'an app-level token that is none',
    () => ({ SLACK_APP_TOKEN: 'xapp-none' }),
    'SLACK_APP_TOKEN does not work: Slack refused it (invalid_auth); generate one with the scope connections:write under Basic Information, App-Level Tokens.',
  ],
  [
    'a Slack that is not there',
    () => ({ SLACK_API_URL: 'http://127.0.0.1:9' }),
    'SLACK_BOT_TOKEN does not work: Slack cannot be reached.',
  ],
])('%s', async (_, env, message) => {
  await expect(check(env())).rejects.toMatchObject({ code: 'bad_config', message })
})

test('a token that was revoked', async () => {
  slack.proxy.refuse(botToken(whole))
  const message =
    'SLACK_BOT_TOKEN does not work: Slack refused: the token was revoked; install Cairn into the workspace again.'
  await expect(check()).rejects.toMatchObject({ code: 'bad_config', message })
})
