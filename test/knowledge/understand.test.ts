import { describe, expect, test } from 'vitest'
import { understandInThread } from '../../src/knowledge/follow-up.ts'
import { spellOut } from '../../src/knowledge/shorthand.ts'
import { understand } from '../../src/knowledge/understand.ts'
import { projectPlaybook } from '../support/playbook.ts'

const playbook = await projectPlaybook()
const entities = (question: string) => understand(question, playbook.axes).entities

describe('stages', () => {
  test.each([
    ['we are 23 devs', 'medium_team', 23],
    ['a team of 12 engineers', 'medium_team', 12],
    ['18-person dev team: who owns CI?', 'medium_team', 18],
    ['knowledge sharing practices for 5 devs', 'small_team', 5],
    ['what changes at 100+ developers', 'enterprise', 100],
    ['Stage 4 triggers', 'large_team', undefined],
    ['what characterizes the very first stage?', 'individual', undefined],
    ["I'm alone, do I need reviews?", 'individual', undefined],
    ['communication trouble for 8-25 developers', 'medium_team', undefined],
    ['fifty engineers, which guilds?', 'large_team', 50],
  ])('%s', (question, stage, developers) => {
    expect(entities(question).stages).toEqual([stage])
    expect(entities(question).developers).toBe(developers)
  })

  test.each([
    'enterprise sales take too long',
    'how many enterprise customers by month 28',
    'our 500 customers',
  ])('none in: %s', (question) => {
    expect(entities(question).stages).toEqual([])
  })
})

describe('phases', () => {
  test.each([
    ['at $12M ARR how many people?', 'growth', 12e6],
    ['we make 3 million in recurring revenue', 'foundation', 3e6],
    ['headcount in phase two', 'growth', undefined],
    ['what is due in month 45?', 'scale', undefined],
    ['the last phase', 'market_leadership', undefined],
    ['between 5 and 25 million', 'growth', undefined],
    ['past 50M arr, how many people?', 'market_leadership', 50e6],
    ['pre series A, who builds?', 'foundation', undefined],
    ['we closed our series A last week', 'growth', undefined],
    ['series B done, what now?', 'scale', undefined],
  ])('%s', (question, phase, arr) => {
    expect(entities(question).phases).toEqual([phase])
    expect(entities(question).arrUsd).toBe(arr)
  })
})

test('a range over several phases names none', () => {
  expect(entities('how is the road from zero to 50M chopped up?').phases).toEqual([])
})

describe('transitions', () => {
  test.each([
    ['is a year enough to go from 25 to 75 devs?', 'medium_to_large_team'],
    ['moving from stage 2 to 3', 'small_to_medium_team'],
    ['month 8 of the tribe rollout', 'medium_to_large_team'],
    ['going from squads to tribes', 'medium_to_large_team'],
    ['after hiring our first extra dev', 'individual_to_small_team'],
  ])('%s', (question, transition) => {
    expect(entities(question).transitions).toEqual([transition])
  })

  test("a transition's months are not the company's", () => {
    expect(entities('month 8 of the tribe rollout').phases).toEqual([])
  })
})

describe('parts', () => {
  test.each([
    ['security budget in phase 2, and when do we land the first big customer?', 2],
    ['what is the platform tribe? who are its customers?', 2],
    ['pros and cons of squads', 1],
    ['which roles and how many of each do we need', 1],
    ['do we need an innovation group, and how many people?', 1],
    ['agent cap for a 6 dev team? shape?', 1],
    ['endgame numbers? arr, margin, valuation', 1],
  ])('%s', (question, count) => {
    expect(understand(question, playbook.axes).parts).toHaveLength(count)
  })
})

describe('what is asked', () => {
  test.each([
    ['we are 23 developers: what should we prepare for?', true],
    ["we're 40 engineers, what's coming next?", true],
    ['which roles has a team of 23?', false],
  ])('looks ahead: %s', (question, ahead) => {
    expect(understand(question, playbook.axes).ahead).toBe(ahead)
  })

  test.each([
    ['what was our revenue last quarter?', true],
    ["show last week's numbers", true],
    ['we raised money last week, who do we hire first?', false],
  ])("wants the asker's own figures: %s", (question, ours) => {
    expect(understand(question, playbook.axes).ours).toBe(ours)
  })

  test.each([
    [
      'which ppl & mgrs do 8 devs need w/o a CTO rn',
      'which people & managers do 8 developers need without a CTO right now',
    ],
    ['devops tools vs. infra', 'devops tools versus infrastructure'],
  ])('shorthand is written out: %s', (question, spelled) => {
    expect(spellOut(question)).toBe(spelled)
  })
})

describe('follow-ups', () => {
  const thread = [
    {
      question: 'what are the scaling triggers of stage 2?',
      kind: 'answer' as const,
      cited: ['stage.small_team.triggers'],
    },
  ]

  test('moves along the axis', () => {
    const read = understandInThread('and for the next stage?', playbook, thread)
    expect(read.entities.stages).toEqual(['medium_team'])
    expect(read.continues).toEqual({ topic: 'triggers' })
  })

  test('takes the stage that it names', () => {
    expect(understandInThread('what about 60 devs?', playbook, thread).entities.stages).toEqual([
      'large_team',
    ])
  })

  test('a question of its own is read by itself', () => {
    const read = understandInThread('which infrastructure costs does phase 1 have?', playbook, thread)
    expect(read.question).toBe('which infrastructure costs does phase 1 have?')
    expect(read.continues).toBeUndefined()
  })
})
