import { LogLevel, WebClient } from '@slack/web-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approveInstall } from './install.ts'
import { type Slack, startSlack } from './slack.ts'
import { APP } from './workspace.ts'

let slack: Slack
let bot: WebClient
let channel: string
beforeAll(async () => {
  slack = await startSlack(
    { strictScopes: true },
    { teamId: 'T0GLOBEX', people: { zoe: {} }, channels: { shop: {} } },
  )
  const options = { slackApiUrl: slack.proxy.apiUrl, retryConfig: { retries: 0 } }
  bot = new WebClient(slack.emulator.token, options)
  channel = slack.emulator.channels.engineering?.id ?? ''
})
afterAll(() => slack?.close())
beforeEach(() => slack.proxy.reset())

/** The error with which a call fails. */
const errorOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'none',
    (error: { data?: { error?: string }; message: string }) => error.data?.error ?? error.message,
  )

describe('streams', () => {
  const start = async (more: object = {}) => {
    const parent = await bot.chat.postMessage({ channel, text: 'Asked.' })
    const { ana } = slack.emulator.users
    const to = { recipient_user_id: ana?.id ?? '', recipient_team_id: slack.emulator.teamId }
    const { ts = '' } = await bot.chat.startStream({ channel, thread_ts: parent.ts ?? '', ...to, ...more })
    return { ts, parent: parent.ts ?? '' }
  }

  test('keep tasks, a plan and blocks, and end with blocks and metadata', async () => {
    const { ts, parent } = await start({ task_display_mode: 'plan' })
    const task = { type: 'task_update', id: '1', title: 'Search' } as const
    const plan = { type: 'plan_update', title: 'Plan' } as const
    await bot.chat.appendStream({ channel, ts, chunks: [plan, { ...task, status: 'in_progress' }] })
    await bot.chat.appendStream({
      channel,
      ts,
      chunks: [
        { ...task, status: 'complete' },
        { type: 'markdown_text', text: 'Found.' },
      ],
    })
    expect(await errorOf(bot.chat.update({ channel, ts, text: 'x' }))).toBe('streaming_state_conflict')
    expect(await errorOf(bot.chat.delete({ channel, ts }))).toBe('cant_delete_message')
    const metadata = { event_type: 'answer', event_payload: { key: 'k' } }
    await bot.chat.stopStream({ channel, ts, chunks: [], blocks: [{ type: 'divider' }], metadata })
    const [, shown] = await slack.replies(channel, parent)
    expect(shown).toMatchObject({
      text: 'Found.',
      metadata,
      blocks: [
        { type: 'plan', title: 'Plan', tasks: [{ task_id: '1', status: 'complete' }] },
        { type: 'divider' },
      ],
    })
    expect(await errorOf(bot.chat.update({ channel, ts, text: 'x' }))).toBe('none')
  })

  test('are refused as Slack refuses them', async () => {
    const { ts } = await start({ markdown_text: 'a' })
    const chunks = [{ type: 'markdown_text', text: 'b' }] as const
    const append = (more: object) => errorOf(bot.chat.appendStream({ channel, ts, ...more } as never))
    expect(await append({ chunks })).toBe('streaming_mode_mismatch')
    expect(await append({ markdown_text: 'x'.repeat(12_001) })).toBe('msg_too_long')
    expect(await append({})).toBe('markdown_text_or_chunks_required')
    slack.proxy.streams.stopByUser(ts)
    expect(await append({ markdown_text: 'b' })).toBe('stopped_by_user')
    slack.proxy.streams.expire()
    expect(await errorOf(bot.chat.stopStream({ channel, ts: '1.2' }))).toBe('message_not_in_streaming_state')
    expect(await errorOf(start({ recipient_team_id: '' }))).toBe('missing_recipient_team_id')
  })
})

test('calls meet what was put in their way, once or as long as it stands', async () => {
  const post = () => errorOf(bot.chat.postMessage({ channel, text: 'x' }))
  slack.proxy.next('chat.postMessage', { error: 'is_archived' }, { status: 500 }, { answer: { ok: true } })
  expect([await post(), await post(), await post(), await post()]).toEqual([
    'is_archived',
    expect.stringContaining('500'),
    'none',
    'none',
  ])
  slack.proxy.always('chat.postMessage', { error: 'restricted_action' })
  expect([await post(), await post()]).toEqual(['restricted_action', 'restricted_action'])
  slack.proxy.always('chat.postMessage', undefined)
  expect(await post()).toBe('none')
  expect(slack.proxy.calls).toHaveLength(7)
})

test('content that is held to be wrong is refused', async () => {
  slack.proxy.check = ({ args }) => (Array.isArray(args.blocks) && args.blocks.length > 1 ? ['too many'] : [])
  const post = (count: number) =>
    errorOf(bot.chat.postMessage({ channel, text: 'x', blocks: Array(count).fill({ type: 'divider' }) }))
  expect([await post(1), await post(2)]).toEqual(['none', 'invalid_blocks'])
  expect(slack.proxy.calls.at(-1)?.answer).toMatchObject({ errors: ['too many'] })
  slack.proxy.check = () => []
})

test('a rate limit counts by an argument, and says when it is over', async () => {
  const patient = new WebClient(slack.emulator.token, {
    slackApiUrl: slack.proxy.apiUrl,
    rejectRateLimitedCalls: true,
  })
  slack.proxy.limit('chat.postMessage', { calls: 2, perMs: 1_000, by: 'channel' })
  const post = (to: string) => errorOf(patient.chat.postMessage({ channel: to, text: 'x' }))
  const leads = slack.emulator.channels.leads?.id ?? ''
  const results = [await post(channel), await post(channel), await post(channel), await post(leads)]
  expect(results).toEqual(['none', 'none', expect.stringContaining('rate-limit'), 'none'])
  await new Promise((resolve) => setTimeout(resolve, 1_010))
  expect(await post(channel)).toBe('none')
})

