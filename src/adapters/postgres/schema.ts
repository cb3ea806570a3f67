import { type ColumnType, type Generated, type GeneratedAlways, Kysely, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { Engagement, Policy } from '../../conversation/engagement.ts'
import type { Platform } from '../../conversation/message.ts'
import type { Audience, Role } from '../../conversation/people.ts'
import type { Reply } from '../../conversation/reply.ts'
import type { About } from '../../playbook/schema.ts'
import type { Rating } from '../../ports/feedback-store.ts'
import type { DocumentOrigin, PassageStyle } from '../../ports/knowledge-store.ts'
import type { PostBody } from '../../ports/thread-store.ts'
import type { Schedule } from '../../schedule/next-due.ts'

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
  audience: Generated<Audience>
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
  audience: Generated<Audience>
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

interface ThreadTable {
  tenant_id: string
  thread_id: string
  platform: Platform
  conversation_id: string
  created_at: Generated<Date>
  lease_token: string | null
  leased_until: Date | null
  due_at: Date | null
}

interface InboxTable {
  tenant_id: string
  sequence: GeneratedAlways<string>
  platform: Platform
  event_id: string
  conversation_id: string
  message_id: string
  revision: Generated<number>
  thread_id: string
  person_id: string | null
  user_id: string | null
  text: string
  engagement: Generated<Engagement>
  shares_turn_id: string | null
  occurred_at: Date
  edited_at: Date | null
  accepted_at: Generated<Date>
  state: Generated<'accepted' | 'done' | 'ignored' | 'dead'>
  attempts: Generated<number>
  reason: string | null
  live_message_id: string | null
}

interface TurnTable {
  tenant_id: string
  turn_id: string
  thread_id: string
  sequence: string
  person_id: string | null
  question: string
  reply: ColumnType<Reply, string, string>
  composer: string
  prompt_version: string | null
  timings: ColumnType<Record<string, number>, string, string>
  answered_at: Generated<Date>
}

interface OutboxTable {
  tenant_id: string
  idempotency_key: string
  sequence: GeneratedAlways<string>
  thread_id: string
  body: ColumnType<PostBody, string, string>
  state: Generated<'intended' | 'sent' | 'confirmed' | 'uncertain' | 'dead'>
  attempts: Generated<number>
  next_attempt_at: Generated<Date>
  platform_message_id: string | null
  taken_back: Generated<boolean>
  reason: string | null
  intended_at: Generated<Date>
  changed_at: Generated<Date>
}

interface WorkspaceTable {
  tenant_id: string
  platform: Platform
  workspace_id: string
  name: string
  installed_at: Generated<Date>
  uninstalled_at: Date | null
}

interface PersonTable {
  tenant_id: string
  person_id: string
  name: string
  email: string | null
  role: Generated<Role>
  created_at: Generated<Date>
}

interface IdentityTable {
  tenant_id: string
  platform: Platform
  user_id: string
  person_id: string
}

interface SecretTable {
  tenant_id: string
  name: string
  sealed: string
  updated_at: Generated<Date>
}

interface SettingTable {
  tenant_id: string
  name: string
  value: ColumnType<unknown, string, string>
  updated_at: Generated<Date>
}

interface ScheduleTable {
  tenant_id: string
  recurrence_id: string
  queue: string
  schedule: ColumnType<Schedule, string, string>
  zone: string
  next_due: Date
  claimed_until: Date | null
}

interface AuditEntryTable {
  tenant_id: string
  entry_id: GeneratedAlways<string>
  at: Generated<Date>
  person_id: string | null
  action: string
  subject: string
  detail: ColumnType<Record<string, unknown>, string, string>
}

interface ModelCallTable {
  tenant_id: string
  call_id: GeneratedAlways<string>
  at: Generated<Date>
  person_id: string | null
  turn_id: string
  model: string
  prompt_version: string | null
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_tokens: number
  cost_usd: ColumnType<string | null, number | null, number | null>
}

interface TurnJournalTable {
  tenant_id: string
  sequence: string
  state: ColumnType<unknown, string, string>
}

interface ChannelTable {
  tenant_id: string
  platform: Platform
  conversation_id: string
  policy: Policy
}

interface FeedbackTable {
  tenant_id: string
  turn_id: string
  person_id: string
  rating: Rating
  reason: string | null
  at: Generated<Date>
}

/** The tables that `migrations/` makes, by name. */
export interface Schema {
  tenants: TenantTable
  documents: DocumentTable
  passages: PassageTable
  passage_lines: PassageLineTable
  embedding_model: EmbeddingModelTable
  threads: ThreadTable
  inbox: InboxTable
  turns: TurnTable
  outbox: OutboxTable
  workspaces: WorkspaceTable
  people: PersonTable
  identities: IdentityTable
  secrets: SecretTable
  settings: SettingTable
  schedules: ScheduleTable
  audit_entries: AuditEntryTable
  model_calls: ModelCallTable
  turn_journals: TurnJournalTable
  channels: ChannelTable
  feedback: FeedbackTable
}

/** The query builder, as the owner of the tables; a tenant's rows are reached through `withTenant` only. */
export type Db = Kysely<Schema>

export const createDb = (pool: Pool): Db => new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
