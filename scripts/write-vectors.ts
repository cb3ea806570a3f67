import { loadUseLite } from '../src/adapters/embeddings/use-lite.ts'
import { readVectorCache, writeVectorCache } from '../src/adapters/embeddings/vector-cache.ts'
import { readPlaybook, readSharedDocuments, VECTOR_CACHE } from '../src/app.ts'
import { embeddedTexts } from '../src/knowledge/shared-knowledge.ts'
import type { Vector } from '../src/ports/embedder.ts'

// Writes the vectors of the shared knowledge that are committed with it. Vectors of unchanged texts are kept as they are.
const documents = await readSharedDocuments(await readPlaybook())
const texts = [...new Set(documents.flatMap(({ passages }) => passages.flatMap(embeddedTexts)))]
const embedder = await loadUseLite()
const before = await readVectorCache(VECTOR_CACHE)
const vectors = new Map<string, Vector>()
for (const [position, text] of texts.entries()) {
  vectors.set(text, before.get(embedder.model, text) ?? (await embedder.embedQuery(text)))
  if (process.stderr.isTTY) process.stderr.write(`\r${position + 1} of ${texts.length}`)
}
await writeVectorCache(VECTOR_CACHE, embedder.model, vectors)
process.stdout.write(`${vectors.size} vectors written\n`)
