/** Every right that Cairn asks of a workspace, with what it is for; README and manifest name the same. */
export const SCOPE_REASONS = {
  'app_mentions:read': 'hear when it is mentioned',
  'assistant:write': 'suggest questions in its own pane',
  'channels:history':
    'read follow-ups in threads it takes part in, edits, and questions in channels set to auto',
  'channels:read': 'know whether a public channel is shared with people from outside',
  'chat:write': 'answer',
  commands: 'offer /cairn and the shortcut on messages',
  'files:read': 'read a document that an admin adds by a form',
  'files:write': 'attach charts, and answers too long for a message',
  'groups:history': 'the same in private channels it was invited to',
  'groups:read': 'the same for private channels it was invited to',
  'im:history': 'read direct messages sent to it',
  'im:write': 'answer privately where it is not a member',
  'mpim:history': 'read group messages it was added to',
  'mpim:read': 'know who reads along in a group message',
  'users:read': 'tell guests and people of other organizations from members, and show names',
  'users:read.email': 'join a person’s accounts in Slack and Teams by their confirmed address',
} as const

export const SCOPES = Object.keys(SCOPE_REASONS) as (keyof typeof SCOPE_REASONS)[]
