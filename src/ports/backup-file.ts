import type { TenantRow } from './tenant-data.ts'

/** What made a backup, and what the store that takes it back has to be like. */
export interface BackupHeader {
  madeAt: string
  migrations: string[]
  embeddingModel: string | null
  tenants: { tenantId: string; name: string }[]
}

export interface BackupRow extends TenantRow {
  tenantId: string
}

/** Backups as files. */
export interface BackupFile {
  /** The file appears when it is whole. Returns how many rows it holds. */
  write(path: string, header: BackupHeader, rows: AsyncIterable<BackupRow>): Promise<number>
  /** Checks a backup from its first line to its last. @throws AppError `not_found`, or `bad_input` when it is not whole. */
  header(path: string): Promise<BackupHeader>
  /** The rows of one tenant in a backup that was checked. */
  rows(path: string, tenantId: string): AsyncIterable<BackupRow>
}
