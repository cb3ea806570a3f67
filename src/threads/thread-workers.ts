import { z } from 'zod'
import { THREADS_QUEUE } from '../jobs/queues.ts'
import type { Jobs } from '../ports/jobs.ts'
import type { Acceptance, InboundMessage, ThreadKey, ThreadStore } from '../ports/thread-store.ts'

export interface ThreadWorkersOptions {
  jobs: Pick<Jobs, 'send' | 'sendAll' | 'work'>
  store: Pick<ThreadStore, 'accept' | 'intend' | 'due'>
  /** Works a thread off; see `createThreadWork`. */
  work: (key: ThreadKey) => Promise<number | undefined>
  /** Threads worked on at once in this process, and of one tenant among them. */
  concurrency?: number
  perTenant?: number
  /** Time between two looks for threads that wait without a job, in milliseconds. */
  sweepMs?: number
  onError: (error: unknown) => void
}

const keySchema = z.object({ tenantId: z.string(), threadId: z.string() })
const MOST_SWEPT = 500

const jobOf = ({ tenantId, threadId }: ThreadKey) => ({
  data: { tenantId, threadId },
  options: { key: `${tenantId}/${threadId}`, group: tenantId },
})

/**
 * Joins inbox, queue and workers. The job is only a wake-up: which mail waits stands in the store, so a lost or doubled
 * job loses and doubles nothing, and a sweep finds the threads whose wake-up was lost or is due later.
 */
export const createThreadWorkers = ({
  jobs,
  store,
  work,
  concurrency = 10,
  perTenant = 4,
  sweepMs = 1_000,
  onError,
}: ThreadWorkersOptions) => {
  const wake = (key: ThreadKey) => {
    const { data, options } = jobOf(key)
    return jobs.send(THREADS_QUEUE, data, options)
  }
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const sweep = async (): Promise<void> => {
    try {
      await jobs.sendAll(THREADS_QUEUE, (await store.due(MOST_SWEPT)).map(jobOf))
    } catch (error) {
      onError(error)
    }
    if (!stopped) timer = setTimeout(sweep, sweepMs)
  }

  return {
    /** Writes a message and wakes its thread; returns as soon as it is stored. */
    accept: async (tenantId: string, message: InboundMessage): Promise<Acceptance> => {
      const acceptance = await store.accept(tenantId, message)
      // The message is safe by now, and whoever sent it need not wait: should the wake-up fail, the sweep finds it.
      if (acceptance === 'accepted') void wake({ tenantId, threadId: message.threadId }).catch(onError)
      return acceptance
    },
    /** Intends a post outside a turn; false when its key is known. */
    post: async (key: ThreadKey, post: Parameters<ThreadStore['intend']>[1]): Promise<boolean> => {
      const isNew = await store.intend(key, post)
      if (isNew) await wake(key).catch(onError)
      return isNew
    },
    start: async (): Promise<void> => {
      await jobs.work(THREADS_QUEUE, { concurrency, perGroup: perTenant }, async (data) => {
        const key = keySchema.parse(data)
        const again = await work(key)
        if (again !== undefined && again <= 0) await wake(key)
      })
      await sweep()
    },
    stop: (): void => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
