import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeText, toMarkdown, toMrkdwn, withoutMarkers } from '../../../src/adapters/slack/escape.ts'
import { clean, cut, oneLine } from '../../../src/adapters/slack/text.ts'
import { hostileText } from '../../support/slack/hostile-text.ts'
import { liveMarkup } from '../../support/slack/live-markup.ts'

/** What is seen: the joiner shows nothing. */
const seen = (text: string) => text.replaceAll('\u2060', '')

describe('markdown blocks', () => {
  test.each([
    ['<@U1> and <!channel>', '&lt;@U1> and &lt;!channel>'],
    ['&lt;!here&gt; as it was typed', '&amp;lt;!here&amp;gt; as it was typed'],
    ['<b>bold</b>', '&lt;b>bold&lt;/b>'],
    ['R&D, a < b, x?a=1&b=2', 'R&D, a &lt; b, x?a=1&b=2'],
    ['`a < b` and `<!here>`', '`a < b` and `<!here>`'],
    ['**bold** and _it_ [1]', '**bold** and _it_ [1]'],
    ['> a quote\n\n- one\n- two', '> a quote\n\n- one\n- two'],
    ['# Heading\n```\nList<String> a\n```', '# Heading\n\n```\nList<String> a\n```'],
    ['one\n\n\n\ntwo\r\nthree', 'one\n\ntwo\nthree'],
    ['', ''],
  ])('%j reads %j', (text, shown) => {
    expect(seen(toMarkdown(text))).toBe(shown)
  })

  test.each([
    '@channel',
    'x@here',
    '[x](https://a.example)',
    '[1]: https://a.example',
    '`<@U1>`',
    '```\n<!here>',
  ])('%j does nothing', (text) => {
    const shown = toMarkdown(text)
    expect(seen(shown)).toBe(text)
    expect(liveMarkup({ blocks: [{ type: 'markdown', text: shown }] })).toEqual([])
  })

  test('code can be copied', () => {
    const code = '```ts\n@Override #include arr[0] List<String> <div>\n```'
    expect(toMarkdown(code)).toBe(code)
  })
})

describe('mrkdwn', () => {
  test.each([
    ['**bold**, _it_ and ~~gone~~', '\u200b*bold*\u200b, \u200b_it_\u200b and \u200b~gone~\u200b'],
    ['# Heading', '*Heading*'],
    ['one  \ntwo', 'one\ntwo'],
    ['Two:\n- one\n- two\n\nEnd', 'Two:\n•   one\n•   two\n\nEnd'],
    ['a < b > c & d', 'a &lt; b &gt; c &amp; d'],
    [
      '<!everyone> <@U1> <https://a.example|x> <b>',
      '&lt;!everyone> &lt;@U1> &lt;https://a.example|x> &lt;b&gt;',
    ],
    ['&lt;@U1&gt; &#60;@U1>', '&amp;lt;@U1&amp;gt; &amp;#60;@U1&gt;'],
    ['`<!channel>`', '`&lt;!channel>`'],
    ['[x](https://a.example)', '[x](https://a.example)'],
    ['https://a.example/%zz someone@a.example', 'https://a.example/%zz someone@a.example'],
    ['', ''],
  ])('%j reads %j', (text, shown) => {
    expect(seen(toMrkdwn(text))).toBe(shown)
  })
})

describe('plain text in mrkdwn', () => {
  test('has the three characters escaped, and calls nobody', () => {
    expect(seen(escapeText('<@U1> & @channel > #x'))).toBe('&lt;@U1&gt; &amp; @channel &gt; #x')
    expect(escapeText('@channel')).not.toContain('@channel')
  })

  test('has no markers where it is heard', () => {
    expect(withoutMarkers('## Title\n\n**Bold** [1]\n```js\ncode\n```')).toBe('Title\n\nBold [1]\n\ncode')
  })
})

test('whatever stands in a text, Slack finds nothing in it to act upon', () => {
  fc.assert(
    fc.property(hostileText(), (text) => {
      const blocks = [
        { type: 'markdown', text: toMarkdown(text) },
        { type: 'mrkdwn', text: toMrkdwn(text.slice(0, 5_000)) },
      ]
      expect(liveMarkup({ text: escapeText(text), blocks })).toEqual([])
    }),
    { numRuns: 300 },
  )
})

describe('text from outside', () => {
  test('loses what shows nothing or reorders what is shown', () => {
    expect(clean('a\u202eb\u200bc\u2060d\u00ade\u0000f')).toBe('abcde f')
    expect(clean('👩‍👩‍👧‍👦 ❤️ مرحبا שלום 日本')).toBe('👩‍👩‍👧‍👦 ❤️ مرحبا שלום 日本')
    expect(clean('a\ud800b')).toBe('a\ufffdb')
    expect(clean('a\r\nb\u2028c')).toBe('a\nb\nc')
  })

  test('stands on one line', () => {
    expect(oneLine('  a\n\n\tb  ', 10)).toBe('a b')
  })

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['abc defg', 5, 'abc…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 15, '👩‍👩‍👧‍👦…'],
    ['😀😀😀', 4, '😀…'],
  ])('%j is cut to %d as %j', (text, limit, shown) => {
    expect(cut(text, limit)).toBe(shown)
  })

  test('is never cut within a character, nor longer than the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        const shown = cut(text, limit)
        expect(shown.length).toBeLessThanOrEqual(limit)
        expect(shown.isWellFormed()).toBe(true)
      }),
    )
  })
})
