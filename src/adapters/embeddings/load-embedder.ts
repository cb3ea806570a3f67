import type { Embedder } from '../../ports/embedder.ts'
import type { EmbedderAccess } from './remote.ts'

/** Loads the embedder of this name, `use-lite` or `PROVIDER:MODEL`; each provider's library only when it is asked for. */
export const loadEmbedder = async (spec: string, access: EmbedderAccess): Promise<Embedder> =>
  spec === 'use-lite'
    ? (await import('./use-lite.ts')).loadUseLite()
    : (await import('./remote.ts')).loadRemote(spec, access)
