import { describe, expect, test } from 'vitest'
import { type Approach, engagementWith, POLICIES, type Policy } from '../../src/conversation/engagement.ts'

const approach = (given: Partial<Approach>): Approach => ({
  way: 'channel',
  text: 'how many squads are there?',
  addressesOthers: false,
  ...given,
})

describe('when Cairn speaks', () => {
  const table: [Partial<Approach>, Record<Policy, string | undefined>][] = [
    [{ way: 'direct' }, { mentions: 'answer', auto: 'answer', off: 'answer' }],
    [{ way: 'mention' }, { mentions: 'answer', auto: 'answer', off: undefined }],
    [
      { way: 'mention', addressesOthers: true },
      { mentions: 'answer', auto: 'answer', off: undefined },
    ],
    [{ way: 'thread' }, { mentions: 'answer', auto: 'answer', off: undefined }],
    [
      { way: 'thread', text: 'and for the next stage' },
      { mentions: 'if_cited', auto: 'if_cited', off: undefined },
    ],
    [
      { way: 'thread', text: 'thanks 🙏' },
      { mentions: undefined, auto: undefined, off: undefined },
    ],
    [
      { way: 'thread', addressesOthers: true },
      { mentions: undefined, auto: undefined, off: undefined },
    ],
    [{ way: 'channel' }, { mentions: undefined, auto: 'if_cited', off: undefined }],
    [
      { way: 'channel', text: 'we ship on Friday' },
      { mentions: undefined, auto: undefined, off: undefined },
    ],
    [
      { way: 'channel', addressesOthers: true },
      { mentions: undefined, auto: undefined, off: undefined },
    ],
  ]
  test.each(table)('%j', (given, expected) => {
    expect(
      Object.fromEntries(POLICIES.map((policy) => [policy, engagementWith(approach(given), policy)])),
    ).toEqual(expected)
  })
})
