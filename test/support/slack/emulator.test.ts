import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SlackEmulator, startSlackEmulator } from './emulator.ts'

describe('the emulated workspace', () => {
  let slack: SlackEmulator
  beforeAll(async () => {
    slack = await startSlackEmulator()
  })
  afterAll(() => slack?.stop())

  test('has the people, the bot and the channels that were described', async () => {
    expect(Object.keys(slack.users)).toEqual(['ana', 'ben', 'gus'])
    expect(slack.botUserId).toMatch(/^U/)
    expect(slack.botId).toMatch(/^B/)
    const members = async (channel: string, token: string) =>
      (await slack.must<{ members: string[] }>('conversations.members', { channel }, token)).members
    const { ana, ben, gus } = slack.users
    const { engineering, leads } = slack.channels
    expect(new Set(await members(engineering?.id ?? '', ana?.token ?? ''))).toEqual(
      new Set([ana?.id, ben?.id, gus?.id, slack.botUserId]),
    )
    expect(await members(leads?.id ?? '', ana?.token ?? '')).not.toContain(gus?.id)
    expect(await slack.api('conversations.info', { channel: leads?.id }, gus?.token)).toMatchObject({
      error: 'not_in_channel',
    })
  })

  test('is empty after a restart, at the same address', async () => {
    const { url } = slack
    const before = slack.channels.engineering?.id ?? ''
    await slack.must('chat.postMessage', { channel: before, text: 'Here.' })
    await slack.restart()
    expect(slack.url).toBe(url)
    expect(await slack.api('conversations.info', { channel: before })).toMatchObject({
      error: 'channel_not_found',
    })
    await slack.must('chat.postMessage', { channel: slack.channels.engineering?.id, text: 'Again.' })
  })
})

test('a token is held to its scopes, and a team has the id it was given', async () => {
  const slack = await startSlackEmulator({ teamId: 'T0GLOBEX', strictScopes: true, scopes: ['chat:write'] })
  try {
    expect(await slack.api('auth.test')).toMatchObject({ ok: true, team_id: 'T0GLOBEX' })
    expect(await slack.api('users.list')).toMatchObject({ error: 'missing_scope', needed: 'users:read' })
    const channel = slack.channels.engineering?.id
    expect(await slack.api('chat.postMessage', { channel, text: 'x' })).toMatchObject({ ok: true })
  } finally {
    await slack.stop()
  }
})
