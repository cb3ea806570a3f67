import { startJobs } from '../../src/adapters/jobs/pg-boss.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { THREADS_QUEUE } from '../../src/jobs/queues.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWorkers } from '../../src/threads/thread-workers.ts'
import { createThreadWork } from '../../src/threads/work-thread.ts'
import { platformClient } from './fake-platform.ts'
import { echoed } from './threads.ts'

// A worker process, for tests that kill some: thread-worker-process.ts DATABASE_URL PLATFORM_URL. It prints "ready".

const [databaseUrl, platformUrl] = process.argv.slice(2) as [string, string]
const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`)

const { db, pool, kind, listen } = await openDatabase({ databaseUrl, dataDir: '' })
const store = createThreadStore(db, { settleMs: 2_000 })
const jobs = await startJobs({ pool, kind, listen, queues: [THREADS_QUEUE], onError })
const work = createThreadWork({
  store,
  answer: async (_, message) => echoed(message),
  deliver: createDelivery({
    store,
    platforms: { web: platformClient(platformUrl) },
    random: Math.random,
    now: () => performance.now(),
  }),
  onFailure: (_key, _message, error) => onError(error),
  leaseSeconds: 1.5,
})
await createThreadWorkers({ jobs, store, work, concurrency: 5, perTenant: 3, sweepMs: 500, onError }).start()
process.stdout.write('ready\n')
