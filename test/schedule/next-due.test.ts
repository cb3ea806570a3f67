import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, test } from 'vitest'
import { nextDue, type Schedule, scheduleSchema } from '../../src/schedule/next-due.ts'

const at = (zone: string, local: string) => DateTime.fromISO(local, { zone }).toJSDate()
const monday9: Schedule = { kind: 'weekly', days: [1], time: '09:00' }

describe('the next due time', () => {
  test.each([
    ['before it', '2026-11-16T08:59', '2026-11-16T09:00'],
    ['at it', '2026-11-16T09:00', '2026-11-23T09:00'],
    ['after it', '2026-11-16T09:01', '2026-11-23T09:00'],
    ['across a new year', '2026-12-29T12:00', '2027-01-04T09:00'],
    ['across a change of clocks', '2026-10-20T12:00', '2026-10-26T09:00'],
  ])('Mondays at nine in Berlin, asked %s', (_, after, due) => {
    expect(nextDue(monday9, 'Europe/Berlin', at('Europe/Berlin', after))).toEqual(at('Europe/Berlin', due))
  })

  test('keeps the local time when the clocks change', () => {
    const before = nextDue(monday9, 'Europe/Berlin', at('Europe/Berlin', '2026-10-18T12:00'))
    const after = nextDue(monday9, 'Europe/Berlin', before)
    expect([before.toISOString(), after.toISOString()]).toEqual([
      '2026-10-19T07:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
    ])
  })

  test('a time that is skipped is due as much later as the clocks jump', () => {
    const daily: Schedule = { kind: 'daily', time: '02:30' }
    const due = nextDue(daily, 'America/New_York', at('America/New_York', '2027-03-13T12:00'))
    expect(due).toEqual(at('America/New_York', '2027-03-14T03:30'))
    expect(nextDue(daily, 'America/New_York', due)).toEqual(at('America/New_York', '2027-03-15T02:30'))
  })

  test('a time that comes twice is due once, the first time', () => {
    const daily: Schedule = { kind: 'daily', time: '01:30' }
    const due = nextDue(daily, 'America/New_York', at('America/New_York', '2026-10-31T12:00'))
    expect(due.toISOString()).toBe('2026-11-01T05:30:00.000Z')
    expect(nextDue(daily, 'America/New_York', due).toISOString()).toBe('2026-11-02T06:30:00.000Z')
  })

  test('a zone that is half an hour off', () => {
    expect(nextDue(monday9, 'Asia/Kolkata', new Date('2026-11-16T03:29:59Z')).toISOString()).toBe(
      '2026-11-16T03:30:00.000Z',
    )
  })

  test('every so many minutes, on the grid', () => {
    const every: Schedule = { kind: 'every', minutes: 15 }
    expect(nextDue(every, 'UTC', new Date('2026-11-16T10:00:00Z')).toISOString()).toBe(
      '2026-11-16T10:15:00.000Z',
    )
  })

  test('is later, at the local time asked for, and at most a week away, wherever and whenever', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 7 }),
        fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (zone, day, after) => {
          const due = nextDue({ kind: 'weekly', days: [day], time: '12:15' }, zone, after)
          const local = DateTime.fromJSDate(due, { zone })
          return (
            due > after &&
            due.getTime() - after.getTime() <= 7 * 86_400_000 + 7_200_000 &&
            local.weekday === day &&
            local.toFormat('HH:mm') === '12:15'
          )
        },
      ),
    )
  })

  test.each(['Mars/Olympus', '', 'Berlin'])('"%s" is refused', (zone) => {
    expect(() => nextDue(monday9, zone, new Date())).toThrow(/no time zone; expected a name of the IANA list/)
  })

  test.each([
    { kind: 'weekly', days: [], time: '09:00' },
    { kind: 'weekly', days: [8], time: '09:00' },
    { kind: 'daily', time: '24:00' },
    { kind: 'every', minutes: 0 },
  ])('what is no schedule is refused: %j', (schedule) => {
    expect(scheduleSchema.safeParse(schedule).success).toBe(false)
  })
})
