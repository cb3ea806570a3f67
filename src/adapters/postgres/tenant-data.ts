import { sql, type Transaction } from 'kysely'
import { AppError } from '../../errors.ts'
import type { Retention, TenantData, TenantRow } from '../../ports/tenant-data.ts'
import { recordIn } from './audit-log.ts'
import { belongsTo } from './outbox.ts'
import type { Db, Schema } from './schema.ts'
import { dropTenant, withTenant } from './tenancy.ts'

/** Every table of tenants with its key behind the tenant's id, each behind those that its rows refer to. */
const KEYS = {
  tenants: ['tenant_id'],
  documents: ['document_id'],
  passages: ['passage_id'],
  passage_lines: ['passage_id', 'position'],
  settings: ['name'],
  secrets: ['name'],
  workspaces: ['platform', 'workspace_id'],
  people: ['person_id'],
  identities: ['platform', 'user_id'],
  threads: ['thread_id'],
  inbox: ['sequence'],
  turn_journals: ['sequence'],
  turns: ['turn_id'],
  outbox: ['idempotency_key'],
  schedules: ['recurrence_id'],
  audit_entries: ['entry_id'],
  model_calls: ['call_id'],
  channels: ['platform', 'conversation_id'],
  feedback: ['turn_id', 'person_id'],
} as const satisfies Record<Exclude<keyof Schema, 'embedding_model'>, readonly string[]>
type Table = keyof typeof KEYS
const TABLES = Object.keys(KEYS) as Table[]
/** Columns that count up, and have to go on behind what was restored. */
const COUNTED: [keyof Schema, string][] = [
  ['inbox', 'sequence'],
  ['outbox', 'sequence'],
  ['audit_entries', 'entry_id'],
  ['model_calls', 'call_id'],
]
const OF_PERSON = [
  'people',
  'identities',
  'inbox',
  'turns',
  'audit_entries',
  'model_calls',
  'feedback',
] as const satisfies (keyof Schema)[]
const BATCH = 200
const SHARED = 'shared'

const isTable = (name: string): name is Table => Object.hasOwn(KEYS, name)

