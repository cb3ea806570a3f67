import type { Audience } from '../conversation/people.ts'
import type { About, Origin } from '../playbook/schema.ts'
import type { Vector } from './embedder.ts'

/** Where a document came from: one of the shared knowledge's origins, or a company's own file. */
export type DocumentOrigin = Origin | 'file'

/** How a passage is written; retrieval weighs its signals by it. */
export type PassageStyle = 'list' | 'prose'

export interface KnowledgeDocument {
  /** Stable within its tenant: `playbook`, `article:…` or the path a file was ingested from. */
  id: string
  title: string
  origin: DocumentOrigin
  /** Hash of everything that was indexed; an equal hash means that nothing has to be done. */
  contentHash: string
  /** Who may see its passages. Shared documents are for everyone. */
  audience: Audience
}

export interface Passage {
  id: string
  documentId: string
  document: string
  origin: DocumentOrigin
  /** Path of headings, joined by ` > `. */
  section: string
  body: string
  style: PassageStyle
  about: About
}

/** A passage as it is indexed. Vectors are unit vectors of the active embedding model. */
export interface IndexedPassage extends Omit<Passage, 'documentId' | 'document' | 'origin'> {
  vector: Vector
  /** Short texts searched beside the body and never shown on their own: lines and asked questions. */
  lines: { kind: 'line' | 'asked'; text: string; vector: Vector }[]
}

/** What is known about one passage for one query, before any weighing. */
export interface Candidate {
  passage: Passage
  /** Cosine of query and passage, -1..1. */
  cosine: number
  /** Best cosine among the passage's lines and asked questions; undefined when it has none. */
  line: number | undefined
  /** The asked question or line that `line` belongs to. */
  lineText: string | undefined
  /** Occurrences in the passage of each lexeme of the query. */
  termCounts: Record<string, number>
  /** Length of the passage in indexed words. */
  words: number
}

export interface CandidateSet {
  candidates: Candidate[]
  /** Lexemes of the query with their occurrences in it, and in how many passages each occurs. */
  terms: { lexeme: string; inQuery: number; passages: number }[]
  /** Passages that the audiences see, and their mean length in words. */
  corpus: { passages: number; meanWords: number }
}

/** What a passage is searched by, and for whom: what other audiences see neither appears nor counts. */
export interface CandidateQuery {
  text: string
  vector: Vector
  /** Length of the list by vectors; those by lines and by words are three times as long. */
  limit: number
  audiences: readonly Audience[]
}

/** Documents and passages of tenants. Every read sees the tenant's own rows and the shared ones. */
export interface KnowledgeStore {
  documents(tenantId: string): Promise<KnowledgeDocument[]>
  /** Puts a document and all its passages in one transaction, replacing what stood under its id. */
  putDocument(tenantId: string, document: KnowledgeDocument, passages: IndexedPassage[]): Promise<void>
  /** Returns false when the tenant has no such document. */
  removeDocument(tenantId: string, documentId: string): Promise<boolean>
  /** Returns false when the tenant has no such document. */
  setAudience(tenantId: string, documentId: string, audience: Audience): Promise<boolean>
  /** Every passage, whomever it is for: for whoever owns the store. */
  passages(tenantId: string): Promise<Passage[]>
  /** A passage that these audiences may see; the shared ones are for everyone, and an own one goes before them. */
  passage(tenantId: string, passageId: string, audiences: readonly Audience[]): Promise<Passage | undefined>
  /** Whom each of these passages is for; only the tenant's own are told. */
  audienceOf(tenantId: string, passageIds: string[]): Promise<Map<string, Audience>>
  candidates(tenantId: string, query: CandidateQuery): Promise<CandidateSet>
  /** The model that the store's vectors were made by; undefined in a new store. */
  embeddingModel(): Promise<{ name: string; dimension: number } | undefined>
  /** Records the model and, when it differs from the one before, drops every document so that all is embedded anew. */
  setEmbeddingModel(model: { name: string; dimension: number }): Promise<void>
}
