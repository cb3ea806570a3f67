import { describe, expect, test } from 'vitest'
import { type Approach, engagementWith, POLICIES, type Policy } from '../../src/conversation/engagement.ts'

const approach = (given: Partial<Approach>): Approach => ({
  way: 'channel',
  text: 'how many squads are there?',
  addressesOthers: false,
  ...given,
})

describe('when Cairn speaks', () => {
  type Row = [Partial<Approach>, Record<Policy, string | undefined>]
  const table: Row[] = [
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
      { way: 'thread', text: 'say more about the second one' },
      { mentions: 'if_cited', auto: 'if_cited', off: undefined },
    ],
    ...[
      'thanks 🙏',
      'how are you?',
      'I am at lunch',
      'did you see the football?',
      'and then we went home',
    ].map(
      (text): Row => [
        { way: 'thread', text },
        { mentions: undefined, auto: undefined, off: undefined },
      ],
    ),
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
