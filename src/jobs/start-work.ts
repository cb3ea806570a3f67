import { forgetOld } from '../org/retention.ts'
import type { Jobs } from '../ports/jobs.ts'
import type { ScheduleStore } from '../ports/schedule-store.ts'
import type { SettingsStore } from '../ports/settings-store.ts'
import type { TenantData } from '../ports/tenant-data.ts'
import type { ThreadStore } from '../ports/thread-store.ts'
import type { Tracer } from '../ports/tracer.ts'
import { nextDue } from '../schedule/next-due.ts'
import { createDelivery, type DeliveryOptions } from '../threads/deliver.ts'
import { createThreadWorkers } from '../threads/thread-workers.ts'
import { type AnswerMessage, createThreadWork } from '../threads/work-thread.ts'
import { RETENTION_QUEUE } from './queues.ts'
import { createScheduleRun } from './run-schedules.ts'

/** What is too old to keep goes at night, once for the whole store. */
const NIGHTLY = {
  tenantId: 'shared',
  recurrenceId: 'retention',
  queue: RETENTION_QUEUE,
  schedule: { kind: 'daily', time: '03:00' },
  zone: 'UTC',
} as const
const SCHEDULE_TICK_MS = 10_000

interface WorkOptions {
  jobs: Jobs
  threads: ThreadStore
  schedules: ScheduleStore
  data: TenantData
  settings: SettingsStore
  platforms: DeliveryOptions['platforms']
  /** Otherwise it only takes messages in, for other processes to answer. */
  answers: boolean
  answer: AnswerMessage
  /** Deletes the organizations that left. */
  leaseSeconds?: number
  dropAbandoned: () => Promise<unknown>
  trace: Tracer
  /** Failures of the background itself. */
  onError: (error: unknown) => void
  /** A post that may not have arrived, or did not: an administrator should look at it. */
  onTrouble: (trouble: {
    tenantId: string
    threadId: string
    idempotencyKey: string
    state: string
    reason: string
  }) => void
  /** A turn that failed, and is tried again. */
  onFailure: (
    failure: { tenantId: string; threadId: string; sequence: string; attempts: number },
    error: unknown,
  ) => void
}

/** Starts the workers of this process; returns the door for messages, and what stops them from taking more. */
export const startWork = async ({
  jobs,
  threads,
  schedules,
  data,
  settings,
  platforms,
  answers,
  answer,
  leaseSeconds,
  dropAbandoned,
  trace,
  onError,
  onFailure,
  onTrouble,
}: WorkOptions) => {
  const deliver = createDelivery({
    store: threads,
    platforms,
    random: Math.random,
    now: () => performance.now(),
    onTrouble: ({ tenantId, threadId, idempotencyKey }, { state, reason }) =>
      onTrouble({ tenantId, threadId, idempotencyKey, state, reason }),
    trace,
  })
  const workers = createThreadWorkers({
    jobs,
    store: threads,
    work: createThreadWork({
      store: threads,
      answer,
      deliver,
      ...(leaseSeconds === undefined ? {} : { leaseSeconds }),
      onFailure: ({ tenantId, threadId }, { sequence, attempts }, error) =>
        onFailure({ tenantId, threadId, sequence, attempts }, error),
    }),
    onError,
  })
  if (!answers) return { accept: workers.accept, stop: workers.stop }
  await schedules.put(NIGHTLY, nextDue(NIGHTLY.schedule, NIGHTLY.zone, new Date()))
  await jobs.work(RETENTION_QUEUE, { concurrency: 1, perGroup: 1 }, async () => {
    await forgetOld(data, settings)
    await dropAbandoned()
  })
  const runSchedules = createScheduleRun({ store: schedules, jobs })
  const timer = setInterval(() => runSchedules().catch(onError), SCHEDULE_TICK_MS)
  await workers.start()
  return {
    accept: workers.accept,
    stop: () => {
      clearInterval(timer)
      workers.stop()
    },
  }
}
