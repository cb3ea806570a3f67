import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { type PlaybookFile, parsePlaybook } from '../../src/playbook/playbook.ts'
import { projectPlaybook } from '../support/playbook.ts'

const yaml = (name: string): PlaybookFile => ({
  name,
  data: load(readFileSync(`knowledge/playbook/${name}`, 'utf8')),
})
const axes = yaml('axes.yaml')
const vocabulary = yaml('vocabulary.yaml')
const entry = (fields: object) => ({
  id: 'phase.growth.team',
  section: 'Phase 2 Growth > Team',
  about: { phase: 'growth' },
  topic: 'team',
  lead: '{Phase} has {people} people:',
  values: { people: 85 },
  facts: [],
  asked: ['how many people', 'headcount in growth', 'size of the team'],
  ...fields,
})
const playbookOf = (...entries: unknown[]) =>
  parsePlaybook([
    axes,
    vocabulary,
    { name: 'phase.yaml', data: { document: 'Growth phases', origin: 'phases', entries } },
  ])

describe('rendering', () => {
  const body = (fields: object) => playbookOf(entry(fields)).entries[0]?.body

  test('names the phase in words and figures', () => {
    expect(body({})).toBe('Phase 2 (Growth, $5M to $25M ARR, months 19-36) has 85 people:')
  })

  test.each([
    [{ label: 'Senior coaches', count: 8 }, '- Senior coaches: 8'],
    [{ label: 'Developers', count: [18, 24] }, '- Developers: 18-24'],
    [{ label: 'Cloud', usd_per_month: 120_000 }, '- Cloud: $120K a month'],
    [{ month: 24, text: '{arr_usd} ARR', values: { arr_usd: 10_000_000 } }, '- Month 24: $10M ARR'],
    [{ month: [4, 6], text: 'a portal' }, '- Months 4-6: a portal'],
    [
      { label: 'Series A', text: '{amount_usd}', values: { amount_usd: [8_000_000, 12_000_000] } },
      '- Series A: $8-12M',
    ],
    [{ label: 'Margin', text: '{margin_pct}+', values: { margin_pct: 85 } }, '- Margin: 85%+'],
    [{ label: 'Users', text: '{users}+', values: { users: 10_000 } }, '- Users: 10,000+'],
    [
      { label: 'Satisfaction', target: { op: '>', value: 4.5, unit: '/5' } },
      '- Satisfaction: above 4.5 out of 5.0',
    ],
    ['plain text', '- plain text'],
  ])('%j', (fact, line) => {
    expect(body({ facts: [fact] })?.split('\n')[1]).toBe(line)
  })

  test('says when a source gives no target', () => {
    expect(body({ facts: [{ label: 'Lead time', target: null }] })).toContain('gives no target value')
  })

  test('an overview prints what it includes on one line each', () => {
    const { entries } = playbookOf(
      entry({
        facts: [
          { label: 'Coaches', count: 8 },
          { label: 'Leads', count: 1 },
        ],
      }),
      entry({
        id: 'all',
        kind: 'overview',
        values: undefined,
        lead: 'Teams:',
        includes: ['phase.growth.team'],
      }),
    )
    expect(entries[1]?.body).toBe('Teams:\n- Team: Coaches: 8; Leads: 1')
  })
})

describe('a broken file is named with entry and field', () => {
  test.each([
    [entry({ asked: ['only one question'] }), /phase\.yaml.*phase\.growth\.team.*asked/],
    [entry({ colour: 'red' }), /phase\.yaml.*phase\.growth\.team.*colour/],
    [entry({ about: { phase: 'teenager' } }), /phase\.yaml.*about\.phase/],
    [entry({ lead: 'It has {folks} people' }), /phase\.yaml.*\{folks\} has no value/],
    [entry({ kind: 'conflict' }), /phase\.yaml.*between/],
    [entry({ kind: 'benchmark' }), /phase\.yaml.*source/],
    [entry({ kind: 'overview', includes: ['nowhere'] }), /includes names "nowhere"/],
    [{ section: 'no id' }, /phase\.yaml.*number 1/],
  ])('%#', (broken, message) => {
    expect(() => playbookOf(broken)).toThrow(AppError)
    expect(() => playbookOf(broken)).toThrow(message)
  })

  test('an id stands once', () => {
    expect(() => playbookOf(entry({}), entry({}))).toThrow(/stands in phase\.yaml already/)
  })

  test('a missing axis is named', () => {
    expect(() => parsePlaybook([vocabulary])).toThrow(/axes\.yaml/)
  })
})

describe('the playbook of this project', async () => {
  const { entries } = await projectPlaybook()

  test('keeps passages short enough to read and cite', () => {
    const long = entries.filter(({ kind, body }) => body.length > (kind === 'overview' ? 900 : 600))
    expect(long.map(({ id, body }) => `${id}: ${body.length}`)).toEqual([])
  })

  test('keeps agent orchestration a topic of its own', () => {
    const strays = entries.filter(
      ({ topic, file }) => topic.startsWith('agents_') !== (file === 'agent-orchestration.yaml'),
    )
    expect(strays.map(({ id }) => id)).toEqual([])
  })

  test('asks each question of one entry only', () => {
    const seen = new Map<string, string>()
    const twice = entries.flatMap(({ id, asked }) =>
      asked.flatMap((question) => {
        const before = seen.get(question)
        seen.set(question, id)
        return before ? [`"${question}": ${before}, ${id}`] : []
      }),
    )
    expect(twice).toEqual([])
  })
})
