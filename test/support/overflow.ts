import { randomBytes } from 'node:crypto'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { AppError } from '../../src/errors.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWork } from '../../src/threads/work-thread.ts'
import { aMessage, echoed } from './threads.ts'

/** Room that is left of the disk, in bytes: some messages fit, and not their turns. */
const ROOM = 600_000
const LETTERS = 100_000

/**
 * Writes messages into a thread until the disk is full, works on them while it is, frees the disk, and goes on.
 * It says each step in a line.
 */
export const overflow = async (
  { db }: Database,
  directory: string,
  say: (line: string) => void,
): Promise<void> => {
  const store = createThreadStore(db)
  const key = { tenantId: 'a', threadId: 'thread' }
  await ensureTenant(db, key.tenantId, 'A tenant')
  const filler = join(directory, 'filler')
  const { bavail, bsize } = statfsSync(directory)
  writeFileSync(filler, Buffer.alloc(bavail * bsize - ROOM))

  const refused = (error: unknown) => {
    if (!(error instanceof AppError)) throw error
    say(`${error.code} ${error.message}`)
  }
  const written: string[] = []
  let last = aMessage()
  for (let full = false; !full; ) {
    // Random, so that the database cannot make it smaller.
    const text = `${written.length} ${randomBytes(LETTERS / 2).toString('hex')}`
    last = aMessage({ text, occurredAt: new Date(Date.now() - 60_000 + written.length) })
    written.push(text)
    await store.accept(key.tenantId, last).catch((error) => {
      refused(error)
      full = true
    })
  }

  const posted: string[] = []
  const work = createThreadWork({
    store,
    answer: async (_, message) => echoed(message),
    deliver: createDelivery({
      store,
      platforms: {
        web: {
          post: async (post) => ({ platformMessageId: String(posted.push(post.idempotencyKey)) }),
          find: async (post) =>
            posted.includes(post.idempotencyKey) ? { found: { platformMessageId: 'found' } } : 'absent',
        },
      },
      random: Math.random,
      now: () => performance.now(),
    }),
    onFailure: (_key, _message, error) => refused(error),
    leaseSeconds: 0.2,
  })
  await work(key).catch(refused)
  say(`posted ${posted.length} of ${written.length}`)

  rmSync(filler)
  say(await store.accept(key.tenantId, last))
  const until = performance.now() + 20_000
  while (posted.length < written.length && performance.now() < until) {
    await work(key)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const questions = (await store.transcript(key, 1_000)).map(({ question }) => question)
  say(`answered ${JSON.stringify(questions) === JSON.stringify(written) ? 'all, in order' : 'otherwise'}`)
  say(
    `posted ${new Set(posted).size === written.length && posted.length === written.length ? 'each once' : 'otherwise'}`,
  )
}
