import type { IndexedPassage, KnowledgeDocument, Passage } from '../../src/ports/knowledge-store.ts'

/** Three dimensions, so that cosines can be computed by hand. */
export const MODEL = { name: 'by-hand', dimension: 3 }

export const aDocument = (given: Partial<KnowledgeDocument> = {}): KnowledgeDocument => ({
  id: 'guide',
  title: 'Guide',
  origin: 'file',
  contentHash: 'hash',
  audience: 'everyone',
  ...given,
})

export const aPassage = (given: Partial<IndexedPassage> = {}): IndexedPassage => ({
  id: 'passage',
  section: 'Section',
  body: 'Body.',
  style: 'prose',
  about: {},
  vector: [1, 0, 0],
  lines: [],
  ...given,
})

/** A passage as it is found, of the growth phases unless told. */
export const passage = (id: string, body: string, given: Partial<Passage> = {}): Passage => ({
  id,
  documentId: 'd',
  document: 'Growth phases',
  origin: 'phases',
  section: 'Phase 2',
  body,
  style: 'list',
  about: {},
  ...given,
})
