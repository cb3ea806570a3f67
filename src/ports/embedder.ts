import type { EmbeddingsInterface } from '@langchain/core/embeddings'

/** A text embedder: LangChain's interface, so that any of its integrations plugs in, with the model's name. */
export interface Embedder extends EmbeddingsInterface {
  /** Provider and model, for example `use-lite`; vectors of different models are never compared. */
  readonly model: string
}
