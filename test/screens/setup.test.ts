import { expect, test } from 'vitest'
import { aWorld } from '../support/screens.ts'

const cardOf = async (
  { screens }: Awaited<ReturnType<typeof aWorld>>,
  actor: Parameters<typeof screens.home>[0],
) => (await screens.home(actor)).find(({ id }) => id === 'setup')

test('an admin sees what is left to set up, until nothing is', async () => {
  const world = await aWorld({ model: 'claude-x' })
  const admin = world.actor('admin')
  const before = await cardOf(world, admin)
  expect(before?.text.match(/⬜/g)).toHaveLength(2)
  expect(before?.text).toContain('✅ Configure a language model')
  expect(before?.buttons).toMatchObject([{ action: 'add_document' }])
  world.addPlan('everyone')
  expect((await cardOf(world, admin))?.buttons).toEqual([])
  world.actor('member')
  expect(await cardOf(world, admin)).toBeUndefined()
})

test('nobody else does', async () => {
  const world = await aWorld()
  expect(await cardOf(world, world.actor('executive'))).toBeUndefined()
})
