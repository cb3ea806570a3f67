import { ComposerError } from '../../ports/composer.ts'

/** A failure of the model, with what the patience for it goes by. */
export class ModelFailure extends ComposerError {
  /** Trying again may help. */
  readonly isPassing: boolean
  /** How long the provider asked to wait. */
  readonly retryAfterMs: number | undefined
  readonly status: number | undefined

  constructor(
    message: string,
    options: { isPassing?: boolean; retryAfterMs?: number | undefined; status?: number } = {},
  ) {
    super(message)
    this.isPassing = options.isPassing ?? false
    this.retryAfterMs = options.retryAfterMs
    this.status = options.status
  }
}

/** A model's provider, and how an operator knows it. */
export interface Provider {
  id: string
  /** The model's name there. */
  model: string
  label: string
  key: string
  address: string
}

const KNOWN: Record<string, Omit<Provider, 'id' | 'model'>> = {
  openai: { label: 'OpenAI', key: 'OPENAI_API_KEY', address: 'OPENAI_BASE_URL' },
  ollama: { label: 'Ollama', key: 'the access to its server', address: 'OLLAMA_URL' },
}

/** The provider of a model that is named `PROVIDER:MODEL`. */
export const providerOf = (name: string): Provider => {
  const [id = '', ...model] = name.split(':')
  const known = KNOWN[id] ?? { label: id, key: `the key of ${id}`, address: 'its address' }
  return { ...known, id, model: model.join(':') }
}

const PASSING = new Set([408, 409, 425, 429])

interface Thrown {
  name?: unknown
  code?: unknown
  cause?: unknown
  status?: unknown
  status_code?: unknown
  statusCode?: unknown
  headers?: unknown
  response?: Thrown
  $metadata?: { httpStatusCode?: unknown }
}

const statusOf = (error: Thrown): number | undefined =>
  [
    error.status,
    error.status_code,
    error.statusCode,
    error.response?.status,
    error.$metadata?.httpStatusCode,
  ].find((status): status is number => typeof status === 'number' && status >= 400)

const retryAfterOf = (error: Thrown): number | undefined => {
  const { headers } = error.headers ? error : (error.response ?? {})
  const asked = headers instanceof Headers ? headers.get('retry-after') : undefined
  if (asked === null || asked === undefined) return undefined
  const seconds = Number(asked)
  const wait = Number.isNaN(seconds) ? Date.parse(asked) - Date.now() : seconds * 1_000
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

/** The code of an error or of what caused it, such as ECONNREFUSED or insufficient_quota; never a sentence. */
const codeOf = (error: Thrown | undefined, depth = 4): string | undefined => {
  if (!error || depth === 0) return undefined
  const { code } = error
  return typeof code === 'string' && /^[\w.-]{2,60}$/.test(code)
    ? code
    : codeOf(error.cause as Thrown | undefined, depth - 1)
}

const adviceOn = (status: number, code: string | undefined, provider: Provider): string => {
  const { label, key, model, address } = provider
  const said = code === undefined || /^\d+$/.test(code) ? `${status}` : `${status}, ${code}`
  if (status === 401) return `${label} refused the key (${said}); check ${key}.`
  if (status === 403)
    return `${label} does not let this key use "${model}" (${said}); check ${key} and MODEL.`
  if (status === 404)
    return label === 'Ollama'
      ? `Ollama does not have "${model}" (${said}); run \`ollama pull ${model}\`, or check MODEL.`
      : `${label} does not know "${model}" (${said}); check MODEL and ${address}.`
  if (status === 413 || code === 'context_length_exceeded')
    return `The question with its passages is too long for "${model}" (${said}); choose a model with a larger window.`
  if (code === 'insufficient_quota') return `The account at ${label} has no credit left (${said}); top it up.`
  if (status === 429)
    return `${label} is limiting the rate (${said}); raise the account's limit, or try again later.`
  if (status >= 500) return `${label} failed (${said}); see its status page, and try again later.`
  return `${label} refused the request for "${model}" (${said}); check that the model can chat and stream, and MODEL.`
}

/**
 * What went wrong, told to the operator. Only codes are taken from the provider's own words, which may repeat the key
 * or the question; for that reason the error has no cause either.
 */
export const readFailure = (thrown: unknown, provider: Provider, hasBegun: boolean): ModelFailure => {
  if (thrown instanceof ModelFailure) return thrown
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Thrown
  const code = error.name === 'ContextOverflowError' ? 'context_length_exceeded' : codeOf(error)
  const status = statusOf(error) ?? (code === 'context_length_exceeded' ? 400 : undefined)
  if (status !== undefined) {
    const isPassing = (status >= 500 || PASSING.has(status)) && code !== 'insufficient_quota'
    return new ModelFailure(adviceOn(status, code, provider), {
      isPassing,
      retryAfterMs: retryAfterOf(error),
      status,
    })
  }
  const { label, address } = provider
  const why =
    code ?? (typeof error.name === 'string' && /^\w{2,40}$/.test(error.name) ? error.name : 'no reason given')
  return new ModelFailure(
    hasBegun
      ? `The answer of ${label} broke off (${why}); if it happens often, check the network.`
      : `${label} cannot be reached (${why}); check that it runs, the network and ${address}.`,
    { isPassing: true },
  )
}
