import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryVectorStore } from '@langchain/classic/vectorstores/memory'
import type { EmbeddingsInterface } from '@langchain/core/embeddings'
import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters'
import { sql } from 'kysely'
import { loadUseLite } from '../src/adapters/embeddings/use-lite.ts'
import { readVectorCache, withCache } from '../src/adapters/embeddings/vector-cache.ts'
import { createKnowledgeStore } from '../src/adapters/postgres/knowledge-store.ts'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { openDatabase } from '../src/adapters/postgres/pool.ts'
import { ensureTenant, withTenant } from '../src/adapters/postgres/tenancy.ts'
import { readPlaybook, readSharedDocuments, VECTOR_CACHE } from '../src/app.ts'
import { RANKING, rank } from '../src/knowledge/ranking.ts'
import { createRetriever } from '../src/knowledge/retrieve.ts'
import { indexShared } from '../src/knowledge/shared-knowledge.ts'
import { understand } from '../src/knowledge/understand.ts'
import { createVocabulary } from '../src/knowledge/vocabulary.ts'
import type { Candidate } from '../src/ports/knowledge-store.ts'
import { type Collection, holds, ndcg10, readCollections, readQuestions } from './questions.ts'

/*
 * Retrieval quality and latency of Cairn beside LangChain's usual recipe and plain full-text search, in one run on one
 * machine. Usage: npm run bench:retrieval -- [QUESTIONS.jsonl] [--external FOLDER]
 */
const words = process.argv.slice(2)
const externalAt = words.indexOf('--external')
const external = externalAt >= 0 ? words[externalAt + 1] : undefined
const questionFile = words.find((word) => word.endsWith('.jsonl')) ?? 'test/fixtures/house-questions.jsonl'

const print = (text: string) => process.stdout.write(`${text}\n`)
const quantile = (values: number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] as number

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const embedder = await loadUseLite()
const playbook = await readPlaybook()
const documents = await readSharedDocuments(playbook)
const { db, close } = await openDatabase({ dataDir: folder })
await migrate(db)
const store = createKnowledgeStore(db)
await store.setEmbeddingModel({ name: embedder.model, dimension: 512 })
await indexShared(store, withCache(embedder, await readVectorCache(VECTOR_CACHE)), documents)
const vocabulary = createVocabulary(playbook.synonyms)

interface System {
  name: string
  search(question: string): Promise<string[]>
}

const textOf = ({ passage }: Candidate) => [passage.document, passage.section, passage.body].join('\n')

const cairn = (name: string, weights?: { cosine: number; line: number; lexical: number }): System => {
  const retrieve = createRetriever({ store, embedder, playbook, vocabulary, ...(weights ? { weights } : {}) })
  return {
    name,
    search: async (question) =>
      (await retrieve('local', understand(question, playbook.axes))).merged.map(textOf),
  }
}

/** The usual recipe: each document's text, split at 1,000 characters with 200 of overlap, the nearest vectors. */
const recipe = async (): Promise<System> => {
  const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1_000, chunkOverlap: 200 })
  const texts = documents.map(({ passages }) =>
    passages.map(({ section, body }) => `${section}\n${body}`).join('\n\n'),
  )
  const chunks = await splitter.createDocuments(texts)
  const vectors = await MemoryVectorStore.fromDocuments(chunks, embedder as EmbeddingsInterface)
  return {
    name: "LangChain's recipe",
    search: async (question) =>
      (await vectors.similaritySearch(question, 10)).map(({ pageContent }) => pageContent),
  }
}

/** What a database gives by itself: words joined by OR, ranked by cover density. */
const fullText: System = {
  name: 'full-text search',
  search: (question) =>
    withTenant(db, 'local', async (trx) => {
      const { rows } = await sql<{ text: string }>`
        with query as (select string_agg(quote_literal(lexeme), ' | ')::tsquery as q from unnest(to_tsvector('english', ${question})))
        select title || chr(10) || section || chr(10) || body as text
        from passages join documents using (tenant_id, document_id), query,
          to_tsvector('english', title || ' ' || section || ' ' || body) as own
        where own @@ q order by ts_rank_cd(own, q) desc limit 10`.execute(trx)
      return rows.map(({ text }) => text)
    }),
}

