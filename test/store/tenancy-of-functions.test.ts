import { randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts'
import { createChannelStore } from '../../src/adapters/postgres/channel-store.ts'
import { createFeedbackStore } from '../../src/adapters/postgres/feedback-store.ts'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { createScheduleStore } from '../../src/adapters/postgres/schedule-store.ts'
import { createSecretStore } from '../../src/adapters/postgres/secret-store.ts'
import { createSettingsStore } from '../../src/adapters/postgres/settings-store.ts'
import * as tenancy from '../../src/adapters/postgres/tenancy.ts'
import { createTenantData } from '../../src/adapters/postgres/tenant-data.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { createTurnJournals } from '../../src/adapters/postgres/turn-journals.ts'
import { createUsageStore } from '../../src/adapters/postgres/usage-store.ts'
import { AUDIENCES } from '../../src/conversation/people.ts'
import type { Account } from '../../src/ports/people-store.ts'
import type { Recurrence } from '../../src/ports/schedule-store.ts'
import type { TenantRow } from '../../src/ports/tenant-data.ts'
import type { InboundMessage, Lease, WaitingMessage, WaitingPost } from '../../src/ports/thread-store.ts'
import type { ModelCall } from '../../src/ports/usage-store.ts'
import { aDocument, aPassage, MODEL } from '../support/knowledge.ts'
import { testStores } from '../support/test-database.ts'
import { aMessage, anEcho } from '../support/threads.ts'

const ADAPTER = 'src/adapters/postgres'
const [OLD_KEY, NEW_KEY] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
const HOUR = 3_600_000

/** Everything that the adapter makes, by the name of what makes it. A new one, or a new function of one, fails below. */
const createStores = ({ db }: Database) => ({
  createAuditLog: createAuditLog(db),
  createChannelStore: createChannelStore(db),
  createFeedbackStore: createFeedbackStore(db),
  createKnowledgeStore: createKnowledgeStore(db),
  createPeopleStore: createPeopleStore(db),
  createScheduleStore: createScheduleStore(db),
  createSecretStore: createSecretStore(db, `${NEW_KEY},${OLD_KEY}`),
  createSettingsStore: createSettingsStore(db),
  createTenantData: createTenantData(db),
  createThreadStore: createThreadStore(db, { settleMs: 0 }),
  createTurnJournals: createTurnJournals(db),
  createUsageStore: createUsageStore(db),
  tenancy,
})
type Stores = ReturnType<typeof createStores>

/** What a tenant owns, as an attacker who guessed every id of it would name it. */
interface Belongings {
  tenantId: string
  /** A word that stands in every text of the tenant, and nowhere else. */
  mark: string
  workspace: { platform: 'slack'; workspaceId: string; name: string }
  account: Account
  personId: string
  turnId: string
  recurrence: Recurrence
  due: Date
  message: InboundMessage
  /** A thread that a worker of the tenant holds, with a message and a post that wait in it. */
  lease: Lease
  waiting: WaitingMessage
  post: WaitingPost
}

const FREE = 'free'
const HELD = 'held'

/** Fills a tenant; two tenants get the same ids wherever the store lets them be chosen. */
const fill = async (database: Database, role: string): Promise<Belongings> => {
  const stores = createStores(database)
  const { createThreadStore: threads, createPeopleStore: people } = stores
  const tenantId = `${role}-${randomUUID()}`
  const mark = `wordof${randomUUID().replaceAll('-', '')}`
  await tenancy.ensureTenant(database.db, tenantId, mark)

  const workspace = { platform: 'slack' as const, workspaceId: randomUUID(), name: mark }
  await people.connect(tenantId, workspace)
  const account = { platform: 'slack' as const, userId: 'U1', name: mark, verifiedEmail: 'ada@example.com' }
  const { personId } = await people.meet(tenantId, account, true)
  await people.meet(tenantId, { ...account, userId: 'U2', verifiedEmail: 'eve@example.com' })

  const lines = [{ kind: 'line' as const, text: mark, vector: [1, 0, 0] }]
  const passages = [aPassage({ body: mark, section: mark, lines }), aPassage({ id: mark })]
  await stores.createKnowledgeStore.putDocument(tenantId, aDocument({ title: mark }), passages)
  for (const name of ['token', mark]) await createSecretStore(database.db, OLD_KEY).put(tenantId, name, mark)
  await stores.createAuditLog.record(tenantId, { action: 'asked', subject: mark })
  await database.pool.query("insert into settings (tenant_id, name, value) values ($1, 'tone', $2)", [
    tenantId,
    JSON.stringify(mark),
  ])
  const recurrence = {
    tenantId,
    recurrenceId: 'digest',
    queue: mark,
    schedule: { kind: 'daily', time: '09:00' },
    zone: 'UTC',
  } as const
  const due = new Date(Date.now() - HOUR)
  await stores.createScheduleStore.put(recurrence, due)

  const message = aMessage({ eventId: 'e1', messageId: 'm1', threadId: FREE, personId, text: mark })
  await threads.accept(tenantId, message)
  for (const n of [2, 3])
    await threads.accept(
      tenantId,
      aMessage({ eventId: `e${n}`, messageId: `m${n}`, threadId: HELD, personId, text: mark }),
    )
  await threads.accept(tenantId, aMessage({ eventId: 'e4', messageId: 'm4', threadId: mark, text: mark }))
  const lease = (await threads.lease({ tenantId, threadId: HELD }, 600)) as Lease
  const answered = (await threads.nextMessage(lease)) as WaitingMessage
  const body = { kind: 'notice', text: mark } as const
  const turn = anEcho(answered)
  await threads.finish(lease, answered, turn, [
    { idempotencyKey: 'dead', body },
    { idempotencyKey: 'waits', body },
  ])
  const dead = (await threads.nextPost(lease)) as WaitingPost
  await threads.markSent(lease, dead)
  await threads.settle(dead, { state: 'dead', reason: mark })
  const waiting = (await threads.nextMessage(lease)) as WaitingMessage
  const post = (await threads.nextPost(lease)) as WaitingPost
  await stores.createTurnJournals.of(tenantId, waiting.sequence).save({ mark })
  await stores.createUsageStore.record(tenantId, [aCall(mark, personId)])
  const { turnId } = turn
  await stores.createFeedbackStore.record(tenantId, { turnId, personId, rating: 'down', reason: mark })
  const channel = { platform: 'slack', conversationId: mark } as const
  await stores.createChannelStore.setPolicy(tenantId, channel, 'auto', personId)
  return {
    tenantId,
    mark,
    workspace,
    account,
    personId,
    turnId,
    recurrence,
    due,
    message,
    lease,
    waiting,
    post,
  }
}

const aCall = (model: string, personId?: string): ModelCall => ({
  turnId: randomUUID(),
  ...(personId ? { personId } : {}),
  model,
  inputTokens: 1,
  outputTokens: 1,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: costOf(model),
})

/** An amount that only this text has. */
const costOf = (text: string): number => Number.parseInt(text.replace(/[^0-9a-f]/g, '').slice(-4) || '1', 16)

const collect = async (rows: AsyncIterable<TenantRow>): Promise<TenantRow[]> => {
  const all: TenantRow[] = []
  for await (const row of rows) all.push(row)
  return all
}
const restoring = async function* (row: Record<string, unknown>) {
  yield { table: 'tenants', row: { tenant_id: row.tenant_id, name: 'x' } }
  yield { table: 'people', row }
}

interface Attack {
  stores: Stores
  database: Database
  /** Who calls. */
  as: string
  /** Whose belongings are named. */
  theirs: Belongings
  /** A lease of the caller: the one of the others with its tenant exchanged, or one of its own. */
  lease: Lease
}
type Attempt = (attack: Attack) => Promise<unknown>

const NOTICE = { kind: 'notice', text: 'taken over' } as const
const QUERY = { text: 'anything', vector: [1, 0, 0], limit: 10, audiences: [...AUDIENCES] }

/**
 * One attempt at each function, to read or to change what is named by the ids of others. The same attempt by the
 * owner reaches it: see the test.
 */
const ATTEMPTS: { [Store in keyof Stores]?: Record<string, Attempt> } = {
  createAuditLog: {
    record: ({ stores, as, theirs }) =>
      stores.createAuditLog.record(as, { personId: theirs.personId, action: 'forged' }),
    entries: ({ stores, as }) => stores.createAuditLog.entries(as, 100),
  },
  createChannelStore: {
    // What tells nothing of its owner by itself tells that it was found.
    policyOf: async ({ stores, as, theirs: { mark } }) =>
      (await stores.createChannelStore.policyOf(as, { platform: 'slack', conversationId: mark })) === 'auto'
        ? mark
        : '',
    setPolicy: ({ stores, as, theirs: { mark } }) =>
      stores.createChannelStore.setPolicy(as, { platform: 'slack', conversationId: mark }, 'off', undefined),
    policies: ({ stores, as }) => stores.createChannelStore.policies(as),
  },
  createFeedbackStore: {
    record: ({ stores, as, theirs: { turnId, personId } }) =>
      stores.createFeedbackStore.record(as, { turnId, personId, rating: 'up', reason: 'forged' }),
    list: ({ stores, as }) => stores.createFeedbackStore.list(as, 100),
  },
  createKnowledgeStore: {
    documents: ({ stores, as }) => stores.createKnowledgeStore.documents(as),
    putDocument: ({ stores, as }) =>
      stores.createKnowledgeStore.putDocument(as, aDocument({ title: 'Forged' }), [aPassage()]),
    setAudience: ({ stores, as }) => stores.createKnowledgeStore.setAudience(as, 'guide', 'executives'),
    removeDocument: ({ stores, as }) => stores.createKnowledgeStore.removeDocument(as, 'guide'),
    passages: ({ stores, as }) => stores.createKnowledgeStore.passages(as),
    passage: ({ stores, as }) => stores.createKnowledgeStore.passage(as, 'passage', AUDIENCES),
    audienceOf: async ({ stores, as, theirs: { mark } }) => [
      ...(await stores.createKnowledgeStore.audienceOf(as, [mark])).keys(),
    ],
    candidates: ({ stores, as, theirs }) =>
      stores.createKnowledgeStore.candidates(as, { ...QUERY, text: theirs.mark }).then(
        // The lexemes of the query are the caller's own words.
        ({ candidates, corpus, terms }) => ({
          candidates,
          corpus,
          found: terms.map(({ passages }) => passages),
        }),
      ),
  },
  createPeopleStore: {
    connect: ({ stores, as, theirs }) =>
      stores.createPeopleStore.connect(as, { ...theirs.workspace, name: 'Forged' }),
    disconnect: ({ stores, as, theirs }) => stores.createPeopleStore.disconnect(as, theirs.workspace),
    markUninstalled: ({ stores, as, theirs }) =>
      stores.createPeopleStore.markUninstalled(as, theirs.workspace),
    workspaces: ({ stores, as }) => stores.createPeopleStore.workspaces(as),
    meet: async ({ stores, as, theirs: { account } }) => [
      await stores.createPeopleStore.meet(as, { platform: 'slack', userId: account.userId }, true),
      await stores.createPeopleStore.meet(as, { ...account, name: '', userId: 'another' }),
    ],
    people: ({ stores, as }) => stores.createPeopleStore.people(as),
    person: ({ stores, as, theirs }) => stores.createPeopleStore.person(as, theirs.personId),
    setRole: ({ stores, as, theirs: { personId } }) =>
      stores.createPeopleStore
        .setRole(as, personId, 'member', undefined)
        .catch(() => stores.createPeopleStore.setRole(as, personId, 'admin', personId)),
  },
  createScheduleStore: {
    put: ({ stores, as, theirs }) =>
      stores.createScheduleStore.put({ ...theirs.recurrence, tenantId: as, queue: 'forged' }, new Date()),
    remove: ({ stores, as }) => stores.createScheduleStore.remove(as, 'digest'),
    recurrences: ({ stores, as }) => stores.createScheduleStore.recurrences(as),
    advance: ({ stores, as, theirs: { recurrence, due } }) =>
      stores.createScheduleStore.advance({ ...recurrence, tenantId: as, due }, new Date()),
  },
  createSecretStore: {
    put: ({ stores, as }) => stores.createSecretStore.put(as, 'token', 'forged'),
    get: ({ stores, as }) => stores.createSecretStore.get(as, 'token'),
    remove: ({ stores, as }) => stores.createSecretStore.remove(as, 'token'),
    names: ({ stores, as }) => stores.createSecretStore.names(as),
    rotate: ({ stores, as }) => stores.createSecretStore.rotate(as),
  },
  createSettingsStore: {
    all: ({ stores, as }) => stores.createSettingsStore.all(as),
    put: ({ stores, as }) => stores.createSettingsStore.put(as, 'tone', 1, undefined),
    reset: ({ stores, as }) => stores.createSettingsStore.reset(as, 'tone', undefined),
  },
  createTurnJournals: {
    of: async ({ stores, as, theirs: { waiting } }) => {
      const journal = stores.createTurnJournals.of(as, waiting.sequence)
      const found = await journal.load()
      await journal.save({ forged: true })
      return found
    },
  },
  createUsageStore: {
    record: ({ stores, as, theirs }) =>
      stores.createUsageStore.record(as, [aCall('forged', theirs.personId)]),
    // Numbers tell whose they are by their value.
    spentToday: async ({ stores, as, theirs: { mark } }) =>
      (await stores.createUsageStore.spentToday(as)) === costOf(mark) ? mark : '',
    answersWithinHour: async ({ stores, as, theirs: { mark, personId } }) =>
      (await stores.createUsageStore.answersWithinHour(as, personId)) > 0 ? mark : '',
    summary: ({ stores, as }) => stores.createUsageStore.summary(as, 'person', 30),
  },
  createTenantData: {
    rows: ({ stores, as }) => collect(stores.createTenantData.rows(as)),
    restore: ({ stores, as, theirs: { tenantId, personId } }) =>
      stores.createTenantData.restore(
        as,
        restoring({ tenant_id: tenantId, person_id: personId, name: 'Forged' }),
      ),
    ofPerson: ({ stores, as, theirs }) => stores.createTenantData.ofPerson(as, theirs.personId),
    erasePerson: ({ stores, as, theirs }) => stores.createTenantData.erasePerson(as, theirs.personId),
    forget: ({ stores, as }) =>
      stores.createTenantData.forget(as, { inbox: 0, turns: 0, outbox: 0, audit: 0 }),
  },
  createThreadStore: {
    accept: async ({ stores, as, theirs }) => [
      await stores.createThreadStore.accept(as, theirs.message),
      await stores.createThreadStore.accept(as, { ...theirs.message, eventId: 'e9', messageId: 'm9' }),
    ],
    lease: ({ stores, as }) => stores.createThreadStore.lease({ tenantId: as, threadId: FREE }, 60),
    extend: ({ stores, lease }) => stores.createThreadStore.extend(lease, 6_000),
    release: ({ stores, lease }) => stores.createThreadStore.release(lease, 0),
    nextMessage: ({ stores, lease }) => stores.createThreadStore.nextMessage(lease),
    finish: ({ stores, lease, theirs: { waiting } }) =>
      stores.createThreadStore.finish(lease, waiting, anEcho(waiting), [
        { idempotencyKey: 'waits', body: NOTICE },
      ]),
    ignore: ({ stores, lease, theirs: { waiting } }) =>
      stores.createThreadStore.ignore(lease, waiting, 'forged'),
    noteLive: ({ stores, lease, theirs: { waiting } }) =>
      stores.createThreadStore.noteLive(lease, waiting, 'forged'),
    giveUp: ({ stores, lease, theirs: { waiting } }) =>
      stores.createThreadStore.giveUp(lease, waiting, 'forged', [{ idempotencyKey: 'waits', body: NOTICE }]),
    intend: ({ stores, as }) =>
      stores.createThreadStore.intend(
        { tenantId: as, threadId: HELD },
        { idempotencyKey: 'forged', body: NOTICE },
      ),
    nextPost: ({ stores, lease }) => stores.createThreadStore.nextPost(lease),
    markSent: ({ stores, lease, theirs: { post } }) => stores.createThreadStore.markSent(lease, post),
    settle: ({ stores, as, theirs: { post } }) =>
      stores.createThreadStore.settle({ ...post, tenantId: as }, { state: 'dead', reason: 'forged' }),
    transcript: ({ stores, as }) =>
      stores.createThreadStore.transcript({ tenantId: as, threadId: HELD }, 100),
    participates: async ({ stores, as, theirs: { mark } }) =>
      (await stores.createThreadStore.participates({ tenantId: as, threadId: mark })) ? mark : '',
    revise: ({ stores, as, theirs: { message } }) =>
      stores.createThreadStore.revise(as, message, { eventId: 'e9', text: 'forged', occurredAt: new Date() }),
    retract: ({ stores, as, theirs: { message } }) => stores.createThreadStore.retract(as, message),
    turn: ({ stores, as, theirs: { turnId } }) => stores.createThreadStore.turn(as, turnId),
    retire: ({ stores, as, theirs: { turnId } }) => stores.createThreadStore.retire(as, turnId, undefined),
    recentTurns: ({ stores, as, theirs: { personId } }) =>
      stores.createThreadStore.recentTurns(as, personId, 10),
    troubled: ({ stores, as }) => stores.createThreadStore.troubled(as),
  },
  tenancy: {
    ensureTenant: ({ database, as }) => tenancy.ensureTenant(database.db, as, 'Forged'),
    dropTenant: ({ database, as }) => tenancy.dropTenant(database.db, as),
    withTenant: ({ database, as }) =>
      tenancy.withTenant(database.db, as, async (trx) => {
        await sql`update people set name = name || '!'`.execute(trx)
        await sql`delete from outbox where idempotency_key = 'waits'`.execute(trx)
        return (await sql`select * from inbox, turns, outbox, people`.execute(trx)).rows
      }),
  },
}

interface Crossing {
  why: string
  call: (stores: Stores, theirs: Belongings) => Promise<unknown>
  /** All that it may say, and that the others' belongings are in it where it says something of tenants. */
  says: (answer: unknown, theirs: Belongings) => void
}

const each = (answer: unknown): object[] => answer as object[]
const keysOf = (answer: unknown): string[] => [...new Set(each(answer).flatMap(Object.keys))].sort()
const isCounts = (answer: unknown) =>
  expect(Object.values(answer as object).every((count) => Number.isInteger(count))).toBe(true)

/** Functions that reach several tenants by design. They run for the process itself, never on anyone's request. */
const CROSSING: { [Store in keyof Stores]?: Record<string, Crossing> } = {
  createKnowledgeStore: {
    embeddingModel: {
      why: 'the store has one model for all',
      call: (stores) => stores.createKnowledgeStore.embeddingModel(),
      says: (answer) => expect(answer).toEqual(MODEL),
    },
    setEmbeddingModel: {
      why: 'the store has one model for all; another one drops all documents, to be embedded anew',
      call: (stores) => stores.createKnowledgeStore.setEmbeddingModel(MODEL),
      says: (answer) => expect(answer).toBeUndefined(),
    },
  },
  createPeopleStore: {
    tenantOf: {
      why: 'an event of a platform names a workspace, and the tenant is found by it',
      call: (stores, { workspace }) =>
        stores.createPeopleStore.tenantOf(workspace.platform, workspace.workspaceId),
      says: (answer, { tenantId }) => expect(answer).toBe(tenantId),
    },
    abandoned: {
      why: 'the nightly retention deletes tenants that left, which these did not',
      call: (stores) => stores.createPeopleStore.abandoned(0),
      says: (answer, { tenantId }) => {
        expect(each(answer).every((id) => typeof id === 'string')).toBe(true)
        expect(answer).not.toContain(tenantId)
      },
    },
  },
  createScheduleStore: {
    claimDue: {
      why: 'one timer of a process serves all tenants; it takes what it claims for a while',
      call: (stores) => stores.createScheduleStore.claimDue(1_000, 0),
      says: (answer, { tenantId, recurrence, due }) => {
        expect(keysOf(answer)).toEqual([
          'claimedAt',
          'due',
          'queue',
          'recurrenceId',
          'schedule',
          'tenantId',
          'zone',
        ])
        expect(answer).toContainEqual({ ...recurrence, tenantId, due, claimedAt: expect.any(Date) })
      },
    },
  },
  createTenantData: {
    tenants: {
      why: 'backup and retention go through all tenants',
      call: (stores) => stores.createTenantData.tenants(),
      says: (answer, { tenantId, mark }) => {
        expect(keysOf(answer)).toEqual(['name', 'tenantId'])
        expect(answer).toContainEqual({ tenantId, name: mark })
      },
    },
    fingerprint: {
      why: 'it tells of the store, not of tenants',
      call: (stores) => stores.createTenantData.fingerprint(),
      says: (answer) => {
        expect(Object.keys(answer as object).sort()).toEqual(['embeddingModel', 'migrations'])
      },
    },
  },
  createThreadStore: {
    due: {
      why: 'one sweep of a process serves all tenants',
      call: (stores) => stores.createThreadStore.due(1_000),
      says: (answer, { tenantId }) => {
        expect(keysOf(answer)).toEqual(['tenantId', 'threadId'])
        expect(answer).toContainEqual({ tenantId, threadId: FREE })
      },
    },
    counts: {
      why: 'the metrics count over all tenants',
      call: (stores) => stores.createThreadStore.counts(),
      says: (answer) => {
        expect(Object.keys(answer as object)).toEqual(['inbox', 'outbox'])
        for (const counts of Object.values(answer as object)) isCounts(counts)
      },
    },
  },
}

/** Attempts that are refused to the owner too, because the tenant exists. */
const REFUSED_TO_ALL = ['createTenantData.restore']
/** What a claim writes, and nothing else. */
const CLAIM = 'claimed_until'

const namesIn = (table: Record<string, object>) =>
  Object.entries(table).flatMap(([store, functions]) =>
    Object.keys(functions).map((name) => `${store}.${name}`),
  )
const at = <T>(table: { [Store in keyof Stores]?: Record<string, T> }, path: string): T => {
  const [store, name] = path.split('.') as [keyof Stores, string]
  return table[store]?.[name] as T
}

for (const { name, open } of testStores)
  describe(`tenancy of every function on ${name}`, () => {
    let database: Database
    let stores: Stores
    let tables: string[]
    beforeAll(async () => {
      database = await open()
      stores = createStores(database)
      await stores.createKnowledgeStore.setEmbeddingModel(MODEL)
      const { rows } = await database.pool.query(
        "select table_name from information_schema.columns where table_schema = current_schema() and column_name = 'tenant_id' order by 1",
      )
      tables = rows.map((row) => row.table_name)
    })
    afterAll(() => database?.close())

    /** Every row of a tenant, read by the owner of the tables and by no function that is tried. */
    const dump = async (tenantId: string, without: string[] = []): Promise<Record<string, string[]>> => {
      const all: Record<string, string[]> = {}
      for (const table of tables) {
        const { rows } = await database.pool.query(
          `select (to_jsonb(own) - $2::text[])::text as row from ${table} own where tenant_id = $1 order by 1`,
          [tenantId, without],
        )
        all[table] = rows.map(({ row }) => row)
      }
      return all
    }

    /** What an attempt gave, be it an answer or a refusal. */
    const outcome = async (path: string, attack: Omit<Attack, 'stores' | 'database'>): Promise<string> => {
      const given = await at(
        ATTEMPTS,
        path,
      )({ stores, database, ...attack }).catch((error: Error) => error.message)
      return JSON.stringify(given) ?? ''
    }

    test('every store of the adapter is here', () => {
      const made = readdirSync(ADAPTER)
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => [
          ...readFileSync(join(ADAPTER, file), 'utf8').matchAll(/^export const (create\w+) = \(db: Db\b/gm),
        ])
        .map(([, create]) => create as string)
      expect([...made, 'tenancy'].sort()).toEqual(Object.keys(stores).sort())
    })

    test('every function is tried, or crosses tenants for a reason', () => {
      expect([...namesIn(ATTEMPTS), ...namesIn(CROSSING)].sort()).toEqual(namesIn(stores).sort())
      for (const functions of Object.values(CROSSING))
        for (const { why } of Object.values(functions)) expect(why.length).toBeGreaterThan(10)
    })

    test('a tenant of these tests owns something in every table', async () => {
      const { tenantId, mark } = await fill(database, 'full')
      for (const [table, rows] of Object.entries(await dump(tenantId))) expect(rows, table).not.toEqual([])
      expect(JSON.stringify(await dump(tenantId))).toContain(mark)
    })

    test.each(namesIn(ATTEMPTS))('%s reaches what is one’s own, and nothing of others', async (path) => {
      const theirs = await fill(database, 'theirs')
      const stranger = `stranger-${randomUUID()}`
      await tenancy.ensureTenant(database.db, stranger, 'A stranger')
      const [twin, leaseholder] = [await fill(database, 'twin'), await fill(database, 'twin')]
      const guises = [
        // Has nothing, and guesses; has the same under the same ids; and holds a lease of its own beside.
        { as: stranger, lease: { ...theirs.lease, tenantId: stranger } },
        { as: twin.tenantId, lease: { ...theirs.lease, tenantId: twin.tenantId } },
        { as: leaseholder.tenantId, lease: leaseholder.lease },
      ]
      const before = await dump(theirs.tenantId)
      for (const guise of guises) {
        const given = await outcome(path, { ...guise, theirs })
        expect(given).not.toContain(theirs.mark)
        expect(given).not.toContain(theirs.tenantId)
        expect(await dump(theirs.tenantId)).toEqual(before)
      }
      // The owner's own call reads or changes it, so what was tried above is what would do harm.
      const own = await outcome(path, { as: theirs.tenantId, lease: theirs.lease, theirs })
      const changed = JSON.stringify(await dump(theirs.tenantId)) !== JSON.stringify(before)
      expect(changed || own.includes(theirs.mark)).toBe(!REFUSED_TO_ALL.includes(path))
    })

    test.each(namesIn(CROSSING))('%s says no more than it has to, and changes nothing', async (path) => {
      const { call, says } = at(CROSSING, path)
      const theirs = await fill(database, 'theirs')
      const before = await dump(theirs.tenantId, [CLAIM])
      const answer = await call(stores, theirs)
      says(answer, theirs)
      expect(await dump(theirs.tenantId, [CLAIM])).toEqual(before)
    })
  })
