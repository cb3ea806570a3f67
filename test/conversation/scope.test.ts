import { describe, expect, test } from 'vitest'
import { outOfScope } from '../../src/conversation/scope.ts'
import { readLines } from '../support/json-lines.ts'

describe('scope', () => {
  const cases = readLines<{ id: string; text: string; expect: 'decline' | 'answer' }>(
    'test/fixtures/house-scope.jsonl',
  )
  test.each(cases)('$id $expect: $text', ({ text, expect: expected }) => {
    expect(outOfScope(text) === undefined ? 'answer' : 'decline').toBe(expected)
  })

  test.each([
    ['Draft an NDA for our new contractor.', 'legal'],
    ['can you please approve the $40k offsite budget', 'finance'],
    ['Fix the login bug in our repo', 'product'],
    ['Please reply to this angry customer for me', 'sales'],
    ['restart the staging cluster', 'operations'],
    ['rank my engineers by commits', 'people'],
    ['Who is our least productive developer?', 'people'],
  ])('%s is for %s', (text, domain) => {
    expect(outOfScope(text)).toBe(domain)
  })

  test.each([
    'Draft a roadmap for our move to squads',
    'When should SOC2 be on the roadmap?',
    'what does phase 2 say about legal roles?',
    'How do we approve code in a small team?',
    'compare stage 3 and stage 4',
    'Plan the hiring for phase 1',
  ])('%s is in scope', (text) => {
    expect(outOfScope(text)).toBeUndefined()
  })
})
