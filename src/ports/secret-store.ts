/** Tokens and passwords of a tenant, encrypted at rest. */
export interface SecretStore {
  put(tenantId: string, name: string, value: string): Promise<void>
  /** @throws AppError `bad_config` when no key at hand opens it. */
  get(tenantId: string, name: string): Promise<string | undefined>
  remove(tenantId: string, name: string): Promise<void>
  names(tenantId: string): Promise<string[]>
  /** Seals anew what an older key has sealed; returns how many. */
  rotate(tenantId: string): Promise<number>
}
