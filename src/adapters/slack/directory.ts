import type { Directory } from '../../ports/chat-platform.ts'
import type { PeopleStore } from '../../ports/people-store.ts'
import type { Rooms } from './rooms.ts'

/** What Slack calls the channels and people of an organization, in whichever of its workspaces they are. */
export const createDirectory = (people: Pick<PeopleStore, 'workspaces'>, rooms: Rooms): Directory => {
  const findIn = async <T>(
    tenantId: string,
    look: (installationId: string) => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    for (const { platform, workspaceId, uninstalledAt } of await people.workspaces(tenantId)) {
      const found = platform === 'slack' && !uninstalledAt ? await look(workspaceId) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    nameOf: (tenantId, channelId) =>
      findIn(tenantId, (installationId) => rooms.nameOf({ installationId, channelId })),
    profileOf: (tenantId, userId) =>
      findIn(tenantId, (installationId) => rooms.profileOf({ installationId, channelId: userId }, userId)),
  }
}
