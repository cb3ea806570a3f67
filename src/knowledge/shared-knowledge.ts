import { createHash } from 'node:crypto'
import type { Playbook } from '../playbook/playbook.ts'
import type { Origin } from '../playbook/schema.ts'
import type { Embedder, Vector } from '../ports/embedder.ts'
import type { IndexedPassage, KnowledgeDocument, KnowledgeStore } from '../ports/knowledge-store.ts'
import type { Article } from './articles.ts'

/** The reserved tenant that owns the knowledge every organization sees. */
const SHARED_TENANT = 'shared'

type UnindexedPassage = Omit<IndexedPassage, 'vector' | 'lines'> & {
  lines: { kind: 'line' | 'asked'; text: string }[]
}

/** A document of the shared knowledge, ready to be indexed. */
export interface SharedDocument extends Omit<KnowledgeDocument, 'contentHash' | 'audience'> {
  passages: UnindexedPassage[]
}

/** The playbook and the articles as documents of passages, in a fixed order. Pure. */
export const sharedDocuments = (playbook: Playbook, articles: Article[]): SharedDocument[] => {
  const byTitle = Map.groupBy(playbook.entries, ({ document }) => document)
  const fromPlaybook = [...byTitle].map(
    ([title, entries]): SharedDocument => ({
      id: `playbook:${title}`,
      title,
      origin: entries[0]?.origin as Origin,
      passages: entries.map((entry) => ({
        id: entry.id,
        section: entry.section,
        body: entry.body,
        style: 'list',
        about: entry.about,
        lines: entry.asked.map((text) => ({ kind: 'asked' as const, text })),
      })),
    }),
  )
  const fromArticles = articles.map(
    (article): SharedDocument => ({
      id: `article:${article.id}`,
      title: article.title,
      origin: article.origin,
      passages: article.sections.map(({ id, section, body, asked }) => ({
        id,
        section,
        body,
        style: 'list',
        about: {},
        lines: asked.map((text) => ({ kind: 'asked' as const, text })),
      })),
    }),
  )
  return [...fromPlaybook, ...fromArticles]
}

/** Every text of the shared knowledge that is embedded, by passage: its body under its heading, then its lines. */
export const embeddedTexts = (passage: UnindexedPassage): string[] => [
  `${passage.section}\n${passage.body}`,
  ...passage.lines.map(({ text }) => text),
]

const hashOf = (document: SharedDocument): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('hex')

export interface IndexProgress {
  done: number
  total: number
}

/**
 * Brings the store's shared documents up to these: new and changed ones are embedded and put, others removed.
 * @param onProgress called after each passage that had to be embedded.
 */
export const indexShared = async (
  store: KnowledgeStore,
  embedder: Embedder,
  documents: SharedDocument[],
  onProgress: (progress: IndexProgress) => void = () => {},
): Promise<void> => {
  const stored = new Map(
    (await store.documents(SHARED_TENANT)).map((document) => [document.id, document.contentHash]),
  )
  const stale = documents.filter((document) => stored.get(document.id) !== hashOf(document))
  const total = stale.reduce((sum, { passages }) => sum + passages.length, 0)
  let done = 0
  for (const document of stale) {
    const passages: IndexedPassage[] = []
    for (const passage of document.passages) {
      const [vector, ...lineVectors] = await embedder.embedDocuments(embeddedTexts(passage))
      const lines = passage.lines.map((line, index) => ({ ...line, vector: lineVectors[index] as Vector }))
      passages.push({ ...passage, vector: vector as Vector, lines })
      onProgress({ done: ++done, total })
    }
    const { id, title, origin } = document
    const contentHash = hashOf(document)
    await store.putDocument(SHARED_TENANT, { id, title, origin, contentHash, audience: 'everyone' }, passages)
  }
  const current = new Set(documents.map(({ id }) => id))
  for (const id of stored.keys()) if (!current.has(id)) await store.removeDocument(SHARED_TENANT, id)
}
