import { expect, test } from 'vitest'
import { createSlackPeople } from '../../../src/adapters/slack/people.ts'
import type { Rooms } from '../../../src/adapters/slack/rooms.ts'
import type { Person } from '../../../src/ports/people-store.ts'

const INSTALLATION = {
  tenantId: 'acme',
  installationId: 'T1',
  botToken: 'xoxb',
  botId: 'B',
  botUserId: 'UBOT',
}

/** People of whom each is met as told, with how often they were asked for. */
const setUp = (given: Partial<Person> = {}, room: Awaited<ReturnType<Rooms['roomOf']>> = 'private') => {
  let now = 0
  const met: unknown[] = []
  const told: Person = { personId: 'p1', name: 'Ben', role: 'manager', ...given }
  const rooms = {
    roomOf: async () => room,
    profileOf: async () => ({ name: 'Ben Brown', verifiedEmail: 'ben@example.com' }),
    isWorkspaceAdmin: async () => true,
  } as unknown as Rooms
  const store = {
    meet: async (...args: unknown[]) => {
      met.push(args)
      return { ...told }
    },
    person: async () => undefined,
  }
  return {
    people: createSlackPeople(store, rooms, () => now),
    met,
    told,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('an id is asked for once a minute, for each organization and account by itself', async () => {
  const { people, met, told, pass } = setUp()
  const idOf = (userId = 'U1', tenantId = 'acme') => people.personIdOf({ ...INSTALLATION, tenantId }, userId)
  expect([await idOf(), await idOf()]).toEqual(['p1', 'p1'])
  expect(met).toHaveLength(1)
  await idOf('U2')
  await idOf('U1', 'globex')
  expect(met).toHaveLength(3)
  // Erased meanwhile, or one person with another account.
  told.personId = 'p2'
  pass(59_999)
  expect(await idOf()).toBe('p1')
  pass(1)
  expect(await idOf()).toBe('p2')
})

test('what a screen learns of somebody holds for their messages at once', async () => {
  const { people, told } = setUp()
  expect(await people.personIdOf(INSTALLATION, 'U1')).toBe('p1')
  told.personId = 'p2'
  await people.actorOf(INSTALLATION, 'U1', 'C1')
  expect(await people.personIdOf(INSTALLATION, 'U1')).toBe('p2')
})

test('a member is met with what Slack knows, and whether they administer the workspace; others are known', async () => {
  const member = setUp({ name: '', role: 'member' })
  await member.people.actorOf(INSTALLATION, 'U1', undefined)
  const account = { platform: 'slack', userId: 'U1' }
  const profile = { name: 'Ben Brown', verifiedEmail: 'ben@example.com' }
  expect(member.met).toEqual([
    ['acme', account],
    ['acme', { ...account, ...profile }, true],
  ])
  const manager = setUp()
  await manager.people.actorOf(INSTALLATION, 'U1', undefined)
  expect(manager.met).toHaveLength(1)
})

test.each([
  ['C1', 'private', 'organization'],
  ['D1', 'private', 'private'],
  [undefined, 'private', 'private'],
  ['C1', 'outsiders', 'outsiders'],
  ['D1', 'outsiders', 'outsiders'],
] as const)('in %s somebody who alone is %s is among %s', async (conversationId, own, room) => {
  const { people } = setUp({}, own)
  expect(await people.actorOf(INSTALLATION, 'U1', conversationId)).toMatchObject({
    tenantId: 'acme',
    userId: 'U1',
    room,
    ...(conversationId === undefined ? {} : { conversationId }),
  })
})
