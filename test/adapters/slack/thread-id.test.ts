import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isDirect,
  parseThreadId,
  privateThreadId,
  threadIdOf,
  timeOf,
} from '../../../src/adapters/slack/thread-id.ts'

const id = (prefixes: string) => fc.stringMatching(new RegExp(`^[${prefixes}][A-Z0-9]{8,10}$`))
const ts = fc
  .tuple(fc.integer({ min: 1, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([seconds, micros]) => `${seconds}.${String(micros).padStart(6, '0')}`)
const place = fc.record({
  installationId: id('TE'),
  channelId: id('CDG'),
  threadTs: ts,
  userId: id('UW'),
  occasion: fc.uuid(),
})

describe('the id of a thread', () => {
  test('tells where it is, or whose it is when one person alone sees it', () =>
    fc.assert(
      fc.property(place, ({ installationId, channelId, threadTs, userId, occasion }) => {
        const open = threadIdOf(installationId, channelId, threadTs)
        expect(parseThreadId(open)).toEqual({ installationId, channelId, threadTs })
        const alone = privateThreadId(installationId, channelId, userId, occasion)
        expect(parseThreadId(alone)).toEqual({ installationId, channelId, privateTo: userId })
      }),
    ))

  test('is another one for another workspace, channel, message, person or occasion', () =>
    fc.assert(
      fc.property(fc.array(place, { maxLength: 20 }), (places) => {
        const ids = places.flatMap(({ installationId, channelId, threadTs, userId, occasion }) => [
          threadIdOf(installationId, channelId, threadTs),
          privateThreadId(installationId, channelId, userId, occasion),
        ])
        const [open, alone] = [
          new Set(places.map((one) => [one.installationId, one.channelId, one.threadTs].join())),
          new Set(places.map((one) => [one.installationId, one.channelId, one.userId, one.occasion].join())),
        ]
        expect(new Set(ids).size).toBe(open.size + alone.size)
      }),
    ))

  test.each(['', 'web:T1:C1:1.1', 'slack:', 'slack:T1', 'slack:T1:C1', 'slack:T1:C1:', 'slack::C1:1.1'])(
    'is not %j',
    (given) => {
      expect(() => parseThreadId(given)).toThrow('is no thread of Slack')
    },
  )
})

test('direct messages are told by their ids', () => {
  expect(['D1', 'C1', 'G1'].map(isDirect)).toEqual([true, false, false])
})

test('a message was written when its ts says, to the second', () => {
  expect(timeOf('1700000000.123456')).toEqual(new Date('2023-11-14T22:13:20Z'))
})
