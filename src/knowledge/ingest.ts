import { createHash } from 'node:crypto'
import { sep } from 'node:path'
import type { Audience } from '../conversation/people.ts'
import { AppError } from '../errors.ts'
import type { DocumentFiles, DocumentLoader } from '../ports/document-loader.ts'
import type { Embedder, Vector } from '../ports/embedder.ts'
import type { IndexedPassage, KnowledgeDocument, KnowledgeStore } from '../ports/knowledge-store.ts'
import { CHUNKER_VERSION, chunkMarkdown } from './chunk.ts'

/** What turns the bytes of a document into passages of a tenant. */
export interface BytesService {
  store: KnowledgeStore
  embedder: Embedder
  load: DocumentLoader
  tenantId: string
}

export interface IngestService extends BytesService {
  files: DocumentFiles
}

/** What became of one file: `reassigned` has another audience and the same text. `reason` says why it failed. */
export interface IngestResult {
  path: string
  outcome: 'added' | 'replaced' | 'reassigned' | 'unchanged' | 'removed' | 'failed'
  passages: number
  /** Who may see the document now. */
  audience?: Audience
  reason?: string
}

/** Files done and in all, and passages indexed so far. */
export interface IngestProgress {
  done: number
  total: number
  passages: number
}

/** Failures that concern one file; any other ends the run, with what was finished in place. */
const OF_ONE_FILE = new Set(['bad_input', 'not_found'])

const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Passages of a text with their vectors; nothing is written yet, so that nothing can be left half-indexed. */
export const indexText = async (
  embedder: Embedder,
  id: string,
  markdown: string,
): Promise<IndexedPassage[]> => {
  const passages: IndexedPassage[] = []
  for (const [position, { section, body, style }] of chunkMarkdown(markdown).entries()) {
    const lines = style === 'list' ? body.split('\n').filter((line) => line.length > 2) : []
    const [vector, ...lineVectors] = await embedder.embedDocuments([`${section}\n${body}`, ...lines])
    passages.push({
      id: `${hash(id).slice(0, 12)}.${position + 1}`,
      section,
      body,
      style,
      about: {},
      vector: vector as Vector,
      lines: lines.map((text, index) => ({
        kind: 'line' as const,
        text,
        vector: lineVectors[index] as Vector,
      })),
    })
  }
  return passages
}

/** A document as bytes, wherever they came from. */
interface GivenDocument {
  id: string
  /** What the outcome is told of; its ending names the format. */
  path: string
  bytes: Uint8Array
}

/** Adds a document, or brings it up to date. @throws AppError `bad_input` when it cannot be read. */
export const ingestBytes = async (
  { store, embedder, load, tenantId }: BytesService,
  { id, path, bytes }: GivenDocument,
  before: KnowledgeDocument | undefined,
  given: Audience | undefined,
): Promise<IngestResult> => {
  const contentHash = hash(`${CHUNKER_VERSION}:${hash(bytes)}`)
  // A document that was kept from others must not become everyone's because an update does not name its audience.
  const audience = given ?? before?.audience ?? 'everyone'
  if (before?.contentHash === contentHash) {
    if (before.audience === audience) return { path, outcome: 'unchanged', passages: 0, audience }
    await store.setAudience(tenantId, id, audience)
    return { path, outcome: 'reassigned', passages: 0, audience }
  }
  const { title, markdown } = await load(path, bytes)
  const passages = await indexText(embedder, id, markdown)
  if (passages.length === 0) throw new AppError('bad_input', 'no text was found in it')
  await store.putDocument(tenantId, { id, title, origin: 'file', contentHash, audience }, passages)
  return { path, outcome: before ? 'replaced' : 'added', passages: passages.length, audience }
}

/** What became of one file; a failure that concerns no other file is its outcome. */
export const orFailure = async (path: string, work: () => Promise<IngestResult>): Promise<IngestResult> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || !OF_ONE_FILE.has(error.code)) throw error
    return { path, outcome: 'failed', passages: 0, reason: error.message }
  }
}

/**
 * Adds the documents at or below the paths, or brings them up to date. A file that cannot be read does not stop the
 * others; a failure of the store or the embedder does. Without an audience, new documents are for everyone and known
 * ones for whom they were.
 */
export const ingest = async (
  service: IngestService,
  paths: string[],
  onProgress: (progress: IngestProgress) => void = () => {},
  audience?: Audience,
): Promise<IngestResult[]> => {
  const { found, missing } = await service.files.list(paths)
  const documents = await service.store.documents(service.tenantId)
  const known = new Map(documents.map((document) => [document.id, document]))
  const results: IngestResult[] = missing.map((path) => ({
    path,
    outcome: 'failed',
    passages: 0,
    reason: 'there is no such file or folder',
  }))
  const progress = { done: 0, total: found.length, passages: 0 }
  onProgress(progress)
  for (const path of found) {
    const id = `file:${path}`
    results.push(
      await orFailure(path, async () => {
        const bytes = await service.files.read(path).catch((cause: unknown) => {
          throw new AppError('not_found', 'it cannot be opened; check its permissions', { cause })
        })
        return ingestBytes(service, { id, path, bytes }, known.get(id), audience)
      }),
    )
    progress.done++
    progress.passages += results.at(-1)?.passages ?? 0
    onProgress({ ...progress })
  }
  return results
}

/** Removes the documents that were ingested from the paths or from below them, whether or not they still exist. */
export const removeDocuments = async (
  { store, tenantId }: IngestService,
  paths: string[],
): Promise<IngestResult[]> => {
  const results: IngestResult[] = []
  for (const { id } of await store.documents(tenantId)) {
    const path = id.startsWith('file:') ? id.slice('file:'.length) : undefined
    if (
      path === undefined ||
      !paths.some(
        (given) => path === given || path.startsWith(given.endsWith(sep) ? given : `${given}${sep}`),
      )
    )
      continue
    if (await store.removeDocument(tenantId, id)) results.push({ path, outcome: 'removed', passages: 0 })
  }
  return results
}
