import type { Json } from './api-call.ts'

export interface WorkspacePerson {
  realName?: string
  isAdmin?: boolean
  /** What `users.info` tells of them and the emulator does not know, such as `is_restricted`. */
  facts?: Json
}

export interface WorkspaceChannel {
  isPrivate?: boolean
  /** By name, the creator first; everyone when it is not said. */
  members?: string[]
  /** Whether the bot is a member; it is when it is not said. */
  withBot?: boolean
  /** What `conversations.info` tells of it and the emulator does not know, such as `is_ext_shared`. */
  facts?: Json
}

export interface Workspace {
  teamId: string
  /** By name, in lower case. */
  people: Record<string, WorkspacePerson>
  /** By name. */
  channels: Record<string, WorkspaceChannel>
  /** What the bot's token may do; held against every call when `strictScopes` is set. */
  scopes: string[]
  strictScopes: boolean
}

/** The workspace of most tests: an admin, a member and a guest; a public and a private channel. */
export const WORKSPACE: Workspace = {
  teamId: 'T000000001',
  people: {
    ana: { realName: 'Ana Adams', isAdmin: true },
    ben: { realName: 'Ben Brown' },
    gus: { realName: 'Gus Guest', facts: { is_restricted: true } },
  },
  channels: { engineering: {}, leads: { isPrivate: true, members: ['ana', 'ben'] } },
  scopes: [
    'app_mentions:read',
    'chat:write',
    'commands',
    'files:write',
    'im:history',
    'im:write',
    'users:read',
  ],
  strictScopes: false,
}

/** The app as it is registered with Slack. */
export const APP = {
  id: 'A0CAIRN0001',
  name: 'Cairn',
  botName: 'cairn',
  clientId: '1000000001.2000000002',
  clientSecret: 'client-secret',
  signingSecret: 'signing-secret',
  appToken: 'xapp-1-A0CAIRN0001-1-secret',
} as const

/** The token that the app has in a workspace. */
export const botToken = ({ teamId }: Pick<Workspace, 'teamId'>): string => `xoxb-${teamId}-cairn`

/** A token of the bot that may read everything, for what tests look up. */
export const readerToken = ({ teamId }: Pick<Workspace, 'teamId'>): string => `xoxb-${teamId}-reader`

/** The token of a person's own client. */
export const personToken = ({ teamId }: Pick<Workspace, 'teamId'>, name: string): string =>
  `xoxp-${teamId}-${name}`

/** What the emulator is started with. Channels are made afterwards, since a seeded one has everybody in it. */
export const seedOf = (workspace: Workspace): Json => ({
  team: { name: workspace.teamId, domain: workspace.teamId.toLowerCase() },
  users: Object.entries(workspace.people).map(([name, { realName = name, isAdmin = false }]) => ({
    name,
    real_name: realName,
    email: `${name}@example.com`,
    is_admin: isAdmin,
  })),
  oauth_apps: [
    {
      client_id: APP.clientId,
      client_secret: APP.clientSecret,
      app_id: APP.id,
      name: APP.name,
      bot_name: APP.botName,
      redirect_uris: [],
      scopes: workspace.scopes,
    },
  ],
  tokens: [
    { token: botToken(workspace), type: 'bot', user: APP.botName, app_id: APP.id, scopes: workspace.scopes },
    { token: readerToken(workspace), type: 'bot', user: APP.botName, app_id: APP.id },
    ...Object.keys(workspace.people).map((name) => ({
      token: personToken(workspace, name),
      type: 'user',
      user: name,
    })),
  ],
  strict_scopes: workspace.strictScopes,
})
