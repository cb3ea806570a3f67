import type { Pool } from 'pg'
import { type Db, type JobWithMetadata, PgBoss } from 'pg-boss'
import { AppError } from '../../errors.ts'
import type { JobData, Jobs, JobView, SendOptions } from '../../ports/jobs.ts'

export interface JobsOptions {
  pool: Pool
  kind: 'embedded' | 'server'
  listen: NonNullable<Db['listen']>
  /** Queues by name; a job that failed for good is kept in the queue's dead letters. */
  queues: readonly string[]
  /** Attempts after the first. */
  retries?: number
  /** Failures of the queue itself, not of jobs. */
  onError: (error: unknown) => void
}

const SCHEMA = 'pgboss'
const RETRIES = 5
/** A job whose worker has not reported for so long is given to another one. */
const HEARTBEAT_SECONDS = 30
const EXPIRE_SECONDS = 15 * 60
const KEPT_SECONDS = 14 * 24 * 3_600
const MOST_LISTED = 200
/** For jobs that come without a notification: resumed ones, and those of a store whose connection broke. */
const POLLING_SECONDS = 5
/** Suffix of the queue that keeps what failed for good. */
const DEAD = '_dead'

const reasonOf = (output: unknown): string | undefined => {
  if (typeof output !== 'object' || output === null || !('message' in output)) return undefined
  return typeof output.message === 'string' ? output.message : undefined
}

const toView = (job: JobWithMetadata<JobData>): JobView => {
  const reason = reasonOf(job.sourceOutput ?? job.output)
  return {
    id: job.id,
    queue: job.name,
    state: job.state,
    data: job.data,
    attempts: (job.sourceRetryCount ?? job.retryCount) + (job.state === 'created' && !job.sourceName ? 0 : 1),
    createdAt: job.sourceCreatedOn ?? job.createdOn,
    ...(reason === undefined ? {} : { reason }),
  }
}

const toBoss = ({ key, group }: SendOptions) => ({
  ...(key === undefined ? {} : { singletonKey: key }),
  ...(group === undefined ? {} : { group: { id: group } }),
})

/**
 * When two workers take jobs of one group at the same moment, one of them gives its job back, and cannot if another of
 * the same key waits by now. Nothing is lost: the one that waits looks at everything there is to do.
 */
const isNeedless = (error: object): boolean =>
  'code' in error && error.code === '23505' && 'constraint' in error && error.constraint === 'job_common_i1'

/** Starts the queues on the pool of the store, making their schema on first use. */
export const startJobs = async ({
  pool,
  kind,
  listen,
  queues,
  retries = RETRIES,
  onError,
}: JobsOptions): Promise<Jobs> => {
  const boss = new PgBoss({
    schema: SCHEMA,
    backend: kind === 'embedded' ? 'pglite' : 'postgres',
    useListenNotify: true,
    schedule: false,
    db: {
      // On the pool and never on the embedded database beside it: there a statement of the queue would run inside
      // whatever transaction is open.
      executeSql: async (text, values) => {
        const result = await pool.query(text, values)
        return { rows: Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows }
      },
      listen,
    },
  })
  boss.on('error', (error) => {
    if (!isNeedless(error)) onError(error)
  })
  await boss.start()
  for (const queue of queues) {
    await boss.createQueue(`${queue}${DEAD}`, { retentionSeconds: KEPT_SECONDS })
    await boss.createQueue(queue, {
      // One waiting job of a key is enough: it looks at everything there is to do.
      policy: 'short',
      notify: true,
      retryLimit: retries,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 300,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retentionSeconds: KEPT_SECONDS,
      deadLetter: `${queue}${DEAD}`,
    })
  }

  const names = queues.flatMap((queue) => [queue, `${queue}${DEAD}`])

  const find = async (id: string): Promise<JobWithMetadata<JobData>> => {
    if (/^[0-9a-f-]{36}$/i.test(id))
      for (const name of names) {
        const [job] = await boss.findJobs<JobData>(name, { id })
        if (job) return job
      }
    throw new AppError(
      'not_found',
      `There is no job ${id.slice(0, 60)}; "npx cairn jobs list" shows those there are.`,
    )
  }

  /**
   * A worker of this library looks for its next job when it is notified, not when it has finished one. Whoever
   * finishes has those that are busy, itself among them, look again when they are done, so that a backlog is worked
   * off at once, and one that is idle, for what a group's limit had kept back.
   */
  const wakeNext = (queue: string) => {
    const workers = boss.getWipData().filter(({ name }) => name === queue)
    const idle = workers.find(({ count }) => count === 0)
    for (const worker of workers) if (worker.count > 0 || worker === idle) boss.notifyWorker(worker.id)
  }
  const wakeAll = (queue: string) => {
    for (const { id, name } of boss.getWipData()) if (name === queue) boss.notifyWorker(id)
  }

  return {
    send: async (queue, data, options = {}) => {
      await boss.send(queue, data, toBoss(options))
    },
    sendAll: async (queue, all) => {
      if (all.length > 0)
        await boss.insert(
          queue,
          all.map(({ data, options }) => ({ data, ...toBoss(options) })),
        )
    },
    work: async (queue, { concurrency, perGroup }, handler) => {
      await boss.work<JobData>(
        queue,
        {
          batchSize: 1,
          localConcurrency: concurrency,
          localGroupConcurrency: perGroup,
          pollingIntervalSeconds: POLLING_SECONDS,
          notifyPollingIntervalSeconds: POLLING_SECONDS,
        },
        async ([job]) => {
          try {
            if (job) await handler(job.data)
          } finally {
            wakeNext(queue)
          }
        },
      )
    },
    list: async ({ completed = false, limit = MOST_LISTED } = {}) => {
      const { rows } = await pool.query<{ id: string }>(
        `select id from ${SCHEMA}.job where name = any($1) and ($2 or state <> 'completed')
         order by created_on desc limit $3`,
        [names, completed, limit],
      )
      return Promise.all(rows.map(async ({ id }) => toView(await find(id))))
    },
    show: async (id) => toView(await find(id)),
    retry: async (id) => {
      const job = await find(id)
      if (job.name.endsWith(DEAD)) await boss.redrive(job.name, { ids: [id] })
      else if (job.state === 'failed') await boss.retry(job.name, id)
      else if (job.state === 'cancelled') await boss.resume(job.name, id)
      else
        throw new AppError(
          'bad_input',
          `Job ${id} is ${job.state}; only failed and cancelled jobs can be tried again.`,
        )
      wakeAll(job.name.replace(new RegExp(`${DEAD}$`), ''))
    },
    cancel: async (id) => {
      const job = await find(id)
      if (job.state === 'completed' || job.state === 'cancelled')
        throw new AppError('bad_input', `Job ${id} is ${job.state} already; there is nothing to cancel.`)
      await boss.cancel(job.name, id)
    },
    counts: async () => {
      const { rows } = await pool.query<{ queue: string; state: string; count: number }>(
        `select name as queue, state::text, count(*)::int as count from ${SCHEMA}.job
         where name = any($1) and state <> 'completed' group by name, state`,
        [names],
      )
      return rows
    },
    stop: (graceMs) => boss.stop({ graceful: true, timeout: graceMs, close: false }),
  }
}
