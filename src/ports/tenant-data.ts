/** One row of a tenant as JSON, by the name of its table. */
export interface TenantRow {
  table: string
  row: Record<string, unknown>
}

/** Days for which each kind of data is kept. */
export interface Retention {
  /** Messages, once they were answered. */
  inbox: number
  /** Questions and answers: the transcript of threads. */
  turns: number
  /** Posts, once they were confirmed or given up. */
  outbox: number
  audit: number
}

/** Everything that a tenant or a person owns, as a whole. */
export interface TenantData {
  tenants(): Promise<{ tenantId: string; name: string }[]>
  /** Every row of the tenant, in an order in which they can be written back. */
  rows(tenantId: string): AsyncIterable<TenantRow>
  /** Writes rows into a tenant that does not exist yet, all or nothing. @throws AppError `bad_input` when it does. */
  restore(tenantId: string, rows: AsyncIterable<TenantRow>): Promise<number>
  /** What is stored about a person. */
  ofPerson(tenantId: string, personId: string): Promise<TenantRow[]>
  /** Deletes a person with what they asked and what they were answered. @throws AppError `not_found` */
  erasePerson(tenantId: string, personId: string): Promise<void>
  /** Deletes what is older than it is to be kept; returns how many rows of each kind. */
  forget(tenantId: string, retention: Retention): Promise<Record<keyof Retention, number>>
  /** Migrations and embedding model of this store, which a backup has to fit. */
  fingerprint(): Promise<{ migrations: string[]; embeddingModel: string | null }>
}
