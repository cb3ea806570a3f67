import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { PostError } from '../../ports/chat-platform.ts'

/** Answers of Slack after which nobody knows whether it did what it was asked. */
const AMBIGUOUS = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable'])
/** Failures of the network before anything was sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const LATER_MS = 30_000

/** The error by which Slack refused a call, such as `not_in_channel`; undefined when it did not refuse it. */
export const refusalOf = (error: unknown): string | undefined =>
  error instanceof WebAPIPlatformError ? error.data.error : undefined

/** Causes that are looked at, one behind the other. */
const DEEPEST = 10

const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (!(error instanceof Error) || depth > DEEPEST) return undefined
  if ('code' in error && typeof error.code === 'string' && NOT_SENT.has(error.code)) return error.code
  return codeOf(error.cause, depth + 1)
}

const WHAT_TO_DO = new Map(
  Object.entries({
    not_in_channel: 'Cairn is not a member of the channel; invite it there with /invite',
    channel_not_found: 'the channel does not exist, or Cairn cannot see it; invite it there with /invite',
    is_archived: 'the channel is archived',
    invalid_auth: 'the token is not valid; install Cairn into the workspace again',
    token_revoked: 'the token was revoked; install Cairn into the workspace again',
    token_expired: 'the token has expired; install Cairn into the workspace again',
    account_inactive: 'Cairn was removed from the workspace; install it again',
    not_authed: 'no token was sent; set SLACK_BOT_TOKEN',
  }),
)

/** Why Slack refused, in words that tell an operator what to do. */
export const explainRefusal = (error: WebAPIPlatformError): string => {
  const {
    error: code,
    needed,
    provided,
  } = error.data as { error: string; needed?: string; provided?: string }
  if (code === 'missing_scope')
    return `Slack refused: the scope ${needed ?? 'that is needed'} is missing (granted: ${provided ?? 'unknown'}); add it to the app and install it again`
  return `Slack refused: ${WHAT_TO_DO.get(code) ?? code}`
}

/** Why a token of the environment does not work. */
export const tokenFailure = (key: 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN', cause: unknown): AppError => {
  const reason = (() => {
    if (!(cause instanceof WebAPIPlatformError)) return 'Slack cannot be reached'
    if (key === 'SLACK_BOT_TOKEN') return explainRefusal(cause)
    return `Slack refused it (${cause.data.error}); generate one with the scope connections:write under Basic Information, App-Level Tokens`
  })()
  return new AppError('bad_config', `${key} does not work: ${reason}.`, { cause })
}

/** An error of a call that posts, as what it means for the post. What may have arrived comes back as it is. */
export const toPostError = (error: unknown): unknown => {
  if (error instanceof WebAPIRateLimitedError)
    return new PostError('limited', 'Slack asks for patience', error.retryAfter * 1_000)
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data
    if (AMBIGUOUS.has(code)) return error
    if (code === 'ratelimited' || code === 'rate_limited')
      return new PostError('limited', 'Slack asks for patience', LATER_MS)
    return new PostError('refused', explainRefusal(error))
  }
  if (error instanceof WebAPIHTTPError && error.statusCode < 500)
    return new PostError('refused', `Slack answered with HTTP ${error.statusCode}`)
  if (codeOf(error) !== undefined) return new PostError('unreachable', 'Slack cannot be reached')
  return error
}
