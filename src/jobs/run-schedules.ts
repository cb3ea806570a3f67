import type { Jobs } from '../ports/jobs.ts'
import type { ScheduleStore } from '../ports/schedule-store.ts'
import { nextDue } from '../schedule/next-due.ts'

/** A claim lasts longer than sending the jobs; after a crash in between they are sent once more. */
const CLAIM_SECONDS = 60
const MOST_AT_ONCE = 500

export interface RunSchedulesOptions {
  store: Pick<ScheduleStore, 'claimDue' | 'advance'>
  jobs: Pick<Jobs, 'send'>
}

/**
 * Makes the function that turns what is due into jobs; it returns how many. A job carries recurrence and due time, by
 * which its work is done once however often the job comes. What was missed while no process ran is due once, not once
 * for each time.
 */
export const createScheduleRun =
  ({ store, jobs }: RunSchedulesOptions) =>
  async (): Promise<number> => {
    const due = await store.claimDue(MOST_AT_ONCE, CLAIM_SECONDS)
    for (const recurrence of due) {
      const { tenantId, recurrenceId, queue, schedule, zone } = recurrence
      const at = recurrence.due.toISOString()
      await jobs.send(
        queue,
        { tenantId, recurrenceId, due: at },
        { key: `${tenantId}/${recurrenceId}/${at}`, group: tenantId },
      )
      await store.advance(recurrence, nextDue(schedule, zone, recurrence.claimedAt))
    }
    return due.length
  }
