import type { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { findBegun } from '../../../src/adapters/slack/find-begun.ts'

const place = { installationId: 'T1', channelId: 'C1', threadTs: '100.000001' }
const key = { event_type: 'cairn_post', event_payload: { key: 'reply:1' } }
const inThread = (...messages: object[]) => {
  const asked: unknown[] = []
  const replies = async (args: unknown) => {
    asked.push(args)
    return { messages }
  }
  const client = { conversations: { replies } } as unknown as WebClient
  return { asked, find: () => findBegun({ client, place, since: '200.000001', botUserId: 'UBOT' }) }
}
const begun = { user: 'UBOT', ts: '200.000002' }

test.each<[string, object[], string | undefined]>([
  ['nothing is there', [], undefined],
  ['it is there', [{ user: 'U1', ts: '200.000001' }, begun], begun.ts],
  ['there are two, of which the latest counts', [begun, { ...begun, ts: '201.000001' }], '201.000001'],
  ['an answer before the question', [{ user: 'UBOT', ts: '150.000001' }], undefined],
  ['the question itself, which Cairn posted for somebody', [{ user: 'UBOT', ts: '200.000001' }], undefined],
  ['an answer that is finished', [{ ...begun, metadata: key }], undefined],
  [
    'another question that Cairn posted',
    [{ ...begun, metadata: { event_type: 'cairn_question' } }],
    undefined,
  ],
  ['a chart', [{ ...begun, files: [{ id: 'F1' }] }], undefined],
  ['somebody’s words', [{ ...begun, user: 'U2' }], undefined],
  ['a ts of more digits', [{ ...begun, ts: '1000.000001' }], '1000.000001'],
])('%s', async (_, messages, expected) => {
  const { find, asked } = inThread(...messages)
  expect(await find()).toBe(expected)
  expect(asked).toEqual([
    { channel: 'C1', ts: '100.000001', oldest: '200.000001', include_all_metadata: true },
  ])
})

test('what one person alone sees is not looked for', async () => {
  const client = {} as WebClient
  const alone = { installationId: 'T1', channelId: 'C1', privateTo: 'U1' }
  expect(await findBegun({ client, place: alone, since: '1.1', botUserId: 'UBOT' })).toBeUndefined()
})
