import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Patience } from './adapters/claude/composer.ts'
import { loadDocument } from './adapters/documents/load-document.ts'
import { loadEmbedder } from './adapters/embeddings/load-embedder.ts'
import { readVectorCache, withCache } from './adapters/embeddings/vector-cache.ts'
import { createExtractiveComposer } from './adapters/extractive/composer.ts'
import { readArticleFiles } from './adapters/files/article-files.ts'
import { backupFile } from './adapters/files/backup-file.ts'
import { documentFiles } from './adapters/files/document-files.ts'
import { readPlaybookFiles } from './adapters/files/playbook-files.ts'
import { readPromptFiles } from './adapters/files/prompt-files.ts'
import { createAuditLog } from './adapters/postgres/audit-log.ts'
import { createBulletin } from './adapters/postgres/bulletin.ts'
import { createChannelStore } from './adapters/postgres/channel-store.ts'
import { createFeedbackStore } from './adapters/postgres/feedback-store.ts'
import { createKnowledgeStore } from './adapters/postgres/knowledge-store.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { createPeopleStore } from './adapters/postgres/people-store.ts'
import { openDatabase } from './adapters/postgres/pool.ts'
import { createScheduleStore } from './adapters/postgres/schedule-store.ts'
import { createSecretStore } from './adapters/postgres/secret-store.ts'
import { createSettingsStore } from './adapters/postgres/settings-store.ts'
import { dropTenant, ensureTenant } from './adapters/postgres/tenancy.ts'
import { createTenantData } from './adapters/postgres/tenant-data.ts'
import { createThreadStore } from './adapters/postgres/thread-store.ts'
import { createTurnJournals } from './adapters/postgres/turn-journals.ts'
import { createUsageStore } from './adapters/postgres/usage-store.ts'
import type { SlackDoors } from './adapters/slack/slack.ts'
import type { Operations } from './adapters/web/operations.ts'
import { createAllowance } from './advisor/allowance.ts'
import { costOf } from './advisor/prices.ts'
import { placeTool } from './advisor/tools/place-on-axes.ts'
import { searchKnowledge } from './advisor/tools/search-knowledge.ts'
import { type Advisor, createAdvisor } from './advisor/turn.ts'
import type { Config, SlackConfig } from './config.ts'
import { FIRST_QUESTIONS } from './conversation/first-questions.ts'
import type { Platform } from './conversation/message.ts'
import type { Audience, Viewer } from './conversation/people.ts'
import { AppError } from './errors.ts'
import { QUEUES } from './jobs/queues.ts'
import { parseArticle } from './knowledge/articles.ts'
import { ingestFromChat } from './knowledge/chat-documents.ts'
import {
  type IngestProgress,
  type IngestResult,
  indexText,
  ingest,
  removeDocuments,
} from './knowledge/ingest.ts'
import type { Ranked } from './knowledge/ranking.ts'
import { createRetriever } from './knowledge/retrieve.ts'
import { indexShared, type SharedDocument, sharedDocuments } from './knowledge/shared-knowledge.ts'
import { understand } from './knowledge/understand.ts'
import { createVocabulary } from './knowledge/vocabulary.ts'
import type { Logger } from './logger.ts'
import { dropAbandoned } from './org/abandoned.ts'
import { type BackupResult, backUp, restore } from './org/backup.ts'
import { readSettings } from './org/settings.ts'
import { type Playbook, parsePlaybook } from './playbook/playbook.ts'
import type { AuditLog } from './ports/audit-log.ts'
import type { ChatPlatform } from './ports/chat-platform.ts'
import type { Clock } from './ports/clock.ts'
import type { Composer } from './ports/composer.ts'
import type { Embedder } from './ports/embedder.ts'
import type { Jobs } from './ports/jobs.ts'
import type { KnowledgeStore, Passage } from './ports/knowledge-store.ts'
import type { PeopleStore } from './ports/people-store.ts'
import type { QuestionReader } from './ports/question-reader.ts'
import type { SecretStore } from './ports/secret-store.ts'
import type { SettingsStore } from './ports/settings-store.ts'
import type { TenantData } from './ports/tenant-data.ts'
import type { ThreadStore } from './ports/thread-store.ts'
import type { Toolbox } from './ports/toolbox.ts'
import { type Tracer, untraced } from './ports/tracer.ts'
import type { TurnJournals } from './ports/turn-journal.ts'
import type { ModelCall, UsageStore } from './ports/usage-store.ts'
import { createScreens } from './screens/create-screens.ts'
import { ownFeatures } from './screens/own-features.ts'
import { createAnswerMessage } from './threads/answer-message.ts'

