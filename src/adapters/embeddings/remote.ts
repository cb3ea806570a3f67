import type { Config } from '../../config.ts'
import { AppError } from '../../errors.ts'
import type { Embedder } from '../../ports/embedder.ts'

/** Servers that speak OpenAI's embeddings API, and the key that each needs. */
const provider = (name: string, { keys }: Config): { baseURL: string | undefined; apiKey: string | undefined; needs?: string } => {
  if (name === 'voyage') return { baseURL: 'https://api.voyageai.com/v1', apiKey: keys.voyage, needs: 'VOYAGE_API_KEY' }
  if (name === 'ollama') return { baseURL: `${keys.ollamaUrl.replace(/\/$/, '')}/v1`, apiKey: 'none' }
  return { baseURL: undefined, apiKey: keys.openai, needs: 'OPENAI_API_KEY' }
}

/**
 * An embedding model behind an API, through LangChain.
 * @param spec `voyage:MODEL`, `openai:MODEL` or `ollama:MODEL`.
 * @throws AppError `bad_config` when its key is missing; `embedder_failed` when the server does not answer well.
 */
export const loadRemote = async (spec: string, config: Config): Promise<Embedder> => {
  const [name = '', ...rest] = spec.split(':')
  const model = rest.join(':')
  const { baseURL, apiKey, needs } = provider(name, config)
  if (!apiKey) throw new AppError('bad_config', `EMBEDDINGS=${spec} needs ${needs}, which is not set. Set it, or unset EMBEDDINGS to embed offline.`)
  const { OpenAIEmbeddings } = await import('@langchain/openai')
  const embeddings = new OpenAIEmbeddings({
    model,
    apiKey,
    encodingFormat: 'float',
    maxRetries: 3,
    timeout: 60_000,
    configuration: baseURL ? { baseURL } : {},
  })
  const unit = (vector: number[]) => {
    const length = Math.hypot(...vector)
    return length > 0 ? vector.map((value) => value / length) : vector
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw new AppError('embedder_failed', `The embedding model ${spec} did not answer. Check its key, its address and the network, or unset EMBEDDINGS to embed offline.`, { cause })
    }
  }
  return {
    model: spec,
    embedQuery: (text) => guarded(async () => unit(await embeddings.embedQuery(text || '-'))),
    embedDocuments: (texts) => guarded(async () => (await embeddings.embedDocuments(texts.map((text) => text || '-'))).map(unit)),
  }
}
