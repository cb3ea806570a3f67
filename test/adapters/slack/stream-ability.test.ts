import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import { expect, test } from 'vitest'
import { createStreamAbility } from '../../../src/adapters/slack/stream-ability.ts'

const refused = (error: string) => new WebAPIPlatformError({ ok: false, error, response_metadata: {} })
const HOUR_MS = 3_600_000

const setUp = () => {
  let now = 0
  const ability = createStreamAbility(() => now)
  return {
    ability,
    pass: (ms: number) => {
      now += ms
    },
    fail: (error: unknown, workspace = 'T1') =>
      expect(ability.trying(workspace, () => Promise.reject(error))).rejects.toBe(error),
  }
}

test('three refusals in a row, and nothing is tried in that workspace for an hour', async () => {
  const { ability, fail, pass } = setUp()
  const errors = [refused('unknown_method'), new WebAPIHTTPError(404, '', {}, ''), refused('not_allowed')]
  for (const error of errors) {
    expect(ability.may('T1')).toBe(true)
    await fail(error)
  }
  expect(ability.may('T1')).toBe(false)
  expect(ability.may('T2')).toBe(true)
  pass(HOUR_MS)
  expect(ability.may('T1')).toBe(false)
  pass(1)
  expect(ability.may('T1')).toBe(true)
  await fail(refused('unknown_method'))
  expect(ability.may('T1')).toBe(false)
})

test('one that begins makes all well, and what is no refusal does not count', async () => {
  const { ability, fail } = setUp()
  await fail(refused('channel_not_found'))
  await fail(refused('channel_not_found'))
  expect(await ability.trying('T1', async () => 'begun')).toBe('begun')
  const others = [
    new WebAPIRateLimitedError(3),
    refused('ratelimited'),
    refused('internal_error'),
    new WebAPIRequestError(new TypeError('fetch failed')),
  ]
  for (const error of [...others, refused('is_archived'), refused('is_archived')]) await fail(error)
  expect(ability.may('T1')).toBe(true)
})
