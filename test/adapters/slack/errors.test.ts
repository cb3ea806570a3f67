import { RespondError } from '@slack/bolt'
import {
  WebAPIFileUploadInvalidArgumentsError,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explainRefusal, refusalOf, tokenFailure, toPostError } from '../../../src/adapters/slack/errors.ts'
import { PostError } from '../../../src/ports/chat-platform.ts'

const refused = (error: string, more: object = {}) =>
  new WebAPIPlatformError({ ok: false, error, response_metadata: {}, ...more })
const http = (status: number) => new WebAPIHTTPError(status, '', {}, '')
/** A failure of the network, as `fetch` throws it. */
const fetchFailed = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

describe('an error of a call that posts', () => {
  test.each<[string, unknown, Partial<PostError>]>([
    ['a limit', new WebAPIRateLimitedError(7), { kind: 'limited', retryAfterMs: 7_000 }],
    ['a limit told as a refusal', refused('ratelimited'), { kind: 'limited', retryAfterMs: 30_000 }],
    ['the same in older words', refused('rate_limited'), { kind: 'limited', retryAfterMs: 30_000 }],
    ['a refusal', refused('msg_too_long'), { kind: 'refused', message: 'Slack refused: msg_too_long' }],
    ['HTTP 404', http(404), { kind: 'refused', message: 'Slack answered with HTTP 404' }],
    ['HTTP 403', http(403), { kind: 'refused' }],
    ...unsent.map((code): [string, unknown, Partial<PostError>] => [
      code,
      new WebAPIRequestError(fetchFailed(code)),
      { kind: 'unreachable', message: 'Slack cannot be reached' },
    ]),
    ['an upload to a host that is not there', fetchFailed('ECONNREFUSED'), { kind: 'unreachable' }],
  ])('%s says whether and when to try again', (_, error, expected) => {
    const told = toPostError(error)
    expect(told).toBeInstanceOf(PostError)
    expect(told).toMatchObject(expected)
  })

  test.each<[string, unknown]>([
    ['internal_error', refused('internal_error')],
    ['fatal_error', refused('fatal_error')],
    ['request_timeout', refused('request_timeout')],
    ['service_unavailable', refused('service_unavailable')],
    ['HTTP 500', http(500)],
    ['HTTP 503', http(503)],
    ['a connection that broke', new WebAPIRequestError(fetchFailed('ECONNRESET'))],
    ['a connection that was closed', new WebAPIRequestError(fetchFailed('UND_ERR_SOCKET'))],
    ['a time-out', new WebAPIRequestError(new DOMException('late', 'TimeoutError'))],
    ['a command that is not answered in its place', new RespondError('no', 500)],
    ['a file that cannot be read', new WebAPIFileUploadInvalidArgumentsError('no')],
    ['an error of our own', new TypeError('ours')],
    ['no error at all', 'text'],
    ['nothing', undefined],
  ])('%s leaves open whether it arrived, and stays what it is', (_, error) => {
    expect(toPostError(error)).toBe(error)
  })

  test('every refusal is one of three kinds, and none is forgotten', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_]{3,30}$/), (error) => {
        const told = toPostError(refused(error))
        const isOpen = told instanceof WebAPIPlatformError
        expect(isOpen || told instanceof PostError).toBe(true)
        expect(refusalOf(refused(error))).toBe(error)
      }),
    ))

  test('a chain of causes without an end is not gone through for ever', () => {
    const error = new Error('round')
    error.cause = new Error('and round', { cause: error })
    expect(toPostError(error)).toBe(error)
  })
})

describe('why Slack refused', () => {
  test.each([
    ['not_in_channel', /invite it there/],
    ['channel_not_found', /invite it there/],
    ['is_archived', /archived/],
    ['invalid_auth', /install Cairn into the workspace again/],
    ['token_revoked', /install Cairn into the workspace again/],
    ['token_expired', /install Cairn into the workspace again/],
    ['account_inactive', /install it again/],
    ['not_authed', /SLACK_BOT_TOKEN/],
    ['some_new_rule', /^Slack refused: some_new_rule$/],
    ['toString', /^Slack refused: toString$/],
  ])('%s says what to do', (code, expected) => {
    expect(explainRefusal(refused(code))).toMatch(expected)
  })

  test('a missing scope is named, with those that were granted', () => {
    const error = refused('missing_scope', { needed: 'im:write', provided: 'chat:write' })
    expect(explainRefusal(error)).toBe(
      'Slack refused: the scope im:write is missing (granted: chat:write); add it to the app and install it again',
    )
    expect(explainRefusal(refused('missing_scope'))).toContain('granted: unknown')
  })

  test('a token of the environment is named', () => {
    const cause = refused('account_inactive')
    expect(tokenFailure('SLACK_BOT_TOKEN', cause)).toMatchObject({
      code: 'bad_config',
      cause,
      message:
        'SLACK_BOT_TOKEN does not work: Slack refused: Cairn was removed from the workspace; install it again.',
    })
    expect(tokenFailure('SLACK_APP_TOKEN', http(503)).message).toBe(
      'SLACK_APP_TOKEN does not work: Slack cannot be reached.',
    )
  })
})
