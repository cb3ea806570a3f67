import type { PeopleStore } from '../ports/people-store.ts'

export interface AbandonedOptions {
  people: Pick<PeopleStore, 'abandoned'>
  dropTenant: (tenantId: string) => Promise<boolean>
}

/**
 * Deletes the tenants that uninstalled Cairn everywhere, the last time at least so many days ago, except those to keep.
 * Returns how many went.
 */
export const dropAbandoned = async (
  { people, dropTenant }: AbandonedOptions,
  days: number,
  keep: string[],
): Promise<number> => {
  let gone = 0
  for (const tenantId of await people.abandoned(days)) {
    if (keep.includes(tenantId)) continue
    // It may have come back while others were deleted, which takes its time.
    if (!(await people.abandoned(days)).includes(tenantId)) continue
    if (await dropTenant(tenantId)) gone++
  }
  return gone
}
