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

/** Whether evidence of this kind may be gathered for someone of this role. */
export const maySee = (role: Role, sight: Sight): boolean => SEEN[role].includes(sight)
