import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { copyFilledStore } from '../support/filled-store.ts'
import { makeDirectory } from '../support/test-database.ts'

const folder = makeDirectory()
let app: App
beforeAll(async () => {
  await copyFilledStore(join(folder.path, 'store'))
  app = await createApp(readConfig({ CAIRN_DATA_DIR: join(folder.path, 'store') }, '/'))
})
afterAll(async () => {
  await app?.close()
  folder.remove()
})

describe('what may be said when nobody asked Cairn', () => {
  test.each([
    'what are squads?',
    'how long does the move from a small to a medium team take?',
    'what are the risks of stage 3?',
    'which KPIs should a medium team watch?',
    'what is the critical path from stage 3 to stage 4?',
  ])('%s', async (question) => {
    expect((await app.advise({ tenantId: 'local', question })).toThePoint).toBe(true)
  })

  test.each([
    'is the staging server down?',
    'what is the plan for lunch tomorrow?',
    'can someone review my PR?',
    'who owns the billing service?',
    'are we still meeting at 3?',
    'why is the build failing on main?',
    'what time is the standup?',
    'did the customer reply?',
    'is Jane out today?',
    'has the release gone out yet?',
  ])('not %s', async (question) => {
    expect((await app.advise({ tenantId: 'local', question })).toThePoint).toBe(false)
  })
})
