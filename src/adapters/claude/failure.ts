import { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk'
import { ComposerError } from '../../ports/composer.ts'

/** Longest wait for a model that asks for patience; beyond it the answer is given without the model. */
const LONGEST_WAIT_MS = 10_000
const PASSING = new Set([408, 409, 425, 429])

const isPassing = ({ status, type }: APIError): boolean =>
  status === undefined
    ? type === 'overloaded_error' || type === 'api_error'
    : status >= 500 || PASSING.has(status)

/** Milliseconds to wait before the call is worth another try; undefined when it is not. */
export const waitAfter = (error: unknown, backoffMs: number): number | undefined => {
  if (error instanceof APIConnectionError) return backoffMs
  if (!(error instanceof APIError) || !isPassing(error)) return undefined
  const asked = Number(error.headers?.get('retry-after') ?? Number.NaN) * 1_000
  const wait = Number.isNaN(asked) ? backoffMs : asked
  return wait <= LONGEST_WAIT_MS ? wait : undefined
}

/** A stream that ended before its end. */
export const BROKEN = 'The stream from Claude broke off; if it happens often, check the network'

const ADVICE: Record<number, string> = {
  400: 'Claude refused the request as malformed (400): this is a fault of Cairn or of a server that is not compatible; please report it',
  401: 'Claude refused the key (401); check ANTHROPIC_API_KEY',
  403: 'The key may not use this model (403); check its workspace and MODEL',
  404: 'The model is not known (404); check MODEL and ANTHROPIC_BASE_URL',
  413: 'The request was too large (413); share fewer or shorter documents with the model',
  429: 'Claude is limiting the rate (429); raise the limit of the account or lower budget.answers_per_person_per_hour',
  529: 'Claude is overloaded (529); nothing to do but wait',
}

/** What went wrong, for the operator; nothing of what was sent. */
export const toComposerError = (cause: unknown): ComposerError => {
  if (cause instanceof ComposerError) return cause
  if (cause instanceof APIConnectionError)
    return new ComposerError(
      'Claude cannot be reached; check the network, ANTHROPIC_BASE_URL, and with Bedrock or Vertex their credentials',
      { cause },
    )
  if (cause instanceof APIError && cause.status !== undefined) {
    const advice =
      ADVICE[cause.status] ?? `Claude failed (${cause.status}); see its status page, and try again later`
    return new ComposerError(advice, { cause })
  }
  if (cause instanceof AnthropicError) return new ComposerError(BROKEN, { cause })
  return new ComposerError('The composer on Claude failed; please report it', { cause })
}
