import type { Retention, TenantData } from '../ports/tenant-data.ts'

/** Days for which each kind of data is kept: Cairn's own defaults. */
const RETENTION: Retention = { inbox: 90, turns: 365, outbox: 90, audit: 730 }

/** Deletes in every tenant what is older than it is to be kept. Returns how many rows went. */
export const forgetOld = async (
  data: Pick<TenantData, 'tenants' | 'forget'>,
  retention = RETENTION,
): Promise<number> => {
  let gone = 0
  for (const { tenantId } of await data.tenants()) {
    const counts = await data.forget(tenantId, retention)
    gone += Object.values(counts).reduce((sum, count) => sum + count, 0)
  }
  return gone
}
