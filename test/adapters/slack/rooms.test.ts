import type { WebClient } from '@slack/web-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Installation } from '../../../src/adapters/slack/clients.ts'
import { createRooms } from '../../../src/adapters/slack/rooms.ts'

type Facts = Record<string, unknown> & { id: string }
interface Told {
  users?: Facts[]
  /** Those of them whom the workspace does not list. */
  unlisted?: string[]
  /** Members of each channel, by its id. */
  channels?: Record<string, { members: string[] } & Record<string, unknown>>
  /** Methods that fail. */
  failing?: string[]
  installation?: Partial<Installation>
}

const OWN = { team_id: 'T1', is_email_confirmed: true }
const person = (id: string, facts: object = {}): Facts => ({ id, name: id, ...OWN, ...facts })
const PAGE_OF_FAKE = 40

/** Rooms over a Slack that knows these people and channels. */
const setUp = (...workspaces: Told[]) => {
  const calls: string[] = []
  const failures: unknown[] = []
  let now = 0
  const installations = workspaces.map(
    ({ installation }, at): Installation => ({
      tenantId: `tenant-${at + 1}`,
      installationId: `T${at + 1}`,
      botToken: `xoxb-${at + 1}`,
      botId: 'B',
      botUserId: 'UBOT',
      ...installation,
    }),
  )
  const clientOf = ({ users = [], unlisted = [], channels = {}, failing = [] }: Told): WebClient => {
    const call =
      <A, T>(method: string, answer: (args: A) => T) =>
      async (args: A): Promise<T> => {
        calls.push(method)
        if (failing.includes(method)) throw new Error(`${method} fails`)
        return answer(args)
      }
    const paged = <T>(all: T[], cursor = '0') => {
      const from = Number(cursor)
      const next = from + PAGE_OF_FAKE < all.length ? String(from + PAGE_OF_FAKE) : ''
      return { members: all.slice(from, from + PAGE_OF_FAKE), response_metadata: { next_cursor: next } }
    }
    return {
      users: {
        info: call('users.info', ({ user }: { user: string }) => ({
          user: users.find(({ id }) => id === user),
        })),
        list: call('users.list', ({ cursor }: { cursor?: string }) =>
          paged(
            users.filter(({ id }) => !unlisted.includes(id)),
            cursor,
          ),
        ),
      },
      conversations: {
        info: call('conversations.info', ({ channel }: { channel: string }) => ({
          channel: channels[channel],
        })),
        members: call('conversations.members', ({ channel, cursor }: { channel: string; cursor?: string }) =>
          paged(channels[channel]?.members ?? [], cursor),
        ),
      },
    } as unknown as WebClient
  }
  const rooms = createRooms({
    find: async (id) => installations.find(({ installationId }) => installationId === id),
    clients: async (id) => {
      const at = installations.findIndex(({ installationId }) => installationId === id)
      return at < 0 ? undefined : clientOf(workspaces[at] as Told)
    },
    now: () => now,
    onFailure: (error) => failures.push(error),
  })
  return {
    rooms,
    calls,
    failures,
    pass: (ms: number) => {
      now += ms
    },
    roomOf: (channelId: string, userId: string | undefined = 'U1', installationId = 'T1') =>
      rooms.roomOf({ installationId, channelId, threadTs: '1.1' }, userId),
  }
}

const OUTSIDERS: [string, object][] = [
  ['a guest of several channels', { is_restricted: true }],
  ['a guest of one channel', { is_restricted: true, is_ultra_restricted: true }],
  ['a stranger', { team_id: 'T9', is_stranger: true }],
  // For people of other organizations who share a channel with Cairn, Slack says that they are no strangers.
  ['someone of another organization', { team_id: 'T9', is_stranger: false }],
  ['someone of another Grid', { team_id: 'T9', enterprise_user: { enterprise_id: 'E9', teams: ['T9'] } }],
  ['someone of whom it is not told where they belong', { team_id: undefined }],
]

