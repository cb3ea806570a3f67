/** Where a conversation takes place. */
export const PLATFORMS = ['slack', 'teams', 'web', 'terminal'] as const
export type Platform = (typeof PLATFORMS)[number]