test('silence is kept until it is over', async () => {
  slack.proxy.isSilent = true
  const hasty = new WebClient(slack.emulator.token, {
    slackApiUrl: slack.proxy.apiUrl,
    timeout: 100,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  })
  expect(await errorOf(hasty.auth.test())).toContain('timeout')
  slack.proxy.isSilent = false
  expect(await errorOf(hasty.auth.test())).toBe('none')
})

test('people and conversations are told of in full', async () => {
  const { gus, ana } = slack.emulator.users
  const who = async (user = '') => (await bot.users.info({ user })).user
  expect(await who(gus?.id)).toMatchObject({ name: 'gus', is_restricted: true, is_email_confirmed: true })
  expect(await who(ana?.id)).toMatchObject({ is_admin: true, is_restricted: false })
  slack.proxy.describe(ana?.id ?? '', { is_email_confirmed: false })
  expect(await who(ana?.id)).toMatchObject({ is_email_confirmed: false })
  slack.proxy.describe(channel, { is_ext_shared: true })
  const options = { slackApiUrl: slack.proxy.apiUrl }
  const { channel: shared } = await new WebClient(ana?.token, options).conversations.info({ channel })
  expect(shared).toMatchObject({ name: 'engineering', is_ext_shared: true, is_org_shared: false })
})

test('metadata and Markdown are as at Slack', async () => {
  const metadata = { event_type: 'answer', event_payload: { key: 'k' } }
  const { ts = '' } = await bot.chat.postMessage({ channel, markdown_text: '**Bold**', metadata })
  const reader = new WebClient(slack.emulator.users.ana?.token, { slackApiUrl: slack.proxy.apiUrl })
  const read = async (more: object) =>
    (await reader.conversations.replies({ channel, ts, ...more })).messages?.[0]
  expect(await read({})).toMatchObject({ text: '**Bold**' })
  expect(await read({})).not.toHaveProperty('metadata')
  expect(await read({ include_all_metadata: true })).toMatchObject({ metadata })
})

test('tokens are held to their scopes, and to being known', async () => {
  expect((await bot.auth.test()).response_metadata?.scopes).toContain('chat:write')
  expect(await errorOf(bot.conversations.info({ channel }))).toBe('missing_scope')
  const withToken = (token: string) =>
    errorOf(new WebClient(token, { slackApiUrl: slack.proxy.apiUrl }).auth.test())
  expect(await withToken('xoxb-unknown')).toBe('invalid_auth')
  slack.proxy.refuse(slack.teams[1]?.emulator.token ?? '', 'account_inactive')
  expect(await withToken(slack.teams[1]?.emulator.token ?? '')).toBe('account_inactive')
})

test('an app is installed in the workspace whose person agrees, until it is revoked', async () => {
  const second = slack.teams[1]?.emulator
  if (!second) throw new Error('there is no second workspace')
  const asked = `https://slack.com/oauth/v2/authorize?client_id=${APP.clientId}&scope=chat:write,users:read&state=s&redirect_uri=http://app/redirect`
  const back = new URL(await approveInstall(second, asked, 'zoe'))
  expect(back.searchParams.get('state')).toBe('s')
  const code = back.searchParams.get('code') ?? ''
  const secrets = { client_id: APP.clientId, client_secret: APP.clientSecret }
  const anyone = new WebClient(undefined, { slackApiUrl: slack.proxy.apiUrl })
  const installed = await anyone.oauth.v2.access({ ...secrets, code, redirect_uri: 'http://app/redirect' })
  expect(installed).toMatchObject({
    team: { id: 'T0GLOBEX' },
    bot_user_id: second.botUserId,
    authed_user: { id: second.users.zoe?.id },
    scope: 'chat:write,users:read',
  })
  const app = new WebClient(installed.access_token, { slackApiUrl: slack.proxy.apiUrl })
  expect((await app.auth.test()).team_id).toBe('T0GLOBEX')
  const shop = second.channels.shop?.id ?? ''
  const { ts = '' } = await app.chat.postMessage({ channel: shop, text: 'Installed.' })
  expect(await slack.teams[1]?.replies(shop, ts)).toMatchObject([{ text: 'Installed.' }])
  await app.auth.revoke()
  expect(await errorOf(app.auth.test())).toBe('token_revoked')
  expect(await errorOf(anyone.oauth.v2.access({ ...secrets, code: 'none' }))).toBe('invalid_code')
})

test('other methods are taken, forwarded or unknown', async () => {
  const { ts: thread_ts = '' } = await bot.chat.postMessage({ channel, text: 'x' })
  const { threads } = bot.assistant
  const about = { channel_id: channel, thread_ts }
  expect(await errorOf(threads.setStatus({ ...about, status: 'Thinking' }))).toBe('none')
  expect(await errorOf(threads.setTitle({ ...about, title: 'Teams' }))).toBe('missing_scope')
  const { permalink } = await bot.chat.getPermalink({ channel, message_ts: thread_ts })
  expect(permalink).toContain(channel)
  expect(await errorOf(bot.apiCall('made.up'))).toBe('unknown_method')
})

test('an address for responses is used up', async () => {
  const url = slack.proxy.responseUrls.create()
  slack.proxy.responseUrls.next(500)
  const respond = async () => (await fetch(url, { method: 'POST', body: '{"text":"x"}' })).status
  const statuses: number[] = []
  for (let use = 0; use < 6; use++) statuses.push(await respond())
  expect(statuses).toEqual([500, 200, 200, 200, 200, 404])
})
