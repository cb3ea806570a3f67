import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Role } from '../../src/conversation/people.ts'
import type { Turn } from '../../src/conversation/thread.ts'
import type { WaitingMessage } from '../../src/ports/thread-store.ts'
import { createAnswerMessage } from '../../src/threads/answer-message.ts'
import { makeDirectory, makeServerDatabase, TEST_DATABASE_URL } from '../support/test-database.ts'
import { aMessage } from '../support/threads.ts'

const QUESTION = 'what is the salary band of a staff engineer at Zephyrine?'
const SECRET = /Zephyrine|187K|salary band/
/** A turn before, whose answer cited these passages. */
const after = (cited: string[]): Turn[] => [{ question: 'how do we pay?', kind: 'answer', cited }]

describe.each(TEST_DATABASE_URL ? ['PGlite', 'PostgreSQL'] : ['PGlite'])('audiences on %s', (kind) => {
  const folder = makeDirectory()
  const [tenantId, without] = [randomUUID(), randomUUID()]
  let app: App
  let remove: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const server = kind === 'PostgreSQL' ? await makeServerDatabase() : undefined
    remove = server?.remove
    app = await createApp(
      readConfig({ CAIRN_DATA_DIR: folder.path, ...(server ? { DATABASE_URL: server.url } : {}) }, '/'),
    )
    const path = (name: string) => join(folder.path, name)
    await writeFile(path('open.md'), '# Lunch\n\nLunch at the office is at noon, for every engineer.\n')
    await writeFile(path('pay.md'), '# Pay\n\nThe salary band of a staff engineer at Zephyrine is 187K.\n')
    for (const tenant of [tenantId, without]) await app.ingest(tenant, [path('open.md')])
    await app.ingest(tenantId, [path('pay.md')], undefined, 'managers')
  })
  afterAll(async () => {
    await app.close()
    await remove?.()
    await rm(folder.path, { recursive: true, force: true })
  })

  const ask = (role: Role | undefined, tenant = tenantId, thread: Turn[] = []) =>
    app.advise({ tenantId: tenant, question: QUESTION, thread, ...(role ? { viewer: { role } } : {}) })

  test.each(['manager', 'executive', 'admin'] as const)('a %s is answered from it', async (role) => {
    const { reply } = await ask(role)
    expect(reply.text).toMatch(/187K/)
    expect(reply.citations[0]?.document).toBe('pay')
    expect((await app.search(tenantId, QUESTION, { role }))[0]?.passage.body).toMatch(/187K/)
  })

  test.each(['member', undefined] as const)('for a %s it is as if it did not exist', async (role) => {
    const [cited] = (await app.search(tenantId, QUESTION, { role: 'manager' })).map(
      ({ passage }) => passage.id,
    )
    for (const thread of [[], after([cited as string])]) {
      const { timings: _, ...answered } = await ask(role, tenantId, thread)
      const { timings: __, ...expected } = await ask(role, without, thread)
      expect(JSON.stringify(answered)).not.toMatch(SECRET)
      // Down to the scores: a passage that is hidden moves nothing.
      const scores = ({ passages }: typeof answered) =>
        passages.map(({ passage, score }) => [passage.body, score])
      expect(scores(answered)).toEqual(scores(expected))
      expect(answered.reply.text).toBe(expected.reply.text)
    }
    const found = await app.search(tenantId, QUESTION, ...(role ? [{ role }] : []))
    expect(JSON.stringify(found)).not.toMatch(SECRET)
  })

  test('a message is answered by what its writer may see', async () => {
    const answer = createAnswerMessage({
      store: app.threads,
      people: app.people,
      knowledge: app.store,
      advise: app.advise,
      platforms: {},
    })
    const meet = (userId: string) => app.people.meet(tenantId, { platform: 'web', userId })
    const [manager, member] = [await meet('U1'), await meet('U2')]
    await app.people.meet(tenantId, { platform: 'web', userId: 'U0' }, true)
    await app.people.setRole(tenantId, manager.personId, 'manager', undefined)
    const asked = async (personId?: string) => {
      const message = {
        ...aMessage({ text: QUESTION, ...(personId ? { personId } : {}) }),
        sequence: '1',
        attempts: 1,
      }
      const lease = { tenantId, threadId: 'thread', token: randomUUID() }
      const answered = await answer(lease, message satisfies WaitingMessage, new AbortController().signal)
      return 'turn' in answered ? answered.turn.reply.text : undefined
    }
    expect(await asked(manager.personId)).toMatch(/187K/)
    for (const nobodySpecial of [member.personId, randomUUID(), undefined])
      expect(await asked(nobodySpecial)).not.toMatch(SECRET)
  })
})
