import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AppError } from '../../errors.ts'

/** Keys and addresses of the providers that Cairn is configured for. Others read their own from the environment. */
export interface ModelAccess {
  openaiKey: string | undefined
  /** A server that speaks OpenAI's API; undefined: OpenAI's own. */
  openaiUrl: string | undefined
  ollamaUrl: string
}

const OPENAI_URL = 'https://api.openai.com/v1'

const loadOpenAI = async (model: string, { openaiKey, openaiUrl }: ModelAccess): Promise<BaseChatModel> => {
  // Servers that speak the same API may want no key.
  if (openaiKey === undefined && openaiUrl === undefined)
    throw new AppError(
      'bad_config',
      `MODEL=openai:${model} needs OPENAI_API_KEY, which is not set. Set it, or leave MODEL empty to answer without a model.`,
    )
  const { ChatOpenAI } = await import('@langchain/openai')
  return new ChatOpenAI({
    model,
    apiKey: openaiKey ?? 'none',
    maxRetries: 0,
    streamUsage: true,
    configuration: { baseURL: openaiUrl ?? OPENAI_URL },
  })
}

const loadOllama = async (model: string, { ollamaUrl }: ModelAccess): Promise<BaseChatModel> => {
  const { Ollama } = await import('./ollama.ts')
  return new Ollama({ model, baseUrl: ollamaUrl })
}

/** A model of any other provider that LangChain knows, whose package the operator has installed. */
const loadOther = async (provider: string, model: string): Promise<BaseChatModel> => {
  const { initChatModel, MODEL_PROVIDER_CONFIG } = await import('langchain/chat_models/universal')
  const known = Object.entries(MODEL_PROVIDER_CONFIG)
  const [, config] = known.find(([name]) => name === provider) ?? []
  const name = `MODEL=${provider}:${model}`
  if (!config)
    throw new AppError(
      'bad_config',
      `${name}: LangChain knows no provider "${provider}", only ${known.map(([one]) => one).join(', ')}. Correct MODEL.`,
    )
  try {
    return await initChatModel(model, { modelProvider: provider, maxRetries: 0 })
  } catch (cause) {
    const isMissing = cause instanceof Error && cause.message.startsWith('Unable to import')
    throw new AppError(
      'bad_config',
      isMissing
        ? `${name} needs the npm package ${config.package}, which is not installed. Run: npm install ${config.package}`
        : `${name} could not be set up by ${config.package}. Check the keys that this package reads from the environment.`,
      { cause },
    )
  }
}

/**
 * Makes the chat model of this name through LangChain; LangChain and the provider's package are loaded only now.
 * @param name `openai:MODEL`, `ollama:MODEL` or another `PROVIDER:MODEL` that LangChain knows.
 * @throws AppError `bad_config` when a key or a package is missing, or the provider is not known.
 */
export const loadModel = async (name: string, access: ModelAccess): Promise<BaseChatModel> => {
  const [provider = '', ...rest] = name.split(':')
  const model = rest.join(':')
  if (provider === '' || model === '')
    throw new AppError('bad_config', `MODEL=${name}: expected PROVIDER:MODEL, such as ollama:llama3.1.`)
  if (provider === 'openai') return loadOpenAI(model, access)
  if (provider === 'ollama') return loadOllama(model, access)
  return loadOther(provider, model)
}
