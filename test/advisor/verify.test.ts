import { describe, expect, test } from 'vitest'
import { disarm, verify } from '../../src/advisor/verify.ts'
import type { ComposerEvent } from '../../src/ports/composer.ts'
import type { Passage } from '../../src/ports/knowledge-store.ts'

const passage = (id: string, body: string): Passage => ({
  id,
  documentId: 'd',
  document: 'Growth phases',
  origin: 'phases',
  section: 'Phase 2',
  body,
  style: 'list',
  about: {},
})
const costs = passage(
  'costs',
  'Infrastructure costs in phase 2:\n- Cloud: $120K a month\n- Security: $30K a month',
)
const team = passage('team', 'The team of phase 2 has 85 people.')

const claim = (text: string, id: string, quote: string): ComposerEvent[] => [
  { type: 'text', text },
  { type: 'cite', passageId: id, quote },
]

describe('verification', () => {
  test('numbers citations in order and keeps one mark for one source', () => {
    const events = [
      ...claim('Cloud costs $120K.', 'costs', '- Cloud: $120K a month'),
      ...claim(' There are 85 people.', 'team', 'The team of phase 2 has 85 people.'),
    ]
    const { text, citations, dropped } = verify(events, [costs, team], '')
    expect(text).toBe('Cloud costs $120K. [1] There are 85 people. [2]')
    expect(citations.map(({ n, passageId }) => [n, passageId])).toEqual([
      [1, 'costs'],
      [2, 'team'],
    ])
    expect(dropped).toEqual([])
  })

  test('leaves out a figure that no cited passage holds', () => {
    const { text, dropped } = verify(
      claim('Cloud costs $125K.', 'costs', '- Cloud: $120K a month'),
      [costs],
      '',
    )
    expect(text).toBe('')
    expect(dropped).toHaveLength(1)
  })

  test('lets figures of a named calculation and number words stand', () => {
    const four = passage('four', 'There are four phases.')
    expect(verify(claim('There are 4 phases.', 'four', 'There are four phases.'), [four], '').text).toBe(
      'There are 4 phases. [1]',
    )
    expect(
      verify([{ type: 'text', text: '23 developers is stage 3.' }], [], '23 developers is stage 3').text,
    ).toBe('23 developers is stage 3.')
  })

  test('drops a quote that its passage does not hold, word for word', () => {
    const { citations, dropped } = verify(claim('Cloud is dear.', 'costs', 'Cloud: $999K'), [costs], '')
    expect(citations).toEqual([])
    expect(dropped).toHaveLength(1)
  })

  test('a restart withdraws what was said before', () => {
    const { text } = verify(
      [{ type: 'text', text: 'Half a sent' }, { type: 'restart' }, { type: 'text', text: 'Whole.' }],
      [],
      '',
    )
    expect(text).toBe('Whole.')
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
