import type { PeopleStore, Person } from '../../ports/people-store.ts'
import type { Actor } from '../../screens/screens.ts'
import type { Installation } from './clients.ts'
import type { Rooms } from './rooms.ts'

/** Persons of whom only the id is kept, so that not every message needs a look into the store. */
const MOST_KEPT = 10_000
/** Somebody may be erased meanwhile, or turn out to be somebody who is known. */
const FRESH_MS = 60_000

/** People as they appear in Slack. */
export interface SlackPeople {
  /** The id of whoever wrote a message, made on first sight. */
  personIdOf(installation: Installation, userId: string): Promise<string>
  /** Whoever uses a screen, with name, address and role. */
  actorOf(installation: Installation, userId: string, conversationId: string | undefined): Promise<Actor>
}

export const createSlackPeople = (
  people: Pick<PeopleStore, 'meet' | 'person'>,
  rooms: Rooms,
  now: () => number,
): SlackPeople => {
  const kept = new Map<string, { personId: string; at: number }>()
  const keep = (key: string, { personId }: Person): string => {
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(key, { personId, at: now() })
    return personId
  }

  /**
   * Met once with what Slack knows. While an organization has no admin, the first of its workspace's own admins who
   * opens a screen becomes it; whoever installs by OAuth is one already.
   */
  const meet = async ({ tenantId, installationId }: Installation, userId: string): Promise<Person> => {
    const place = { installationId, channelId: userId }
    const met = await people.meet(tenantId, { platform: 'slack', userId })
    if (met.name !== '' && met.role !== 'member') return met
    const profile = await rooms.profileOf(place, userId)
    const isAdmin = await rooms.isWorkspaceAdmin(place, userId)
    return people.meet(tenantId, { platform: 'slack', userId, ...profile }, isAdmin)
  }

  return {
    personIdOf: async ({ tenantId }, userId) => {
      const key = `${tenantId}/${userId}`
      const known = kept.get(key)
      if (known && now() - known.at < FRESH_MS) return known.personId
      return keep(key, await people.meet(tenantId, { platform: 'slack', userId }))
    },

    actorOf: async (installation, userId, conversationId) => {
      const { tenantId, installationId } = installation
      const alone = { installationId, channelId: userId, privateTo: userId }
      const [person, own] = await Promise.all([meet(installation, userId), rooms.roomOf(alone, userId)])
      keep(`${tenantId}/${userId}`, person)
      // What a screen shows, the actor alone sees: who else reads in the channel is asked when something is posted.
      const isChannel = conversationId !== undefined && !conversationId.startsWith('D')
      return {
        tenantId,
        person,
        platform: 'slack',
        userId,
        room: isChannel && own === 'private' ? 'organization' : own,
        ...(conversationId === undefined ? {} : { conversationId }),
      }
    },
  }
}
