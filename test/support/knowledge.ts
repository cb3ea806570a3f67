import type { IndexedPassage, KnowledgeDocument } from '../../src/ports/knowledge-store.ts'

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
