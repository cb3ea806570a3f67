import { Piscina } from 'piscina'
import type { Embedder } from '../../ports/embedder.ts'
import { USE_LITE } from './use-lite.ts'

/**
 * The offline embedder in a thread of its own: the process stays free while a text is embedded, some 10 ms each.
 * Closing it ends the thread.
 */
export const loadUseLiteInThread = async (): Promise<{ embedder: Embedder; close: () => Promise<void> }> => {
  const pool = new Piscina<string[], number[][]>({
    filename: new URL('./embed-thread.ts', import.meta.url).href,
    name: 'embedDocuments',
    minThreads: 1,
    maxThreads: 1,
  })
  const embedDocuments = (texts: string[]) => pool.run(texts)
  // The first text waits for the model to be loaded.
  await embedDocuments(['ready'])
  return {
    embedder: {
      model: USE_LITE,
      embedDocuments,
      embedQuery: async (text) => (await embedDocuments([text]))[0] as number[],
    },
    close: () => pool.destroy(),
  }
}
