import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Room } from '../../conversation/people.ts'
import type { Account } from '../../ports/people-store.ts'
import type { Clients, FindInstallation, Installation } from './clients.ts'
import { belongsTo, isOutsider, readUser, type User } from './outsiders.ts'
import { isDirect, type Place } from './thread-id.ts'

/** What was found out is asked again after this time. */
const FRESH_MS = 600_000
/** Members of a channel who are looked at one by one; for more, all users of the workspace are gone through. */
const FEW_MEMBERS = 50
/** In a larger channel or workspace nobody can tell in time who reads along. */
const MOST_MEMBERS = 5_000
const MOST_USERS = 10_000
const PAGE = 200
/** People and channels of whom something is kept. */
const MOST_KEPT = 50_000

const channelSchema = z.object({
  name: z.string().optional(),
  is_im: z.boolean().optional(),
  is_ext_shared: z.boolean().optional(),
  is_pending_ext_shared: z.boolean().optional(),
})

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

type Profile = Pick<Account, 'name' | 'verifiedEmail'>

/** Who reads along where, and what Slack knows of someone. */
export interface Rooms {
  /** What cannot be found out counts as outsiders. */
  roomOf(place: Place, userId: string | undefined): Promise<Room>
  profileOf(place: Place, userId: string): Promise<Profile | undefined>
  /** The workspace that they belong to, which in a shared channel is not always the own one. */
  teamOf(place: Place, userId: string): Promise<string>
  /** A channel's name as people write it. */
  nameOf(place: Place): Promise<string | undefined>
  /** Whether they administer the workspace itself. */
  isWorkspaceAdmin(place: Place, userId: string): Promise<boolean>
  /** Somebody came, went, or the channel was shared. */
  changed(channelId: string): void
  /** Nothing that was found out may be relied on. */
  clear(): void
}

export interface RoomsOptions {
  find: FindInstallation
  clients: Clients
  now: () => number
  onFailure: (error: unknown) => void
}

/** Somebody's view of Slack: what is told of people and channels differs between installations. */
interface Here {
  client: WebClient
  installation: Installation
}

/** Finds out who reads along, and keeps it for a while. */
export const createRooms = ({ find, clients, now, onFailure }: RoomsOptions): Rooms => {
  const kept = new Map<string, { value: Promise<unknown>; at: number }>()
  const keep = <T>(key: string, { installation }: Here, look: () => Promise<T>): Promise<T> => {
    const own = `${key} ${installation.installationId}`
    const known = kept.get(own)
    if (known && now() - known.at < FRESH_MS) return known.value as Promise<T>
    const value = look()
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(own, { value, at: now() })
    value.catch(() => kept.delete(own))
    return value
  }

  const userOf = (here: Here, userId: string): Promise<User> =>
    keep(userId, here, async () => readUser((await here.client.users.info({ user: userId })).user))

  /** Everyone of a workspace, and whether they are outsiders; undefined when they are too many. */
  const everyone = (here: Here): Promise<Map<string, boolean> | undefined> =>
    keep('everyone', here, async () => {
      const users = await collect(MOST_USERS, async (cursor) => {
        const page = await here.client.users.list({ limit: PAGE, ...cursor })
        return { items: page.members ?? [], next: page.response_metadata?.next_cursor }
      })
      return (
        users &&
        new Map(users.map((user) => [user.id as string, isOutsider(here.installation, readUser(user))]))
      )
    })

  const areAllOwn = async (here: Here, members: string[]): Promise<boolean> => {
    const known = members.length > FEW_MEMBERS ? await everyone(here) : new Map<string, boolean>()
    const unknown = members.filter((id) => !known?.has(id))
    // In a channel of several workspaces there are people whom the own one does not list.
    if (unknown.length > FEW_MEMBERS || members.some((id) => known?.get(id))) return false
    const users = await Promise.all(unknown.map((id) => userOf(here, id)))
    return !users.some((user) => isOutsider(here.installation, user))
  }

  const channelOf = (here: Here, channelId: string): Promise<z.infer<typeof channelSchema>> =>
    keep(`${channelId} info`, here, async () =>
      channelSchema.parse((await here.client.conversations.info({ channel: channelId })).channel),
    )

  const channelRoom = (here: Here, channelId: string): Promise<Room> =>
    keep(channelId, here, async () => {
      const { is_ext_shared, is_pending_ext_shared } = await channelOf(here, channelId)
      if (is_ext_shared || is_pending_ext_shared) return 'outsiders'
      const members = await collect(MOST_MEMBERS, async (cursor) => {
        const page = await here.client.conversations.members({ channel: channelId, limit: PAGE, ...cursor })
        return { items: page.members ?? [], next: page.response_metadata?.next_cursor }
      })
      return members && (await areAllOwn(here, members)) ? 'organization' : 'outsiders'
    })

  /** What is found out there; what fails, or where Cairn is not installed, is as if nothing was known. */
  const finding = async <T>(
    { installationId }: Place,
    unknown: T,
    look: (here: Here) => Promise<T>,
  ): Promise<T> => {
    try {
      const [client, installation] = await Promise.all([clients(installationId), find(installationId)])
      return client && installation ? await look({ client, installation }) : unknown
    } catch (error) {
      onFailure(error)
      return unknown
    }
  }

  return {
    roomOf: (place, userId) =>
      finding<Room>(place, 'outsiders', async (here) => {
        const { channelId, privateTo } = place
        const reader = privateTo ?? userId
        if (reader === undefined || isOutsider(here.installation, await userOf(here, reader)))
          return 'outsiders'
        return privateTo !== undefined || isDirect(channelId) ? 'private' : channelRoom(here, channelId)
      }),

    profileOf: (place, userId) =>
      finding<Profile | undefined>(place, undefined, async (here) => {
        const user = await userOf(here, userId)
        const { profile, real_name, name, is_email_confirmed } = user
        const shown = profile?.real_name || real_name || name
        // An address that Slack did not confirm, or that another organization vouches for, proves nothing.
        const isProven = is_email_confirmed && belongsTo(here.installation, user)
        return {
          ...(shown ? { name: shown } : {}),
          ...(isProven && profile?.email ? { verifiedEmail: profile.email } : {}),
        }
      }),

    teamOf: (place, userId) =>
      finding(place, place.installationId, async (here) => {
        const { team_id = place.installationId } = await userOf(here, userId)
        return team_id
      }),

    nameOf: (place) =>
      finding<string | undefined>(place, undefined, async (here) => {
        const { name } = await channelOf(here, place.channelId)
        return name === undefined ? undefined : `#${name}`
      }),

    isWorkspaceAdmin: (place, userId) =>
      finding(place, false, async (here) => {
        const user = await userOf(here, userId)
        return !isOutsider(here.installation, user) && (user.is_admin === true || user.is_owner === true)
      }),

    changed: (channelId) => {
      for (const key of kept.keys()) if (key.startsWith(`${channelId} `)) kept.delete(key)
    },
    clear: () => kept.clear(),
  }
}
