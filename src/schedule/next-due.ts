import { DateTime, IANAZone } from 'luxon'
import { z } from 'zod'
import { AppError } from '../errors.ts'

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'expected a time such as 09:00' })

/** When something recurs, on the clock of a time zone. Days count from 1, Monday, to 7, Sunday. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('weekly'), days: z.array(z.int().min(1).max(7)).min(1), time }),
  z.strictObject({ kind: z.literal('daily'), time }),
  z.strictObject({ kind: z.literal('every'), minutes: z.int().min(1).max(10_080) }),
])
export type Schedule = z.infer<typeof scheduleSchema>

/** @throws AppError `bad_input` when it is no time zone of the IANA list. */
const assertZone = (zone: string): void => {
  if (!IANAZone.isValidZone(zone))
    throw new AppError(
      'bad_input',
      `"${zone.slice(0, 60)}" is no time zone; expected a name of the IANA list such as Europe/Berlin or America/New_York.`,
    )
}

const MINUTE_MS = 60_000
const DAYS_AHEAD = 8

/**
 * The first moment strictly after `after` at which the schedule falls due. A local time that a change of clocks skips
 * is due as much later as the clocks jump; one that comes twice is due the first time.
 */
export const nextDue = (schedule: Schedule, zone: string, after: Date): Date => {
  assertZone(zone)
  if (schedule.kind === 'every') {
    const step = schedule.minutes * MINUTE_MS
    return new Date((Math.floor(after.getTime() / step) + 1) * step)
  }
  const [hour, minute] = schedule.time.split(':').map(Number) as [number, number]
  const days = schedule.kind === 'daily' ? [1, 2, 3, 4, 5, 6, 7] : schedule.days
  const today = DateTime.fromJSDate(after, { zone }).startOf('day')
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const day = today.plus({ days: ahead })
    if (!days.includes(day.weekday)) continue
    const due = DateTime.fromObject(
      { year: day.year, month: day.month, day: day.day, hour, minute },
      { zone },
    )
    // The earlier one of a time that comes twice.
    const first = Math.min(...due.getPossibleOffsets().map((possible) => possible.toMillis()))
    if (first > after.getTime()) return new Date(first)
  }
  throw new Error('a week has no day of the schedule')
}
