import { describe, expect, test } from 'vitest'
import { disarm } from '../../src/advisor/disarm.ts'
import { createVerifier } from '../../src/advisor/verify.ts'
import { createVocabulary } from '../../src/knowledge/vocabulary.ts'
import type { Claim } from '../../src/ports/composer.ts'
import { passage } from '../support/knowledge.ts'
import { projectPlaybook } from '../support/playbook.ts'

const costs = passage(
  'costs',
  'Infrastructure costs in phase 2:\n- Cloud: $120K a month\n- Security: $30K a month',
)
const team = passage('team', 'The team of phase 2 has 85 people.')

const claim = (text: string, id: string, quote: string): Claim => ({
  text,
  cites: [{ passageId: id, quote }],
})
const plain = (text: string): Claim => ({ text, cites: [] })

const verifier = await projectPlaybook().then(({ axes, synonyms }) =>
  createVerifier(axes, createVocabulary(synonyms)),
)
const open = (given = '', limit = 1_000, released: string[] = []) =>
  verifier({
    find: (id) => [costs, team].find((passage) => passage.id === id),
    given: () => given,
    onText: (text) => released.push(text),
    limit,
  })
const verify = (claims: Claim[], given = '') => {
  const verification = open(given)
  for (const one of claims) verification.claim(one)
  verification.close()
  verification.replace([])
  return verification.finish()
}

describe('verification', () => {
  test('numbers citations in order and keeps one mark for one source', () => {
    const { text, citations, dropped } = verify([
      claim('Cloud costs $120K.', 'costs', '- Cloud: $120K a month'),
      claim(' There are 85 people.', 'team', 'The team of phase 2 has 85 people.'),
    ])
    expect(text).toBe('Cloud costs $120K. [1] There are 85 people. [2]')
    expect(citations.map(({ n, passageId }) => [n, passageId])).toEqual([
      [1, 'costs'],
      [2, 'team'],
    ])
    expect(dropped).toEqual([])
  })

  test.each([
    ['another figure', 'Cloud costs $125K a month.'],
    ['another unit', 'Cloud costs 120 months.'],
    ['another scale', 'Cloud costs $120M a month.'],
    ['another divisor', 'Cloud costs $120K a year.'],
    ['the figure of another line', 'Cloud costs $30K a month.'],
    ['another phase', 'In phase 3 the cloud costs $120K a month.'],
    ['a number word of no source', 'Cloud takes three people.'],
  ])('leaves out %s', (_, text) => {
    const { text: left, dropped, isIncomplete } = verify([claim(text, 'costs', 'Cloud: $120K a month')])
    expect(left).toBe('')
    expect(dropped).toHaveLength(1)
    expect(isIncomplete.unsupported).toBe(true)
  })

  test.each([
    'Cloud is $120,000 a month.',
    'Cloud costs 120 thousand dollars each month.',
    'Phase 2 pays $120K a month for the cloud.',
    'Die Cloud kostet $120K im Monat.',
  ])('lets stand: %s', (text) => {
    expect(verify([claim(text, 'costs', 'Cloud: $120K a month')]).text).toBe(`${text} [1]`)
  })

  test('lets figures of the question and of a calculation stand', () => {
    expect(verify([plain('23 developers is stage 3.')], '23 developers is stage 3').text).toBe(
      '23 developers is stage 3.',
    )
  })

  test('leaves out a sentence whose quote its passage does not hold, word for word', () => {
    const { text, citations } = verify([claim('Cloud is dear.', 'costs', 'Cloud: $999K')])
    expect([text, citations]).toEqual(['', []])
  })

  test('a sentence may consist of several claims, each with its own mark', () => {
    const { text } = verify([
      plain('In phase 2 the cloud takes '),
      claim('$120K a month', 'costs', 'Cloud: $120K a month'),
      plain(' for '),
      claim('85 people', 'team', 'The team of phase 2 has 85 people.'),
      plain('.'),
    ])
    expect(text).toBe('In phase 2 the cloud takes $120K a month [1] for 85 people [2].')
  })

  test('one wrong sentence of a claim takes only itself away', () => {
    const { text } = verify([
      claim(
        'Cloud costs $120K a month. Security costs $90K a month. Both grow.',
        'costs',
        'Cloud: $120K a month',
      ),
    ])
    expect(text).toBe('Cloud costs $120K a month. Both grow. [1]')
  })

  test('releases each sentence as soon as it is complete and checked', () => {
    const released: string[] = []
    const verification = open('', 1_000, released)
    verification.claim(plain('The team has '))
    expect(released).toEqual([])
    verification.claim(claim('85 people', 'team', 'The team of phase 2 has 85 people.'))
    verification.claim(plain('. And'))
    expect(released.join('')).toBe('The team has 85 people [1].')
  })

  test('from a failed sentence on all wait; what is written anew takes its place', () => {
    const released: string[] = []
    const verification = open('', 1_000, released)
    verification.claim(claim('Cloud costs $120K a month.', 'costs', 'Cloud: $120K a month'))
    verification.claim(claim(' Security costs $90K a month.', 'costs', 'Security: $30K a month'))
    verification.claim(claim(' The team has 85 people.', 'team', 'The team of phase 2 has 85 people.'))
    expect(released.join('')).toBe('Cloud costs $120K a month.')
    expect(verification.close()).toEqual([
      { text: ' Security costs $90K a month.', reason: 'it says "$90K", which is not what it quotes' },
    ])
    verification.replace([[claim('Security costs $30K a month.', 'costs', 'Security: $30K a month')]])
    const { text } = verification.finish()
    expect(text).toBe(
      'Cloud costs $120K a month. [1] Security costs $30K a month. [2] The team has 85 people. [3]',
    )
    expect(released.join('')).toBe(text)
  })

  test('stops at the end of a sentence when the room is used up', () => {
    const verification = open('', 40)
    verification.claim(claim('The team has 85 people.', 'team', 'The team of phase 2 has 85 people.'))
    verification.claim(plain(' They are many, and they get more and more.'))
    verification.close()
    const { text, isIncomplete } = verification.finish()
    expect([text, isIncomplete.tooLong]).toEqual(['The team has 85 people. [1]', true])
  })
})

describe('disarming', () => {
  test.each([
    ['see <https://evil.example/c?arr=1|click here> now', 'see now'],
    ['hello <@U123> and <!channel>', 'hello and '],
    ['<at>everyone</at> look', 'everyone look'],
    ['[click](https://evil.example) me', 'click me'],
    ['![x](https://evil.example/p.png)', 'x'],
    ['go to http://evil.example/x today', 'go to today'],
    ['javascript:alert(1) x', ') x'],
    ['@everyone wake up', ' wake up'],
  ])('%s', (text, expected) => {
    expect(disarm(text)).toBe(expected)
  })

  test('keeps a secure link that the evidence itself holds, and citation marks', () => {
    expect(disarm('see https://docs.example/a [1]', 'at https://docs.example/a')).toBe(
      'see https://docs.example/a [1]',
    )
  })
})
