import { AppError } from '../../errors.ts'
import type { Embedder } from '../../ports/embedder.ts'

/** Keys and addresses of the embedding servers that may be used. */
export interface EmbedderAccess {
  openai: string | undefined
  voyage: string | undefined
  ollamaUrl: string
}

/** Servers that speak OpenAI's embeddings API, and the key that each needs. */
const provider = (
  name: string,
  access: EmbedderAccess,
): { baseURL: string | undefined; apiKey: string | undefined; needs?: string } => {
  if (name === 'voyage')
    return { baseURL: 'https://api.voyageai.com/v1', apiKey: access.voyage, needs: 'VOYAGE_API_KEY' }
  if (name === 'ollama') return { baseURL: `${access.ollamaUrl.replace(/\/$/, '')}/v1`, apiKey: 'none' }
  return { baseURL: undefined, apiKey: access.openai, needs: 'OPENAI_API_KEY' }
}

/**
 * An embedding model behind an API, through LangChain.
 * @param spec `voyage:MODEL`, `openai:MODEL` or `ollama:MODEL`.
 * @throws AppError `bad_config` when its key is missing; `embedder_failed` when the server does not answer well.
 */
export const loadRemote = async (spec: string, access: EmbedderAccess): Promise<Embedder> => {
  const [name = '', ...rest] = spec.split(':')
  const model = rest.join(':')
  const { baseURL, apiKey, needs } = provider(name, access)
  if (!apiKey)
    throw new AppError(
      'bad_config',
      `EMBEDDINGS=${spec} needs ${needs}, which is not set. Set it, or unset EMBEDDINGS to embed offline.`,
    )
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
      throw new AppError(
        'embedder_failed',
        `The embedding model ${spec} did not answer. Check its key, its address and the network, or unset EMBEDDINGS to embed offline.`,
        { cause },
      )
    }
  }
  return {
    model: spec,
    embedQuery: (text) => guarded(async () => unit(await embeddings.embedQuery(text || '-'))),
    embedDocuments: (texts) =>
      guarded(async () => (await embeddings.embedDocuments(texts.map((text) => text || '-'))).map(unit)),
  }
}