/** Writes rows with the columns that they have: what a newer version added has its default. */
const write = async (trx: Transaction<Schema>, table: Table, rows: TenantRow['row'][]): Promise<void> => {
  const columns = sql.join([...new Set(rows.flatMap(Object.keys))].map((column) => sql.ref(column)))
  await sql`
    insert into ${sql.table(table)} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
    trx,
  )
}

const deletedBy = async (trx: Transaction<Schema>, statement: ReturnType<typeof sql>): Promise<number> =>
  Number((await statement.execute(trx)).numAffectedRows ?? 0n)

/** Whole tenants and persons, in the database. */
export const createTenantData = (db: Db): TenantData => {
  const tenants = async () => {
    const rows = await db
      .selectFrom('tenants')
      .select(['tenant_id as tenantId', 'name'])
      .where('tenant_id', '<>', SHARED)
      .orderBy('tenant_id')
      .execute()
    return rows
  }

  return {
    tenants,

    async *rows(tenantId) {
      for (const table of TABLES)
        for (let offset = 0; ; offset += BATCH) {
          const { rows } = await withTenant(db, tenantId, (trx) =>
            sql<{ row: TenantRow['row'] }>`
              select to_jsonb(own) as row from ${sql.table(table)} own where tenant_id = ${tenantId}
              order by tenant_id, ${sql.join(KEYS[table].map((column) => sql.ref(column)))}
              limit ${BATCH} offset ${offset}`.execute(trx),
          )
          for (const { row } of rows) yield { table, row }
          if (rows.length < BATCH) break
        }
    },

    restore: async (tenantId, rows) => {
      if ((await tenants()).some((tenant) => tenant.tenantId === tenantId))
        throw new AppError(
          'bad_input',
          `The organization ${tenantId} exists in this store already; restore into an empty store, or delete it first.`,
        )
      let count = 0
      let waiting: TenantRow[] = []
      const flush = async () => {
        const [first] = waiting
        const table = first?.table ?? ''
        if (!first || !isTable(table)) return
        await withTenant(db, tenantId, (trx) =>
          write(
            trx,
            table,
            waiting.map(({ row }) => row),
          ),
        )
        count += waiting.length
        waiting = []
      }
      try {
        for await (const item of rows) {
          if (!isTable(item.table) || item.row.tenant_id !== tenantId)
            throw new AppError(
              'bad_input',
              `The backup holds a row of "${item.table}" that does not belong to ${tenantId}; it is damaged.`,
            )
          if (waiting.length === BATCH || (waiting[0] && waiting[0].table !== item.table)) await flush()
          waiting.push(item)
        }
        await flush()
        for (const [table, column] of COUNTED)
          await sql`
            select setval(pg_get_serial_sequence(${table}, ${column}), greatest(
              (select coalesce(max(${sql.ref(column)}), 1) from ${sql.table(table)}),
              nextval(pg_get_serial_sequence(${table}, ${column}))))`.execute(db)
        return count
      } catch (error) {
        await dropTenant(db, tenantId)
        throw error
      }
    },

    ofPerson: (tenantId, personId) =>
      withTenant(db, tenantId, async (trx) => {
        const found: TenantRow[] = []
        for (const table of OF_PERSON) {
          const { rows } = await sql<{ row: TenantRow['row'] }>`
            select to_jsonb(own) as row from ${sql.table(table)} own where person_id = ${personId}::uuid order by own`.execute(
            trx,
          )
          found.push(...rows.map(({ row }) => ({ table, row })))
        }
        return found
      }),

    erasePerson: (tenantId, personId) =>
      withTenant(db, tenantId, async (trx) => {
        await sql`
          delete from outbox
          where ${belongsTo(sql`select sequence::text from inbox where person_id = ${personId}::uuid`)}`.execute(
          trx,
        )
        await sql`delete from turns where person_id = ${personId}::uuid`.execute(trx)
        // What the model took stays on the bill, and names nobody.
        await sql`update model_calls set person_id = null where person_id = ${personId}::uuid`.execute(trx)
        await sql`delete from inbox where person_id = ${personId}::uuid`.execute(trx)
        const gone = await deletedBy(trx, sql`delete from people where person_id = ${personId}::uuid`)
        if (gone === 0)
          throw new AppError('not_found', `There is no person ${personId} in this organization.`)
        await recordIn(trx, tenantId, { action: 'person.erased', subject: personId })
      }),

    forget: async (tenantId, { inbox, turns, outbox, audit }: Retention) => {
      const old = (column: string, days: number) =>
        sql`${sql.ref(column)} < now() - make_interval(days => ${days})`
      const counts = await withTenant(db, tenantId, async (trx) => ({
        turns: await deletedBy(trx, sql`delete from turns where ${old('answered_at', turns)}`),
        inbox: await deletedBy(
          trx,
          sql`delete from inbox where state <> 'accepted' and ${old('accepted_at', inbox)}
            and not exists (select from turns where turns.sequence = inbox.sequence)`,
        ),
        outbox: await deletedBy(
          trx,
          sql`delete from outbox where state in ('confirmed', 'uncertain', 'dead') and ${old('changed_at', outbox)}`,
        ),
      }))
      // The tenant's own role may only add to the record.
      const { numAffectedRows = 0n } = await sql`
        delete from audit_entries where tenant_id = ${tenantId} and ${old('at', audit)}`.execute(db)
      return { ...counts, audit: Number(numAffectedRows) }
    },

    fingerprint: async () => {
      const { rows: migrations } = await sql<{
        name: string
      }>`select name from kysely_migration order by name`.execute(db)
      const { rows: models } = await sql<{ name: string }>`select name from embedding_model`.execute(db)
      return { migrations: migrations.map(({ name }) => name), embeddingModel: models[0]?.name ?? null }
    },
  }
}