const measure = async (system: System): Promise<{ at5: number; at10: number; p50: number; p95: number }> => {
  const questions = readQuestions(questionFile)
  for (const { question } of questions.slice(0, 5)) await system.search(question)
  const times: number[] = []
  let [at5, at10] = [0, 0]
  for (const asked of questions) {
    const started = performance.now()
    const texts = await system.search(asked.question)
    times.push(performance.now() - started)
    at5 += Number(holds(asked, texts, 5))
    at10 += Number(holds(asked, texts, 10))
  }
  return {
    at5: at5 / questions.length,
    at10: at10 / questions.length,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
  }
}

const systems = [
  await recipe(),
  fullText,
  cairn('Cairn, vectors off', { cosine: 0, line: 0, lexical: 1 }),
  cairn('Cairn'),
]
print(
  `${questionFile}\n${'system'.padEnd(22)} evidence@5  @10    p50 ms  p95 ms  @5 as ratio to the recipe, p50 likewise`,
)
let base: Awaited<ReturnType<typeof measure>> | undefined
for (const system of systems) {
  const result = await measure(system)
  base ??= result
  const { at5, at10, p50, p95 } = result
  print(
    `${system.name.padEnd(22)} ${at5.toFixed(3).padStart(9)}  ${at10.toFixed(3)}  ${p50.toFixed(1).padStart(6)}  ${p95.toFixed(1).padStart(6)}  ${(at5 / base.at5).toFixed(2)}x  ${(p50 / base.p50).toFixed(2)}x`,
  )
}

/** Each document of a collection as one passage of prose in a tenant of its own, asked through the store and `rank`. */
const measureCollection = async ({
  name,
  documents: texts,
  queries,
  relevant,
}: Collection): Promise<void> => {
  const tenantId = `bench-${name}`
  await ensureTenant(db, tenantId, name)
  const passages = []
  for (const { id, text } of texts)
    passages.push({
      id: `${name}:${id}`,
      section: '',
      body: text,
      style: 'prose' as const,
      about: {},
      vector: await embedder.embedQuery(text),
      lines: [],
    })
  const document = { id: name, title: name, origin: 'file', audience: 'everyone' } as const
  await store.putDocument(tenantId, { ...document, contentHash: name }, passages)
  const judged = queries.filter(({ id }) => relevant.has(id))
  const totals = { full: 0, off: 0 }
  for (const { id, text } of judged) {
    const set = await store.candidates(tenantId, {
      text,
      vector: await embedder.embedQuery(text),
      limit: 100,
      audiences: ['everyone'],
    })
    const own = { ...set, candidates: set.candidates.filter(({ passage }) => passage.documentId === name) }
    const ids = (ranked: { passage: { id: string } }[]) =>
      ranked.map(({ passage }) => passage.id.slice(name.length + 1))
    totals.full += ndcg10(ids(rank(own)), relevant.get(id) as Map<string, number>)
    totals.off += ndcg10(
      ids(rank(own, { weights: { cosine: 0, line: 0, lexical: 1 } })),
      relevant.get(id) as Map<string, number>,
    )
  }
  print(
    `${name}: nDCG@10 ${(totals.full / judged.length).toFixed(3)}; vectors off ${(totals.off / judged.length).toFixed(3)} (${judged.length} queries, ${texts.length} documents)`,
  )
}

if (external) {
  print(`weights of prose: ${JSON.stringify(RANKING.weights.prose)}`)
  for (const collection of readCollections(external)) await measureCollection(collection)
}
await close()
await rm(folder, { recursive: true, force: true })