describe('who reads along', () => {
  test.each(OUTSIDERS)(
    '%s is an outsider wherever they write, and makes one of each channel',
    async (_, facts) => {
      const channels = { C1: { members: ['U1', 'U2'] } }
      const { roomOf } = setUp({ users: [person('U1'), person('U2', facts)], channels })
      expect(await roomOf('D1', 'U2')).toBe('outsiders')
      expect(await roomOf('C1', 'U2')).toBe('outsiders')
      expect(await roomOf('C1', 'U1')).toBe('outsiders')
      expect(await roomOf('D1', 'U1')).toBe('private')
    },
  )

  test.each([
    ['is_ext_shared', true],
    ['is_pending_ext_shared', true],
  ])('a channel with %s is one of outsiders', async (field, value) => {
    const { roomOf } = setUp({
      users: [person('U1')],
      channels: { C1: { members: ['U1'], [field]: value } },
    })
    expect(await roomOf('C1')).toBe('outsiders')
  })

  test('people of other workspaces of one Grid are no outsiders', async () => {
    const sibling = person('U2', { team_id: 'T7', enterprise_user: { enterprise_id: 'E1', teams: ['T7'] } })
    const told = { users: [person('U1'), sibling], channels: { C1: { members: ['U1', 'U2'] } } }
    expect(await setUp({ ...told, installation: { enterpriseId: 'E1' } }).roomOf('C1')).toBe('organization')
    expect(await setUp({ ...told, installation: { enterpriseId: 'E2' } }).roomOf('C1')).toBe('outsiders')
    const installed = { installationId: 'E1', enterpriseId: 'E1' }
    const channels = { C1: { members: ['U2'] } }
    const everywhere = setUp({ ...told, channels, installation: installed })
    expect(await everywhere.roomOf('C1', 'U2', 'E1')).toBe('organization')
  })

  test('for a private thread only its one reader counts', async () => {
    const { rooms } = setUp({ users: [person('U1'), person('U2', { is_restricted: true })] })
    const of = (privateTo: string) =>
      rooms.roomOf({ installationId: 'T1', channelId: 'C1', privateTo }, undefined)
    expect(await of('U1')).toBe('private')
    expect(await of('U2')).toBe('outsiders')
  })

  test('who is not known, or a workspace that is not, counts as outsiders', async () => {
    const { roomOf, rooms } = setUp({ users: [person('U1')] })
    expect(await rooms.roomOf({ installationId: 'T1', channelId: 'D1' }, undefined)).toBe('outsiders')
    expect(await roomOf('D1', 'U1', 'T2')).toBe('outsiders')
    expect(await roomOf('D1', 'U-nobody')).toBe('outsiders')
  })

  test('bots do not count, unless they are strangers', async () => {
    const room = (facts: object) =>
      setUp({
        users: [person('U1'), person('U2', { is_bot: true, team_id: 'T9', ...facts })],
        channels: { C1: { members: ['U1', 'U2'] } },
      }).roomOf('C1')
    expect(await room({})).toBe('organization')
    expect(await room({ is_stranger: true })).toBe('outsiders')
  })

  const someone = fc.record({
    facts: fc.oneof(
      { weight: 60, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constantFrom(...OUTSIDERS.map(([, facts]) => facts)) },
    ),
    isListed: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  })
  test('however many are in a channel, it is the organization’s when all of them belong to it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(someone, { minLength: 1, maxLength: 130, size: 'max' }), async (people) => {
        const users = people.map(({ facts }, at) => person(`U${at}`, facts))
        const unlisted = users.map(({ id }) => id).filter((_, at) => !people[at]?.isListed)
        const { rooms } = setUp({
          users: [...users, person('V')],
          unlisted,
          channels: { C1: { members: users.map(({ id }) => id) } },
        })
        const isOwn = people.every(({ facts }) => Object.keys(facts).length === 0)
        const place = { installationId: 'T1', channelId: 'C1', threadTs: '1.1' }
        expect(await rooms.roomOf(place, 'V')).toBe(isOwn ? 'organization' : 'outsiders')
      }),
    ))

  test('more people than can be looked at are outsiders', async () => {
    const many = Array.from({ length: 5_001 }, (_, at) => `U${at + 1}`)
    const users = [person('U1')]
    expect(await setUp({ users, channels: { C1: { members: many } } }).roomOf('C1')).toBe('outsiders')
    const members = many.slice(0, 60)
    const crowd = Array.from({ length: 10_001 }, (_, at) => person(`U${at + 1}`))
    expect(await setUp({ users: crowd, channels: { C1: { members } } }).roomOf('C1')).toBe('outsiders')
  })

  test('of many whom the workspace does not list, nobody can tell in time', async () => {
    const users = Array.from({ length: 60 }, (_, at) => person(`U${at}`))
    const members = users.map(({ id }) => id)
    const { roomOf } = setUp({ users, unlisted: members.slice(0, 51), channels: { C1: { members } } })
    expect(await roomOf('C1')).toBe('outsiders')
  })

  test.each(['users.info', 'conversations.info', 'conversations.members'])(
    'when %s fails, there are outsiders, the operators are told, and it is tried again',
    async (method) => {
      const failing = [method]
      const told = { users: [person('U1')], channels: { C1: { members: ['U1'] } }, failing }
      const { roomOf, failures } = setUp(told)
      expect(await roomOf('C1')).toBe('outsiders')
      expect(failures).toMatchObject([{ message: `${method} fails` }])
      failing.length = 0
      expect(await roomOf('C1')).toBe('organization')
    },
  )
})

