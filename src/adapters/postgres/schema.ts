import { type ColumnType, type Generated, Kysely, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { About } from '../../playbook/schema.ts'
import type { DocumentOrigin, PassageStyle } from '../../ports/knowledge-store.ts'

/** A column that the database alone reads: it is written and compared in SQL, and never fetched. */
type InDatabase = ColumnType<never, string, string>

interface TenantTable {
  tenant_id: string
  name: string
  created_at: Generated<Date>
}

interface DocumentTable {
  tenant_id: string
  document_id: string
  title: string
  origin: DocumentOrigin
  content_hash: string
  indexed_at: Generated<Date>
}

interface PassageTable {
  tenant_id: string
  document_id: string
  passage_id: string
  position: number
  section: string
  body: string
  style: PassageStyle
  about: ColumnType<About, string, string>
  lexemes: InDatabase
  words: number
  embedding: InDatabase
}

interface PassageLineTable {
  tenant_id: string
  passage_id: string
  position: number
  kind: 'line' | 'asked'
  body: string
  embedding: InDatabase
}

interface EmbeddingModelTable {
  only_row: Generated<boolean>
  name: string
  dimension: number
}

/** The tables that `migrations/` makes, by name. */
export interface Schema {
  tenants: TenantTable
  documents: DocumentTable
  passages: PassageTable
  passage_lines: PassageLineTable
  embedding_model: EmbeddingModelTable
}

/** The query builder, as the owner of the tables; a tenant's rows are reached through `withTenant` only. */
export type Db = Kysely<Schema>

export const createDb = (pool: Pool): Db => new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
