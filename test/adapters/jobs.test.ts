import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startJobs } from '../../src/adapters/jobs/pg-boss.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import type { Jobs, JobView } from '../../src/ports/jobs.ts'
import { testStores } from '../support/test-database.ts'

const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

for (const { name, open } of testStores) {
  describe(`jobs on ${name}`, () => {
    let database: Database
    let jobs: Jobs
    beforeAll(async () => {
      database = await open()
      jobs = await startJobs({
        ...database,
        queues: ['backlog', 'failing', 'waiting'],
        retries: 0,
        onError: () => {},
      })
    })
    afterAll(async () => {
      await jobs?.stop(1_000)
      await database?.close()
    })

    test('a backlog is worked off without a pause, in side by side, within the limit of its group', async () => {
      // One look for a job every two seconds would take two minutes.
      for (let n = 0; n < 60; n++)
        await jobs.send('backlog', { n: String(n) }, { key: String(n), group: n < 50 ? 'busy' : 'calm' })
      const done: string[] = []
      const running = { busy: 0, calm: 0 }
      let most = 0
      await jobs.work('backlog', { concurrency: 4, perGroup: 2 }, async ({ n = '' }) => {
        const group = Number(n) < 50 ? 'busy' : 'calm'
        running[group]++
        most = Math.max(most, running.busy)
        await new Promise((resolve) => setTimeout(resolve, 10))
        running[group]--
        done.push(n)
      })
      await until(async () => (done.length >= 60 ? true : undefined))
      expect(new Set(done).size).toBe(60)
      expect(most).toBeLessThanOrEqual(2)
      // The calm group did not wait for the busy one.
      expect(done.findIndex((n) => Number(n) >= 50)).toBeLessThan(45)
    }, 30_000)

    test('of waiting jobs with one key, one is kept', async () => {
      for (let n = 0; n < 3; n++) await jobs.send('waiting', { n: String(n) }, { key: 'same' })
      await jobs.sendAll('waiting', [{ data: { n: '3' }, options: { key: 'same' } }])
      expect((await jobs.list()).filter(({ queue }) => queue === 'waiting')).toHaveLength(1)
    })

    test('a waiting job is cancelled, and resumed', async () => {
      const [job] = (await jobs.list()).filter(({ queue }) => queue === 'waiting') as [JobView]
      await jobs.cancel(job.id)
      expect((await jobs.show(job.id)).state).toBe('cancelled')
      await expect(jobs.cancel(job.id)).rejects.toMatchObject({ code: 'bad_input' })
      await jobs.retry(job.id)
      expect((await jobs.show(job.id)).state).toBe('created')
      await expect(jobs.retry(job.id)).rejects.toMatchObject({ code: 'bad_input' })
    })

    test('what failed for good is kept with its reason, and tried again on demand', async () => {
      let fails = true
      let runs = 0
      await jobs.work('failing', { concurrency: 1, perGroup: 1 }, async () => {
        runs++
        if (fails) throw new Error('the reason')
      })
      await jobs.send('failing', { what: 'ever' })
      const dead = await until(async () => (await jobs.list()).find(({ queue }) => queue === 'failing_dead'))
      expect(await jobs.show(dead.id)).toMatchObject({ reason: 'the reason', data: { what: 'ever' } })
      expect(await jobs.counts()).toContainEqual({ queue: 'failing_dead', state: 'created', count: 1 })
      fails = false
      await jobs.retry(dead.id)
      await until(async () => (runs === 2 ? true : undefined))
    }, 30_000)

    test('an unknown job is not found', async () => {
      for (const id of ['nonsense', '00000000-0000-0000-0000-000000000000'])
        await expect(jobs.show(id)).rejects.toMatchObject({ code: 'not_found' })
    })
  })
}
