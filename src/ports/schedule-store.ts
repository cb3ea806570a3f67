import type { Schedule } from '../schedule/next-due.ts'

/** Something of a tenant that recurs: at each due time a job of the queue is made. */
export interface Recurrence {
  tenantId: string
  /** Unique within the tenant; the job carries it with the due time. */
  recurrenceId: string
  queue: string
  schedule: Schedule
  zone: string
}

export interface DueRecurrence extends Recurrence {
  due: Date
}

export interface ClaimedRecurrence extends DueRecurrence {
  /** By the store's clock: what comes next is reckoned from it, so that no host's clock skips or repeats anything. */
  claimedAt: Date
}

export interface ScheduleStore {
  /** Writes a recurrence, or changes it; `next` is when it falls due first. One that is the same keeps its due time. */
  put(recurrence: Recurrence, next: Date): Promise<void>
  remove(tenantId: string, recurrenceId: string): Promise<void>
  recurrences(tenantId: string): Promise<DueRecurrence[]>
  /** Takes what is due, of any tenant, for a while: no other process gets it meanwhile. */
  claimDue(limit: number, seconds: number): Promise<ClaimedRecurrence[]>
  /** Moves it on, unless it was changed since it was claimed. */
  advance(claimed: DueRecurrence, next: Date): Promise<void>
}
