import { describe, expect, test } from 'vitest'
import { isSame, type Quantity } from '../../src/advisor/quantities.ts'
import { readQuantities } from '../../src/advisor/read-quantities.ts'

const print = ({ value, unit, noun, per, bound }: Quantity): string =>
  [value, unit, noun, per && `/${per}`, bound && (bound > 0 ? 'up' : 'down')].filter(Boolean).join(' ')

describe('reading quantities', () => {
  test.each([
    [
      'Phase 2 runs from month 19 to 36 and $5M to $25M ARR',
      ['2 phase', '19 months', '36 months', '5000000 usd', '25000000 usd'],
    ],
    [
      'between 8 and 25 developers over 3 to 6 months',
      ['8 count developers', '25 count developers', '3 months', '6 months'],
    ],
    ['$1-5M, or 1.5 million dollars', ['1000000 usd', '5000000 usd', '1500000 usd']],
    ['twenty-five people in three squads', ['25 count people', '3 count squads']],
    ['five deployments per week', ['5 count deployments /week']],
    ['the second phase lasts eighteen months', ['2 phase', '18 months']],
    ['months 3, 6 and 9', ['3 months', '6 months', '9 months']],
    ['two to three years', ['24 months', '36 months']],
    ['above 85% gross margin, at most 5 % churn', ['85 percent up', '5 percent down']],
    ['100 ms against 2 seconds', ['0.1 seconds', '2 seconds']],
    ['2x growth, twice the size', ['2 times', '2 times']],
    ['SOC 2 in Q3', ['2 count', '3 code q']],
    ['one of the best, and not one of the three', []],
    ['6 bis 9 Monate, 1,5 Mio. und 25 %', ['6 months', '9 months', '1500000 count', '25 percent']],
    ['entre 6 y 9 meses', ['6 months', '9 months']],
    ['no number at all', []],
  ])('%s', (text, expected) => {
    expect(readQuantities(text).map(print)).toEqual(expected)
  })
})

test.each([
  ['$500K', '500,000', true],
  ['$500K', '$500M', false],
  ['a year of 12 months', '1 year', true],
  ['7 days', '1 week', true],
  ['6 months', '6 weeks', false],
  ['10 a week', '10 a month', false],
  ['above 30 %', 'below 30 %', false],
  ['30 %', 'at least 30 %', true],
  ['1,500 agents', '1500 agents', true],
  ['1,500 agents', '15,000 agents', false],
])('%s is %s: %s', (said, held, expected) => {
  const [one, other] = [readQuantities(said).at(-1), readQuantities(held).at(-1)]
  expect(isSame(one as Quantity, other as Quantity)).toBe(expected)
})