/** The organization of whoever works in the terminal, and of the one workspace of a token. */
const TERMINAL_TENANT = 'local'
/** Days for which an organization's data outlive its last workspace. */
const GRACE_DAYS = 30
const ROOT = join(import.meta.dirname, '..')
/** Time that running jobs have to end when the process stops. */
const GRACE_MS = 10_000
export const VECTOR_CACHE = join(ROOT, 'knowledge', 'vectors.bin')

/** What a process of Cairn can do, whatever talks to it. */
export interface App {
  advise: Advisor
  search(tenantId: string, query: string, viewer?: Viewer): Promise<Ranked[]>
  /** Every passage, whomever it is for. */
  passages(tenantId: string): Promise<Passage[]>
  ingest(
    tenantId: string,
    paths: string[],
    onProgress?: (progress: IngestProgress) => void,
    audience?: Audience,
  ): Promise<IngestResult[]>
  removeDocuments(tenantId: string, paths: string[]): Promise<IngestResult[]>
  /** Adds a file that came from a chat, or brings it up to date. */
  addDocument(tenantId: string, name: string, bytes: Uint8Array, audience: Audience): Promise<IngestResult>
  /** Returns false when the organization has no such document. */
  removeDocument(tenantId: string, documentId: string): Promise<boolean>
  /** Runs work in a throw-away tenant that owns one document with this text, and removes both. */
  withPlantedDocument<T>(text: string, work: (tenantId: string) => Promise<T>): Promise<T>
  store: KnowledgeStore
  threads: ThreadStore
  people: PeopleStore
  audit: AuditLog
  data: TenantData
  usage: UsageStore
  /** What composes answers beside the extractive composer, when one is configured. */
  model: Composer | undefined
  /** Where a model's side of turns is kept until they are finished. */
  journals: TurnJournals
  /** What models may look up; also to be tried by hand. */
  tools: ToolsOf
  backUp(path: string): Promise<BackupResult>
  restore(path: string): Promise<BackupResult>
  /** The queues, started on first use. */
  jobs(): Promise<Jobs>
  secrets: SecretStore
  settings: SettingsStore
  /** Tries the tokens of Slack. @throws AppError `bad_config` that says what to do. */
  checkSlack(slack: SlackConfig): Promise<string>
  /** Answers what comes, posts what waits and runs what is due, until the application closes. Returns the port served. */
  work(part?: WorkPart): Promise<{ port: number; channels: string[] }>
  /** Makes the organization when it is absent. */
  ensureTenant(tenantId: string): Promise<void>
  dropTenant(tenantId: string): Promise<boolean>
  close(): Promise<void>
}

/** What a process does of the work; all of it unless told otherwise. */
export interface WorkPart {
  /** Takes in what channels hand over. */
  receives?: boolean
  /** Answers it, posts, and runs what is due. */
  answers?: boolean
  port?: number
}

/** The tools of a tenant; `may` tells which passages may be found. */
type ToolsOf = (tenantId: string, viewer: Viewer | undefined, may?: (passage: Passage) => boolean) => Toolbox

/** Parts that a test or a benchmark puts in place of the configured ones. */
export interface AppOverrides {
  embedder?: Embedder
  clock?: Clock
  onProgress?: (text: string) => void
  logger?: Pick<Logger, 'warn' | 'info'>
  /** How long a model is waited for. */
  patience?: Patience
  /** It answers many at once: what computes for long does so in threads of its own. */
  serves?: boolean
  /** How long a post may be on its way, and how long a worker may be silent, before others look after them. */
  waits?: { settleMs: number; leaseSeconds: number }
}

/** The playbook of this installation, validated. */
export const readPlaybook = async (): Promise<Playbook> =>
  parsePlaybook(await readPlaybookFiles(join(ROOT, 'knowledge', 'playbook')))

/** Every document of the shared knowledge of this installation. */
export const readSharedDocuments = async (playbook: Playbook): Promise<SharedDocument[]> => {
  const files = await readArticleFiles(join(ROOT, 'knowledge', 'articles'))
  return sharedDocuments(
    playbook,
    files.map(({ name, text }) => parseArticle(name, text)),
  )
}

