/** What a person may be within a tenant. The first one who installs Cairn is its admin. */
export const ROLES = ['admin', 'executive', 'manager', 'member'] as const
export type Role = (typeof ROLES)[number]

/** Kinds of evidence that not everyone may see. */
export const SIGHTS = ['financial_metrics', 'free_text', 'other_teams', 'audit'] as const
export type Sight = (typeof SIGHTS)[number]

/**
 * What each role may see beyond the shared knowledge and its own team. Cairn's own defaults; free text are the words
 * of interview answers.
 */
const SEEN: Record<Role, readonly Sight[]> = {
  admin: ['financial_metrics', 'other_teams', 'audit'],
  executive: ['financial_metrics', 'free_text', 'other_teams'],
  manager: ['other_teams'],
  member: [],
}

/** Whom a document of the organization is for. */
export const AUDIENCES = ['everyone', 'managers', 'executives'] as const
export type Audience = (typeof AUDIENCES)[number]

/**
 * Who else reads what someone is answered: nobody; people of the organization; or also its guests and people of other
 * organizations.
 */
export type Room = 'private' | 'organization' | 'outsiders'

/** Someone for whom evidence is gathered, and where they are answered. */
export interface Viewer {
  role: Role
  /** Private when it is not said. */
  room?: Room
}

/** Someone of whom nothing is known: sees the least. */
export const UNKNOWN_VIEWER: Viewer = { role: 'member' }

const AUDIENCES_OF: Record<Role, readonly Audience[]> = {
  admin: AUDIENCES,
  executive: AUDIENCES,
  manager: ['everyone', 'managers'],
  member: ['everyone'],
}

/**
 * The audiences of an organization's own documents whose passages may be shown: a channel's are those of everyone who
 * reads it, and among outsiders there are none.
 */
export const audiencesOf = ({ role, room = 'private' }: Viewer): readonly Audience[] => {
  if (room === 'outsiders') return []
  return room === 'organization' ? AUDIENCES_OF.member : AUDIENCES_OF[role]
}

/** Whether evidence of this kind may be gathered for someone of this role. */
export const maySee = (role: Role, sight: Sight): boolean => SEEN[role].includes(sight)
