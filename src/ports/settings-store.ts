/** What a setting may be set to. */
export type SettingValue = number | boolean

/** Settings that tenants changed. What a setting may hold, and what holds without it, is the catalogue's. */
export interface SettingsStore {
  /** Every changed setting of a tenant by its name, as it was stored. */
  all(tenantId: string): Promise<Record<string, unknown>>
  /** @param by the person who changes it; undefined for an operator in the terminal. */
  put(tenantId: string, name: string, value: SettingValue, by: string | undefined): Promise<void>
  /** Returns false when the setting was as it is by default. */
  reset(tenantId: string, name: string, by: string | undefined): Promise<boolean>
}
