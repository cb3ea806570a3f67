import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Room } from '../../conversation/people.ts'
import type { Account } from '../../ports/people-store.ts'
import type { Clients } from './clients.ts'
import { isDirect, type Place } from './thread-id.ts'

/** What was found out is asked again after this time. */
const FRESH_MS = 600_000
/** Members of a channel who are looked at one by one; for more, all users of the workspace are gone through. */
const FEW_MEMBERS = 50
/** In a larger channel or workspace nobody can tell in time who reads along. */
const MOST_MEMBERS = 5_000
const MOST_USERS = 10_000
const PAGE = 200

const userSchema = z.object({
  team_id: z.string().optional(),
  real_name: z.string().optional(),
  name: z.string().optional(),
  /** Guests of one or of several channels. */
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  /** Of another organization. */
  is_stranger: z.boolean().optional(),
  is_email_confirmed: z.boolean().optional(),
  is_admin: z.boolean().optional(),
  is_owner: z.boolean().optional(),
  profile: z.object({ email: z.string().optional(), real_name: z.string().optional() }).optional(),
})
type User = z.infer<typeof userSchema>

const channelSchema = z.object({
  name: z.string().optional(),
  is_im: z.boolean().optional(),
  is_ext_shared: z.boolean().optional(),
  is_pending_ext_shared: z.boolean().optional(),
})

const isOutsider = ({ is_restricted, is_ultra_restricted, is_stranger }: User): boolean =>
  [is_restricted, is_ultra_restricted, is_stranger].includes(true)

/** All pages of a list, or undefined when there are more items than allowed. */
const collect = async <T>(
  most: number,
  read: (cursor: { cursor?: string }) => Promise<{ items: T[]; next: string | undefined }>,
): Promise<T[] | undefined> => {
  const all: T[] = []
  let cursor: { cursor?: string } = {}
  for (;;) {
    const { items, next } = await read(cursor)
    all.push(...items)
    if (all.length > most) return undefined
    if (!next) return all
    cursor = { cursor: next }
  }
}

/** Who reads along where, and what Slack knows of someone. */
export interface Rooms {
  /** What cannot be found out counts as outsiders. */
  roomOf(place: Place, userId: string | undefined): Promise<Room>
  profileOf(place: Place, userId: string): Promise<Pick<Account, 'name' | 'verifiedEmail'> | undefined>
  /** The workspace that they belong to, which in a shared channel is not always the own one. */
  teamOf(place: Place, userId: string): Promise<string>
  /** A channel's name as people write it. */
  nameOf(place: Place): Promise<string | undefined>
  /** Whether they administer the workspace itself. */
  isWorkspaceAdmin(place: Place, userId: string): Promise<boolean>
  /** Somebody came, went, or the channel was shared. */
  changed(channelId: string): void
}

export interface RoomsOptions {
  clients: Clients
  now: () => number
  onFailure: (error: unknown) => void
}

/** Finds out who reads along, and keeps it for a while. */
export const createRooms = ({ clients, now, onFailure }: RoomsOptions): Rooms => {
  const kept = new Map<string, { value: Promise<unknown>; at: number }>()
  const keep = <T>(key: string, find: () => Promise<T>): Promise<T> => {
    const known = kept.get(key)
    if (known && now() - known.at < FRESH_MS) return known.value as Promise<T>
    const value = find()
    kept.set(key, { value, at: now() })
    value.catch(() => kept.delete(key))
    return value
  }

  const userOf = (client: WebClient, userId: string): Promise<User> =>
    keep(`user:${userId}`, async () => userSchema.parse((await client.users.info({ user: userId })).user))

  const guestsOf = (client: WebClient): Promise<Set<string> | undefined> =>
    keep(`guests:${client.token}`, async () => {
      const users = await collect(MOST_USERS, async (cursor) => {
        const page = await client.users.list({ limit: PAGE, ...cursor })
        return { items: page.members ?? [], next: page.response_metadata?.next_cursor }
      })
      const guests = users?.filter((user) => isOutsider(userSchema.parse(user)))
      return guests && new Set(guests.map(({ id }) => id as string))
    })

  const channelOf = (client: WebClient, channelId: string): Promise<z.infer<typeof channelSchema>> =>
    keep(`channel:${channelId}`, async () =>
      channelSchema.parse((await client.conversations.info({ channel: channelId })).channel),
    )

  const channelRoom = (client: WebClient, channelId: string): Promise<Room> =>
    keep(`room:${channelId}`, async () => {
      const { is_ext_shared, is_pending_ext_shared } = await channelOf(client, channelId)
      if (is_ext_shared || is_pending_ext_shared) return 'outsiders'
      const members = await collect(MOST_MEMBERS, async (cursor) => {
        const page = await client.conversations.members({ channel: channelId, limit: PAGE, ...cursor })
        return { items: page.members ?? [], next: page.response_metadata?.next_cursor }
      })
      if (!members) return 'outsiders'
      if (members.length <= FEW_MEMBERS) {
        const users = await Promise.all(members.map((id) => userOf(client, id)))
        return users.some(isOutsider) ? 'outsiders' : 'organization'
      }
      const guests = await guestsOf(client)
      if (!guests || members.some((id) => guests.has(id))) return 'outsiders'
      return 'organization'
    })

  return {
    roomOf: async ({ installationId, channelId, privateTo }, userId) => {
      try {
        const client = await clients(installationId)
        const reader = privateTo ?? userId
        if (!client || reader === undefined) return 'outsiders'
        if (isOutsider(await userOf(client, reader))) return 'outsiders'
        return privateTo !== undefined || isDirect(channelId)
          ? 'private'
          : await channelRoom(client, channelId)
      } catch (error) {
        onFailure(error)
        return 'outsiders'
      }
    },

    profileOf: async ({ installationId }, userId) => {
      try {
        const client = await clients(installationId)
        if (!client) return undefined
        const { profile, real_name, name, is_email_confirmed, is_stranger } = await userOf(client, userId)
        const shown = profile?.real_name || real_name || name
        return {
          ...(shown ? { name: shown } : {}),
          // An address that Slack did not confirm, or that another organization vouches for, proves nothing.
          ...(is_email_confirmed && !is_stranger && profile?.email ? { verifiedEmail: profile.email } : {}),
        }
      } catch (error) {
        onFailure(error)
        return undefined
      }
    },

    teamOf: async ({ installationId }, userId) => {
      const client = await clients(installationId)
      const { team_id = installationId } = client ? await userOf(client, userId) : {}
      return team_id
    },

    nameOf: async ({ installationId, channelId }) => {
      try {
        const client = await clients(installationId)
        const name = client && (await channelOf(client, channelId)).name
        return name === undefined ? undefined : `#${name}`
      } catch (error) {
        onFailure(error)
        return undefined
      }
    },

    isWorkspaceAdmin: async ({ installationId }, userId) => {
      try {
        const client = await clients(installationId)
        if (!client) return false
        const user = await userOf(client, userId)
        return !isOutsider(user) && (user.is_admin === true || user.is_owner === true)
      } catch (error) {
        onFailure(error)
        return false
      }
    },

    changed: (channelId) => {
      kept.delete(`channel:${channelId}`)
      kept.delete(`room:${channelId}`)
    },
  }
}