describe('what was found out', () => {
  const told = () => ({ users: [person('U1'), person('U2')], channels: { C1: { members: ['U1', 'U2'] } } })

  test('is kept for ten minutes, and asked once when many ask at the same time', async () => {
    const { roomOf, calls, pass } = setUp(told())
    await Promise.all([roomOf('C1'), roomOf('C1'), roomOf('C1', 'U2')])
    expect(calls.toSorted()).toEqual([
      'conversations.info',
      'conversations.members',
      'users.info',
      'users.info',
    ])
    pass(599_999)
    await roomOf('C1')
    expect(calls).toHaveLength(4)
    pass(1)
    await roomOf('C1')
    expect(calls).toHaveLength(8)
  })

  test('is forgotten when somebody comes or goes', async () => {
    const workspace = told()
    const { roomOf, rooms } = setUp(workspace)
    expect(await roomOf('C1')).toBe('organization')
    workspace.users.push(person('U3', { is_restricted: true }))
    workspace.channels.C1.members.push('U3')
    expect(await roomOf('C1')).toBe('organization')
    rooms.changed('C')
    expect(await roomOf('C1')).toBe('organization')
    rooms.changed('C1')
    expect(await roomOf('C1')).toBe('outsiders')
  })

  test('in one workspace does not hold in another: who belongs here is an outsider there', async () => {
    const ana = { id: 'U1', name: 'ana', is_stranger: false }
    const first = { users: [{ ...ana, team_id: 'T1' }], channels: { C1: { members: ['U1'] } } }
    const { roomOf } = setUp(first, first)
    expect(await roomOf('D1', 'U1', 'T1')).toBe('private')
    expect(await roomOf('D1', 'U1', 'T2')).toBe('outsiders')
    expect(await roomOf('C1', 'U1', 'T1')).toBe('organization')
    expect(await roomOf('C1', 'U1', 'T2')).toBe('outsiders')
  })
})

describe('what Slack knows of someone', () => {
  const place = { installationId: 'T1', channelId: 'C1', threadTs: '1.1' }
  const profileOf = (facts: object, given: Told = {}) =>
    setUp({ users: [person('U1', facts)], ...given }).rooms.profileOf(place, 'U1')

  test.each([
    [{ profile: { real_name: 'Ana Adams', email: 'a@x' } }, { name: 'Ana Adams', verifiedEmail: 'a@x' }],
    [
      { real_name: 'Ana', profile: { real_name: '', email: 'a@x' } },
      { name: 'Ana', verifiedEmail: 'a@x' },
    ],
    [{ profile: { email: 'a@x' }, is_email_confirmed: false }, { name: 'U1' }],
    // Another organization vouches for this address, not the own one.
    [{ profile: { email: 'a@x' }, team_id: 'T9' }, { name: 'U1' }],
    [{ profile: { email: 'a@x' }, is_stranger: true, team_id: 'T9' }, { name: 'U1' }],
  ])('%j', async (facts, expected) => {
    expect(await profileOf(facts)).toEqual(expected)
  })

  test('is nothing when it cannot be asked', async () => {
    expect(await profileOf({}, { failing: ['users.info'] })).toBeUndefined()
  })

  test('admins and owners of the workspace are told from guests and people of others', async () => {
    const isAdmin = (facts: object, failing: string[] = []) =>
      setUp({ users: [person('U1', facts)], failing }).rooms.isWorkspaceAdmin(place, 'U1')
    expect(await isAdmin({ is_admin: true })).toBe(true)
    expect(await isAdmin({ is_owner: true })).toBe(true)
    expect(await isAdmin({})).toBe(false)
    for (const [, facts] of OUTSIDERS) expect(await isAdmin({ is_admin: true, ...facts })).toBe(false)
    expect(await isAdmin({ is_admin: true }, ['users.info'])).toBe(false)
  })

  test('the workspace of someone is their own, or else that of the installation', async () => {
    const teamOf = (facts: object, failing: string[] = []) =>
      setUp({ users: [person('U1', facts)], failing }).rooms.teamOf(place, 'U1')
    expect(await teamOf({ team_id: 'T9' })).toBe('T9')
    expect(await teamOf({ team_id: undefined })).toBe('T1')
    expect(await teamOf({ team_id: 'T9' }, ['users.info'])).toBe('T1')
  })
})
