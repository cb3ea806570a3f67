import { expect, test } from 'vitest'
import { readVectorCache } from '../../src/adapters/embeddings/vector-cache.ts'
import { readPlaybook, readSharedDocuments, VECTOR_CACHE } from '../../src/app.ts'
import { embeddedTexts } from '../../src/knowledge/shared-knowledge.ts'

test('the committed vectors are those of the shared knowledge; npm run knowledge:vectors refreshes them', async () => {
  const documents = await readSharedDocuments(await readPlaybook())
  const cache = await readVectorCache(VECTOR_CACHE)
  const texts = documents.flatMap(({ passages }) => passages.flatMap(embeddedTexts))
  expect(texts.length).toBeGreaterThan(1_000)
  expect(texts.filter((text) => cache.get('use-lite', text) === undefined)).toEqual([])
})
