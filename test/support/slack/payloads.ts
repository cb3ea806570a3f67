import { randomBytes, randomUUID } from 'node:crypto'
import type { Json } from './api-call.ts'
import type { SlackEmulator, SlackUser } from './emulator.ts'
import { APP } from './workspace.ts'

/** The old proof of origin, which Slack still sends. */
const TOKEN = 'verification-token'

const idOf = (prefix: string) => `${prefix}${randomBytes(5).toString('hex').toUpperCase()}`

/** An event with what Slack puts around it. What is in `more` replaces it. */
export const eventEnvelope = ({ teamId, botUserId }: SlackEmulator, event: Json, more: Json = {}): Json => ({
  token: TOKEN,
  team_id: teamId,
  context_team_id: teamId,
  context_enterprise_id: null,
  api_app_id: APP.id,
  event,
  type: 'event_callback',
  event_id: idOf('Ev'),
  event_time: Math.floor(Date.now() / 1_000),
  authorizations: [
    { enterprise_id: null, team_id: teamId, user_id: botUserId, is_bot: true, is_enterprise_install: false },
  ],
  is_ext_shared_channel: false,
  event_context: `4-${randomUUID()}`,
  ...more,
})

const inTeam = ({ teamId }: SlackEmulator): Json => ({
  token: TOKEN,
  api_app_id: APP.id,
  team: { id: teamId, domain: teamId.toLowerCase() },
  enterprise: null,
  is_enterprise_install: false,
})

/** An interaction of someone: `block_actions`, `view_submission`, `message_action`, `shortcut` and others. */
export const interaction = (
  emulator: SlackEmulator,
  user: SlackUser,
  given: Json & { type: string },
): Json => ({
  ...inTeam(emulator),
  user: { id: user.id, username: user.name, name: user.name, team_id: emulator.teamId },
  action_ts: `${Date.now() / 1_000}`,
  ...given,
})

/** A slash command that someone gave; every field is a string, as in a form. */
export const slashCommand = (
  { teamId }: SlackEmulator,
  user: SlackUser,
  given: Record<string, string>,
): Record<string, string> => ({
  token: TOKEN,
  team_id: teamId,
  team_domain: teamId.toLowerCase(),
  user_id: user.id,
  user_name: user.name,
  api_app_id: APP.id,
  is_enterprise_install: 'false',
  ...given,
})

const MENTION = /<@(?<user>[UW][A-Z0-9]+)>/g

/** A person's text as the block that Slack makes of it. */
export const richText = (text: string): Json[] => {
  const elements: Json[] = []
  let from = 0
  const addText = (to: number) => to > from && elements.push({ type: 'text', text: text.slice(from, to) })
  for (const { 0: whole, index, groups } of text.matchAll(MENTION)) {
    addText(index)
    elements.push({ type: 'user', user_id: groups?.user })
    from = index + whole.length
  }
  addText(text.length)
  return [{ type: 'rich_text', block_id: 'text', elements: [{ type: 'rich_text_section', elements }] }]
}