/** Fills a store for the first time, or brings it up to this version's knowledge and embedding model. */
const bringUpToDate = async (
  store: KnowledgeStore,
  embedder: Embedder,
  documents: SharedDocument[],
  onProgress: (text: string) => void,
): Promise<void> => {
  const model = await store.embeddingModel()
  const dimension = (await embedder.embedQuery('scaling')).length
  if (model?.name !== embedder.model) await store.setEmbeddingModel({ name: embedder.model, dimension })
  else if (model.dimension !== dimension)
    throw new AppError(
      'store_incompatible',
      `The store holds vectors of ${model.dimension} dimensions by ${model.name}, which now gives ${dimension}. Set EMBEDDINGS to the model that filled it, or use a new store.`,
    )
  await indexShared(store, embedder, documents, ({ done, total }) =>
    onProgress(`Indexing the knowledge base: ${done} of ${total}`),
  )
}

/** What every question is asked against: each entry once, without the overviews that say them again. */
const sharedKnowledge = (playbook: Playbook, documents: SharedDocument[]): Passage[] =>
  documents.flatMap(({ id: documentId, title: document, origin, passages }) =>
    passages
      .filter(({ id }) => playbook.entry(id)?.kind !== 'overview')
      .map(({ lines: _, ...passage }) => ({ ...passage, documentId, document, origin })),
  )

/** What the configured model does, loaded on demand. */
const loadModels = async (
  { model, keys }: Config,
  knowledge: () => Passage[],
  trace: Tracer,
  patience: AppOverrides['patience'],
): Promise<{ model?: Composer; reader?: QuestionReader }> => {
  if (!model) return {}
  const { through, name, small, ...access } = model
  const prompts = await readPromptFiles(join(ROOT, 'prompts'))
  if (through === 'langchain') {
    const [{ createLangChainComposer }, { loadModel }] = await Promise.all([
      import('./adapters/langchain/composer.ts'),
      import('./adapters/langchain/load-model.ts'),
    ])
    const urls = { openaiKey: keys.openai, openaiUrl: access.baseUrl, ollamaUrl: keys.ollamaUrl }
    return { model: createLangChainComposer({ model: await loadModel(name, urls), name, prompts, trace }) }
  }
  const [{ createClaudeComposer }, { createClaudeClient }, { createQuestionReader }] = await Promise.all([
    import('./adapters/claude/composer.ts'),
    import('./adapters/claude/client.ts'),
    import('./adapters/claude/question-reader.ts'),
  ])
  const client = await createClaudeClient({ through, ...access })
  return {
    model: createClaudeComposer({
      client,
      model: name,
      prompts,
      knowledge: knowledge(),
      trace,
      ...(patience ? { patience } : {}),
    }),
    ...(small ? { reader: createQuestionReader({ client, model: small, prompts }) } : {}),
  }
}

