import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EVENTS, LEGACY_EVENTS } from '../../../src/adapters/slack/events.ts'
import { ASK_ABOUT, COMMAND } from '../../../src/adapters/slack/interactions.ts'
import { SCOPE_REASONS, SCOPES } from '../../../src/adapters/slack/scopes.ts'
import { FIRST_QUESTIONS } from '../../../src/conversation/first-questions.ts'

const manifest = JSON.parse(readFileSync('manifest.json', 'utf8'))
const FOLDER = 'src/adapters/slack'
const source = readdirSync(FOLDER)
  .map((file) => readFileSync(join(FOLDER, file), 'utf8'))
  .join('\n')

/** Methods of Slack's API that the adapter calls, and the scopes that each needs, as Slack documents them. */
const NEEDED: Record<string, string[]> = {
  'assistant.threads.setStatus': ['chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'auth.test': [],
  'apps.connections.open': [],
  'chat.appendStream': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read', 'mpim:read'],
  'conversations.members': ['channels:read', 'groups:read', 'mpim:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'files.delete': ['files:write'],
  'files.info': ['files:read'],
  filesUploadV2: ['files:write'],
  'users.info': ['users:read', 'users:read.email'],
  'users.list': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
}
/** Scopes that events, commands and shortcuts need. */
const OF_EVENTS: Record<string, string[]> = {
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
  channel_shared: ['channels:read', 'groups:read'],
  channel_unshared: ['channels:read', 'groups:read'],
}

const called = [
  ...new Set(
    [
      ...source.matchAll(
        /\b(?:client|auth|WebClient\([^)]*\))[\s?]*\.(?:\s*)((?:assistant\.threads|auth|apps\.connections|chat|conversations|files|users|views)\s*\.\s*\w+|filesUploadV2)\b/g,
      ),
    ].map(([, method = '']) => method.replace(/\s/g, '')),
  ),
]

describe('the manifest', () => {
  test('asks for exactly the scopes that methods and events need, each with its reason', () => {
    expect(called.length).toBeGreaterThan(12)
    expect(called.filter((method) => !(method in NEEDED))).toEqual([])
    const needed = new Set([
      ...called.flatMap((method) => NEEDED[method] ?? []),
      ...EVENTS.flatMap((event) => OF_EVENTS[event] ?? []),
      'commands',
    ])
    expect([...needed].sort()).toEqual([...SCOPES].sort())
    expect(manifest.oauth_config.scopes.bot).toEqual([...SCOPES])
    const readme = readFileSync('README.md', 'utf8')
    for (const [scope, reason] of Object.entries(SCOPE_REASONS))
      expect(readme).toContain(`| \`${scope}\` | ${reason} |`)
  })

  test('subscribes to exactly the events that have a listener', () => {
    const heard = [...source.matchAll(/app\.event\('([a-z_]+)'/g)].map(([, name]) => name as string)
    const kinds = [...EVENTS, ...LEGACY_EVENTS].map((event) => event.split('.')[0] as string)
    expect([...new Set(kinds)].sort()).toEqual([...new Set(heard)].sort())
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual([...EVENTS].sort())
  })

  test('offers exactly the command and the shortcut that have a handler', () => {
    expect(manifest.features.slash_commands.map(({ command }: { command: string }) => command)).toEqual([
      COMMAND,
    ])
    expect(
      manifest.features.shortcuts.map(({ callback_id, type }: Record<string, string>) => [callback_id, type]),
    ).toEqual([[ASK_ABOUT, 'message']])
    expect(source).toContain('app.command(COMMAND')
    expect(source).toContain('app.shortcut(ASK_ABOUT')
  })

  test('stays within the lengths that Slack allows', () => {
    const { display_information: shown, features } = manifest
    expect(shown.name.length).toBeLessThanOrEqual(35)
    expect(shown.description.length).toBeLessThanOrEqual(140)
    expect(shown.long_description.length).toBeGreaterThanOrEqual(174)
    expect(shown.long_description.length).toBeLessThanOrEqual(4_000)
    expect(features.agent_view.agent_description.length).toBeLessThanOrEqual(300)
    expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80)
    expect(features.shortcuts[0].name.length).toBeLessThanOrEqual(24)
    expect(features.agent_view.suggested_prompts).toEqual(
      FIRST_QUESTIONS.map(({ label, question }) => ({ title: label, message: question })),
    )
    expect(FIRST_QUESTIONS.length).toBeLessThanOrEqual(4)
  })
})
