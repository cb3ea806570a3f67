/** What a job carries: identifiers only, never anyone's words. */
export type JobData = Record<string, string>

export interface SendOptions {
  /** Of the jobs that wait with the same key, one is kept. */
  key?: string
  /** Jobs of one group share a limit of their own, so that no tenant takes every worker. */
  group?: string
}

export interface WorkOptions {
  /** Jobs of this queue at once in this process, and of one group among them. */
  concurrency: number
  perGroup: number
}

/** A job as an operator sees it. */
export interface JobView {
  id: string
  queue: string
  state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'
  data: JobData
  attempts: number
  createdAt: Date
  /** Why it failed last. */
  reason?: string
}

/** Work that outlives a process: at least once, by any process on the same store. */
export interface Jobs {
  send(queue: string, data: JobData, options?: SendOptions): Promise<void>
  /** Sends many jobs in one round trip. */
  sendAll(queue: string, jobs: { data: JobData; options: SendOptions }[]): Promise<void>
  work(queue: string, options: WorkOptions, handler: (data: JobData) => Promise<void>): Promise<void>
  /** Newest first; completed ones only when asked for. */
  list(options?: { completed?: boolean; limit?: number }): Promise<JobView[]>
  /** @throws AppError `not_found` */
  show(id: string): Promise<JobView>
  retry(id: string): Promise<void>
  cancel(id: string): Promise<void>
  /** Jobs that wait, run or failed, by queue and state. */
  counts(): Promise<{ queue: string; state: string; count: number }[]>
  /** Waits for running jobs so long, then leaves them to other processes. */
  stop(graceMs: number): Promise<void>
}
