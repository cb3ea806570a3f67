import type { Bulletin } from '../../ports/bulletin.ts'
import type { Rooms } from './rooms.ts'

/** What of Slack is kept in memory, and may change: who is in a channel, and who installed Cairn. */
export type Change = { kind: 'room' | 'installation'; id: string }

export interface ChangesOptions {
  bulletin: Bulletin
  rooms: Pick<Rooms, 'changed' | 'clear'>
  installations: { changed(installationId: string): void; clear(): void }
}

const PREFIX = 'slack'

/**
 * Has every process forget what changed: the one that hears of it from Slack is seldom the one that answers.
 */
export const shareChanges = async ({ bulletin, rooms, installations }: ChangesOptions) => {
  const forget = { room: rooms.changed, installation: installations.changed }
  const isKind = (kind: string | undefined): kind is Change['kind'] => kind !== undefined && kind in forget
  const reading = await bulletin.read(
    (text) => {
      const [prefix, kind, id] = text.split(' ')
      if (prefix === PREFIX && isKind(kind) && id) forget[kind](id)
    },
    () => {
      rooms.clear()
      installations.clear()
    },
  )
  return {
    tell: async ({ kind, id }: Change): Promise<void> => {
      forget[kind](id)
      await bulletin.post([PREFIX, kind, id].join(' '))
    },
    close: reading.close,
  }
}
