import type { Config } from '../../config.ts'
import type { Embedder } from '../../ports/embedder.ts'

/** Loads the embedder that the configuration names; each provider's library only when it is asked for. */
export const loadEmbedder = async (config: Config): Promise<Embedder> => {
  if (config.embeddings === 'use-lite') return (await import('./use-lite.ts')).loadUseLite()
  return (await import('./remote.ts')).loadRemote(config.embeddings, config)
}
