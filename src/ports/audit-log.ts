/** Who did what, when. It holds ids, names of things and numbers, never anyone's words. */
export interface AuditEntry {
  /** Absent for what Cairn did by itself or an operator did in the terminal. */
  personId?: string
  action: string
  subject?: string
  detail?: Record<string, unknown>
}

export interface RecordedEntry extends AuditEntry {
  at: Date
}

/** Append-only: entries are added and read; only their retention ends them. */
export interface AuditLog {
  record(tenantId: string, entry: AuditEntry): Promise<void>
  /** Newest first. */
  entries(tenantId: string, limit: number): Promise<RecordedEntry[]>
}
