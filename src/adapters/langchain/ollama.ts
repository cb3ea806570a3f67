import { ChatOllama, type ChatOllamaInput } from '@langchain/ollama'

/**
 * Tokens of question and passages that Ollama is to make room for. By default it takes some 4,000, and silently leaves
 * out the beginning of what is longer: what the model was told to be.
 */
const WINDOW = 16_384

/** A fetch that the signal stops too, and that fails with the status of the answer and its headers. */
const fetchUntil =
  (signal: AbortSignal | undefined): typeof fetch =>
  async (url, init) => {
    const signals = [signal, init?.signal].filter((one) => one instanceof AbortSignal)
    const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) })
    if (response.ok) return response
    await response.body?.cancel()
    const { status, headers } = response
    throw Object.assign(new Error(`Ollama answered with status ${status}`), { status, headers })
  }

/**
 * A model on Ollama whose calls stop at once, each by itself. LangChain's own hears of a cancelled call with the next
 * token only, and then breaks off every call that its client has under way.
 */
export class Ollama extends ChatOllama {
  readonly #fields: ChatOllamaInput & { model: string }

  constructor(fields: ChatOllamaInput & { model: string }) {
    const all = { numCtx: WINDOW, maxRetries: 0, ...fields }
    super(all)
    this.#fields = all
  }

  override async *_streamResponseChunks(
    ...[messages, options, runManager]: Parameters<ChatOllama['_streamResponseChunks']>
  ): ReturnType<ChatOllama['_streamResponseChunks']> {
    const single = new ChatOllama({ ...this.#fields, fetch: fetchUntil(options.signal) })
    yield* single._streamResponseChunks(messages, options, runManager)
  }
}
