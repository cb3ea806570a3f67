import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

const ALL = {
  SLACK_BOT_TOKEN: 'xoxb-bot',
  SLACK_APP_TOKEN: 'xapp-app',
  SLACK_SIGNING_SECRET: 'signing',
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'client',
  SLACK_STATE_SECRET: 'state',
  PUBLIC_URL: 'https://cairn.example.com',
  ENCRYPTION_KEY: 'key',
}
type Key = keyof typeof ALL
const only = (...keys: Key[]) => Object.fromEntries(keys.map((key) => [key, ALL[key]]))
const slackOf = (env: Record<string, string>) => readConfig(env, '/').slack
const OAUTH: Key[] = [
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
  'SLACK_STATE_SECRET',
  'SLACK_SIGNING_SECRET',
  'PUBLIC_URL',
  'ENCRYPTION_KEY',
]

describe('how Slack is connected', () => {
  test('not at all', () => {
    expect(slackOf({})).toBeUndefined()
    expect(slackOf({ SLACK_BOT_TOKEN: ' ' })).toBeUndefined()
    expect(slackOf(only('SLACK_SIGNING_SECRET', 'PUBLIC_URL'))).toBeUndefined()
  })

  test('through a socket, over HTTP, or for many workspaces', () => {
    expect(slackOf(only('SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'))).toEqual({
      mode: 'socket',
      apiUrl: undefined,
      botToken: 'xoxb-bot',
      appToken: 'xapp-app',
    })
    expect(slackOf(only('SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'))).toEqual({
      mode: 'http',
      apiUrl: undefined,
      botToken: 'xoxb-bot',
      signingSecret: 'signing',
    })
    expect(slackOf(only(...OAUTH))).toEqual({
      mode: 'oauth',
      apiUrl: undefined,
      signingSecret: 'signing',
      clientId: '1.2',
      clientSecret: 'client',
      stateSecret: 'state',
      publicUrl: 'https://cairn.example.com',
    })
  })

  test('one workspace goes before many, and a socket before HTTP', () => {
    expect(slackOf(ALL)).toMatchObject({ mode: 'socket' })
    expect(slackOf(only('SLACK_BOT_TOKEN', ...OAUTH))).toMatchObject({ mode: 'http' })
  })

  test('the address of the API ends in a slash', () => {
    for (const SLACK_API_URL of ['http://127.0.0.1:4003/api', 'http://127.0.0.1:4003/api/'])
      expect(slackOf({ ...ALL, SLACK_API_URL })).toMatchObject({ apiUrl: 'http://127.0.0.1:4003/api/' })
  })

  test.each<[Key, Record<string, string>]>([
    ['SLACK_APP_TOKEN', only('SLACK_BOT_TOKEN')],
    ...OAUTH.filter((key) => key !== 'SLACK_CLIENT_ID').map((key): [Key, Record<string, string>] => [
      key,
      only(...OAUTH.filter((other) => other !== key)),
    ]),
  ])('%s is asked for where it is missing', (key, env) => {
    expect(() => slackOf(env)).toThrow(
      new RegExp(`^${key} is not set, and .*Set it in the environment or in \\.env\\.$`),
    )
  })

  test.each([
    ['SLACK_BOT_TOKEN', 'xoxp-a-person', 'expected a bot token; it starts with xoxb-'],
    ['SLACK_APP_TOKEN', 'xoxb-bot', 'expected an app-level token; it starts with xapp-'],
    ['PUBLIC_URL', 'cairn.example.com', 'expected a URL such as https://cairn.example.com'],
    ['PUBLIC_URL', 'ftp://cairn.example.com', 'expected a URL such as https://cairn.example.com'],
    ['SLACK_API_URL', 'slack.com', 'expected a URL such as https://slack.com/api/'],
  ])('%s is not %s', (key, value, expected) => {
    expect(() => slackOf({ ...ALL, [key]: value })).toThrow(expected)
  })

  test('every other combination is either refused, naming one key, or complete; no secret is ever told', () =>
    fc.assert(
      fc.property(fc.subarray(Object.keys(ALL) as Key[]), fc.boolean(), (keys, isWrong) => {
        const env: Record<string, string> = only(...keys)
        if (isWrong && env.SLACK_BOT_TOKEN) env.SLACK_BOT_TOKEN = 'hush-1234'
        try {
          const slack = slackOf(env)
          for (const value of Object.values({ ...slack, apiUrl: '' })) expect(value).toBeDefined()
        } catch (error) {
          const { message, code } = error as Error & { code: string }
          expect(code).toBe('bad_config')
          expect(Object.keys(ALL).filter((key) => message.startsWith(key))).toHaveLength(1)
          expect(message).not.toContain('hush-1234')
        }
      }),
    ))
})
