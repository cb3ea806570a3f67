import fc from 'fast-check'

const HOSTILE = [
  '<@U123ABC>',
  '<!channel>',
  '<!subteam^S1|team>',
  '<#C1|general>',
  '<https://evil.example|the playbook>',
  '&lt;!here&gt;',
  '&#60;@U1&#62;',
  '@channel',
  '@everyone',
  '#general',
  '[1](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '[1]: https://evil.example',
  '[^1]: note',
  'https://evil.example/%zz?a=1&b=2',
  'www.evil.example',
  'someone@evil.example',
  '`',
  '``',
  '```',
  '~~~',
  '```js\n<!here>\n```',
  '**',
  '_',
  '|a|b|',
  '|-|-|',
  '<b>',
  '<!-- x -->',
  '> ',
  '- ',
  '1. ',
  '# ',
  '\\',
  '\u202e',
  '\u200b',
  '\u2060',
  '👩‍👩‍👧‍👦',
  'مرحبا',
  '\ud800',
  '[1]',
  '[2]',
  ':warning:',
  '\n',
  '\n\n',
]

/** A mention, a link, a marker or a few words. */
export const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.lorem({ maxCount: 12, mode: 'sentences' }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)

/** Text as nobody would write it, in any length up to some 40,000 characters. */
export const hostileText = (most = 20): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(piece, { maxLength: most }),
      fc.constantFrom('', ' ', '\n', '\n\n'),
      fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 40),
    )
    .map(([pieces, glue, times]) => pieces.join(glue).repeat(times).slice(0, 40_000))