/** Opens a store, brings its schema and shared knowledge up to date, and joins everything that works on it. */
export const createApp = async (config: Config, overrides: AppOverrides = {}): Promise<App> => {
  const { clock = performance, onProgress = () => {}, logger, waits } = overrides
  const playbook = await readPlaybook()
  const documents = await readSharedDocuments(playbook)
  // The embedder before the embedded database: the other way round raises the peak of memory.
  const threaded =
    overrides.serves && !overrides.embedder && config.embeddings === 'use-lite'
      ? await (await import('./adapters/embeddings/threaded.ts')).loadUseLiteInThread()
      : undefined
  const embedder =
    overrides.embedder ?? threaded?.embedder ?? (await loadEmbedder(config.embeddings, config.keys))
  // Loaded on demand: without a collector nothing of OpenTelemetry is.
  const traces =
    config.tracesEndpoint === undefined
      ? undefined
      : (await import('./adapters/traces/otlp.ts')).startTraces({
          endpoint: config.tracesEndpoint,
          onLoss: (reason) => logger?.warn(reason),
        })
  const database = await openDatabase(config)
  const { db } = database
  const cache = await readVectorCache(VECTOR_CACHE)
  const store = createKnowledgeStore(db, (text) => cache.get(embedder.model, text))
  try {
    await migrate(db)
    await bringUpToDate(store, withCache(embedder, cache), documents, onProgress)
  } catch (error) {
    await database.close()
    throw error
  }
  const vocabulary = createVocabulary(playbook.synonyms)
  const retrieve = createRetriever({ store, embedder, playbook, vocabulary })
  const ingesting = (tenantId: string) => ({
    store,
    embedder,
    tenantId,
    load: loadDocument,
    files: documentFiles,
  })
  const extractive = createExtractiveComposer(playbook, vocabulary)
  const trace = traces?.trace ?? untraced
  const settings = createSettingsStore(db)
  const usage = createUsageStore(db)
  const tools: ToolsOf = (tenantId, viewer, may = () => true) => [
    searchKnowledge(tenantId, { retrieve, axes: playbook.axes, viewer, may }),
    placeTool(playbook.axes),
  ]
  const sharedIds = new Set(documents.flatMap(({ passages }) => passages.map(({ id }) => id)))
  const { model, reader } = await loadModels(
    config,
    () => sharedKnowledge(playbook, documents),
    trace,
    overrides.patience,
  )
  const compose = createAdvisor({
    playbook,
    vocabulary,
    retrieve,
    extractive,
    ...(model ? { model } : {}),
    ...(reader ? { reader } : {}),
    allow: createAllowance((tenantId) => readSettings(settings, tenantId), usage),
    isShared: (passageId) => sharedIds.has(passageId),
    tools,
    clock,
    trace,
  })
  const respond: Advisor = async (input) => {
    const { tenantId, turnId = randomUUID(), personId } = input
    const result = await compose(input)
    const { dropped, modelFailure, toolFailures, promptVersion } = result
    if (dropped.length > 0) logger?.warn({ tenantId, turnId, dropped }, 'the verifier left statements out')
    for (const err of toolFailures) logger?.warn({ tenantId, turnId, err }, err.message)
    if (modelFailure !== undefined)
      logger?.warn(
        { tenantId, turnId, composer: model?.name },
        modelFailure instanceof Error ? modelFailure.message : 'the model failed',
      )
    if (result.usage.length === 0) return result
    const calls = result.usage.map((call): ModelCall => {
      const costUsd = costOf(call, call.model === config.model?.name ? config.model.price : undefined)
      return {
        ...call,
        turnId,
        ...(personId === undefined ? {} : { personId }),
        ...(promptVersion === undefined ? {} : { promptVersion }),
        ...(costUsd === undefined ? {} : { costUsd }),
      }
    })
    await ensureTenant(db, tenantId, tenantId)
    await usage.record(tenantId, calls)
    return result
  }
  const threads = createThreadStore(db, waits)
  const journals = createTurnJournals(db)
  const people = createPeopleStore(db)
  const data = createTenantData(db)
  const channels = createChannelStore(db)
  const feedback = createFeedbackStore(db)
  const audit = createAuditLog(db)
  const secrets = createSecretStore(db, config.encryptionKey)
  const addDocument: App['addDocument'] = async (tenantId, name, bytes, audience) => {
    await ensureTenant(db, tenantId, tenantId)
    return ingestFromChat(ingesting(tenantId), name, bytes, audience)
  }
  /** Those that are connected, once they are. */
  let platforms: Partial<Record<Platform, ChatPlatform>> = {}
  const screens = createScreens(
    ownFeatures({
      playbook,
      threads,
      knowledge: store,
      people,
      channels,
      feedback,
      settings,
      audit,
      addDocument,
      removeDocument: store.removeDocument,
      nameOf: async ({ tenantId, platform }, conversationId) =>
        platforms[platform]?.directory?.nameOf(tenantId, conversationId),
      profileOf: async ({ tenantId, platform }, userId) =>
        platforms[platform]?.directory?.profileOf(tenantId, userId),
      ...(model ? { model: model.name } : {}),
    }),
  )
  const backups = { data, file: backupFile, now: () => new Date() }
  const onError = (error: unknown) => logger?.warn({ err: error }, 'background work failed and goes on')
  let starting: Promise<Jobs> | undefined
  // Loaded on demand: most commands neither queue nor serve anything.
  const jobs = () =>
    (starting ??= import('./adapters/jobs/pg-boss.ts').then(({ startJobs }) =>
      startJobs({ ...database, queues: QUEUES, onError }),
    ))
  /** What was begun, the latest first. */
  const begun: (() => unknown)[] = []

  return {
    advise: (input) =>
      trace('cairn.turn', { 'cairn.tenant.id': input.tenantId }, async (span) => {
        const result = await respond(input)
        span.set({ 'cairn.reply.kind': result.reply.kind })
        return result
      }),
    threads,
    data,
    settings,
    usage,
    model,
    journals,
    tools,
    jobs,
    people,
    audit,
    backUp: (path) => backUp(backups, path),
    restore: (path) => restore(backups, path),
    ensureTenant: (tenantId) => ensureTenant(db, tenantId, tenantId),
    dropTenant: (tenantId) => dropTenant(db, tenantId),
    secrets,
    checkSlack: async (slack) => (await import('./adapters/slack/check.ts')).checkSlack(slack),
    work: async ({ receives = true, answers = true, port = config.port } = {}) => {
      const queues = await jobs()
      const [{ serveOperations }, { startWork }, { createChartThread }] = await Promise.all([
        import('./adapters/web/operations.ts'),
        import('./jobs/start-work.ts'),
        import('./adapters/charts/threaded.ts'),
      ])
      const charts = createChartThread()
      begun.unshift(charts.close)
      let accept: SlackDoors['accept'] | undefined
      let operations: Operations | undefined
      const slack =
        config.slack &&
        (await (
          await import('./adapters/slack/slack.ts')
        ).createSlack(
          {
            config: config.slack,
            tenantId: TERMINAL_TENANT,
            people,
            secrets,
            threads,
            channels,
            bulletin: createBulletin(database),
            ensureTenant: (tenantId) => ensureTenant(db, tenantId, tenantId),
            drawChart: charts.draw,
            prompts: FIRST_QUESTIONS,
            now: () => performance.now(),
            onFailure: (err) => logger?.warn({ err, platform: 'slack' }, 'something failed in Slack'),
            warn: (text) => logger?.warn({ platform: 'slack' }, text),
          },
          {
            accept: (tenantId, message) => (accept as SlackDoors['accept'])(tenantId, message),
            screens,
          },
        ))
      if (slack) begun.unshift(slack.stop)
      platforms = slack ? { slack: slack.platform } : {}
      const answer = createAnswerMessage({
        store: threads,
        people,
        knowledge: store,
        advise: respond,
        platforms,
        journals,
        trace,
      })
      const work = await startWork({
        jobs: queues,
        threads,
        schedules: createScheduleStore(db),
        data,
        settings,
        platforms,
        answers,
        ...(waits ? { leaseSeconds: waits.leaseSeconds } : {}),
        dropAbandoned: () =>
          dropAbandoned({ people, dropTenant: (tenantId) => dropTenant(db, tenantId) }, GRACE_DAYS, [
            TERMINAL_TENANT,
          ]),
        answer: async (lease, message, signal) => {
          const answered = await answer(lease, message, signal)
          const { tenantId, threadId } = lease
          if ('ignore' in answered) return answered
          const { turnId, reply, timings } = answered.turn
          const total = timings.total ?? 0
          // What waited since the last time may be answered before anybody is served.
          operations?.observeTurn(reply.kind, total)
          logger?.info({ tenantId, threadId, turnId, kind: reply.kind, ms: Math.round(total) }, 'answered')
          return answered
        },
        trace,
        onError,
        onTrouble: (trouble) =>
          logger?.warn(trouble, 'a post may not have arrived; "npx cairn jobs posts" lists such posts'),
        onFailure: (failure, err) => logger?.warn({ ...failure, err }, 'a turn failed and is tried again'),
      })
      accept = work.accept
      begun.unshift(work.stop)
      operations = await serveOperations({
        host: config.host,
        port,
        counts: threads.counts,
        jobCounts: queues.counts,
        ping: async () => void (await database.pool.query('select 1')),
        routes: slack?.routes && receives ? [slack.routes] : [],
      })
      begun.unshift(operations.close)
      if (receives) await slack?.start()
      return { port: operations.port, channels: slack ? ['Slack'] : [] }
    },
    search: async (tenantId, query, viewer) =>
      (await retrieve(tenantId, understand(query, playbook.axes), viewer)).merged,
    passages: (tenantId) => store.passages(tenantId),
    ingest: async (tenantId, paths, progress, audience) => {
      await ensureTenant(db, tenantId, tenantId)
      return ingest(ingesting(tenantId), paths, progress, audience)
    },
    removeDocuments: (tenantId, paths) => removeDocuments(ingesting(tenantId), paths),
    addDocument,
    removeDocument: store.removeDocument,
    withPlantedDocument: async (text, work) => {
      const tenantId = `planted-${randomUUID()}`
      await ensureTenant(db, tenantId, 'A planted document')
      try {
        const { markdown } = await loadDocument('planted.md', Buffer.from(text))
        const passages = await indexText(embedder, tenantId, markdown)
        const document = { id: 'planted', title: 'Planted', origin: 'file', audience: 'everyone' } as const
        await store.putDocument(tenantId, { ...document, contentHash: 'planted' }, passages)
        return await work(tenantId)
      } finally {
        await dropTenant(db, tenantId)
      }
    },
    store,
    close: async () => {
      for (const stop of begun.splice(0)) await stop()
      await (await starting?.catch(() => undefined))?.stop(GRACE_MS)
      await Promise.all([database.close(), traces?.close(), threaded?.close()])
    },
  }
}
