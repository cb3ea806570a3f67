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

/** The audiences that someone of this role belongs to. */
export const audiencesOf = (role: Role): readonly Audience[] => {
  if (role === 'member') return ['everyone']
  return role === 'manager' ? ['everyone', 'managers'] : AUDIENCES
}

/** Someone for whom evidence is gathered. */
export interface Viewer {
  role: Role
}

/** Someone of whom nothing is known: sees the least. */
export const UNKNOWN_VIEWER: Viewer = { role: 'member' }

/** Whether evidence of this kind may be gathered for someone of this role. */
export const maySee = (role: Role, sight: Sight): boolean => SEEN[role].includes(sight)
