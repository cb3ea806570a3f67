import { describe, expect, test } from 'vitest'
import { plainText, readMessage } from '../../../src/adapters/slack/receive.ts'

const BOT = 'UBOT'
const said = (given: object) => ({
  type: 'message',
  channel: 'C1',
  ts: '100.1',
  user: 'U1',
  text: 'hi',
  ...given,
})

describe('who is heard', () => {
  test.each([
    ['of a bot', { bot_id: 'B1' }],
    ['of Cairn itself', { user: BOT }],
    ['of nobody', { user: undefined }],
    ['by Slack: someone joined', { subtype: 'channel_join' }],
    ['by a bot of the old kind', { subtype: 'bot_message', user: undefined, bot_id: 'B1' }],
    ['hidden', { hidden: true }],
    ['without a channel', { channel: undefined }],
    [
      'an edit by Cairn',
      { subtype: 'message_changed', ts: undefined, message: { user: BOT, ts: '1.1', text: 'x' } },
    ],
    [
      'an edit by a bot',
      { subtype: 'message_changed', message: { user: 'U2', bot_id: 'B1', ts: '1.1', text: 'x' } },
    ],
    [
      'a deletion by Cairn',
      { subtype: 'message_deleted', deleted_ts: '1.1', previous_message: { user: BOT } },
    ],
  ])('not a message %s', (_, given) => {
    expect(readMessage(said(given), BOT)).toBeUndefined()
  })

  test.each([null, 'text', 7, {}, { channel: 3, ts: [] }])('not %j', (event) => {
    expect(readMessage(event, BOT)).toBeUndefined()
  })
})

describe('how a message reached Cairn', () => {
  const wayOf = (given: object) => {
    const read = readMessage(said(given), BOT)
    return read?.kind === 'message' ? read.approach.way : read?.kind
  }
  test.each([
    ['mention', { text: `<@${BOT}> how?` }],
    ['mention', { text: `<@${BOT}> how?`, type: 'app_mention', thread_ts: '99.1' }],
    ['direct', { channel: 'D1' }],
    ['direct', { channel: 'D1', channel_type: 'im', thread_ts: '99.1' }],
    ['channel', {}],
    ['channel', { thread_ts: '100.1' }],
    ['reply', { thread_ts: '99.1' }],
    ['edit', { subtype: 'message_changed', message: { user: 'U1', ts: '1.1', text: 'x' } }],
    ['deletion', { subtype: 'message_deleted', deleted_ts: '1.1', previous_message: { user: 'U1' } }],
    ['deletion', { subtype: 'message_changed', message: { user: 'U1', ts: '1.1', subtype: 'tombstone' } }],
  ])('%s: %j', (way, given) => {
    expect(wayOf(given)).toBe(way)
  })

  test('a message opens its own thread, a reply belongs to its head', () => {
    expect(readMessage(said({}), BOT)).toMatchObject({ threadTs: '100.1', ts: '100.1' })
    expect(readMessage(said({ thread_ts: '99.1' }), BOT)).toMatchObject({ threadTs: '99.1', ts: '100.1' })
  })

  test('speaking to someone else is noticed, speaking to Cairn is not', () => {
    const addresses = (text: string) => {
      const read = readMessage(said({ text }), BOT)
      return read?.kind === 'message' && read.approach.addressesOthers
    }
    expect(addresses(`<@${BOT}> how?`)).toBe(false)
    expect(addresses('<@U2|ada> how?')).toBe(true)
  })
})

describe('what was written', () => {
  test.each([
    [`<@${BOT}> how many?`, 'how many?'],
    [`so <@${BOT}|cairn>, how many?`, 'so , how many?'],
    ['ask <@U2> or <@U3|ada>', 'ask @someone or @someone'],
    ['in <#C9|growth>', 'in #growth'],
    ['<!here> and <!channel|channel>', '@here and @channel'],
    ['<!subteam^S1|@leads> <!subteam^S2>', '@leads @group'],
    ['see <https://example.com|the plan>', 'see the plan'],
    ['see <https://example.com/a?b=c>', 'see https://example.com/a?b=c'],
    ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['&amp;lt;', '&lt;'],
    ['one\ntwo   three', 'one\ntwo three'],
  ])('%j', (text, plain) => {
    expect(plainText(text, BOT)).toBe(plain)
  })
})
