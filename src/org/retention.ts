import type { SettingsStore } from '../ports/settings-store.ts'
import type { Retention, TenantData } from '../ports/tenant-data.ts'
import { readSettings, type Settings } from './settings.ts'

const retentionOf = (settings: Settings): Retention => ({
  inbox: settings['retention.inbox_days'],
  turns: settings['retention.turns_days'],
  outbox: settings['retention.outbox_days'],
  audit: settings['retention.audit_days'],
})

/** Deletes in every tenant what is older than this tenant keeps it. Returns how many rows went. */
export const forgetOld = async (
  data: Pick<TenantData, 'tenants' | 'forget'>,
  settings: Pick<SettingsStore, 'all'>,
): Promise<number> => {
  let gone = 0
  for (const { tenantId } of await data.tenants()) {
    const counts = await data.forget(tenantId, retentionOf(await readSettings(settings, tenantId)))
    gone += Object.values(counts).reduce((sum, count) => sum + count, 0)
  }
  return gone
}
