import type { EmbeddingsInterface } from '@langchain/core/embeddings'

/** One text's vector; cached ones are typed arrays, which take half the memory. */
export type Vector = number[] | Float32Array

/** A text embedder: LangChain's interface, so that any of its integrations plugs in, with the model's name. */
export interface Embedder extends EmbeddingsInterface<Vector> {
  /** Provider and model, for example `use-lite`; vectors of different models are never compared. */
  readonly model: string
}
