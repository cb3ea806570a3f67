import type { SlackMessage } from './conversation.ts'
import type { Deliver } from './deliver.ts'
import type { SlackEmulator, SlackUser } from './emulator.ts'
import type { SlackProxy } from './proxy.ts'

/** A conversation as events and interactions name it. */
export interface Place {
  id: string
  name: string
  type: 'channel' | 'group' | 'im'
}

/** The conversations that someone writes in. */
export interface Places {
  /** By a channel's name or a conversation's id; the first channel when none is given. */
  of(channel: string | undefined): Place
  /** The conversation with the bot. */
  direct(): Promise<string>
  /** A message as this person sees it. */
  message(channel: string, ts: string): Promise<SlackMessage | undefined>
}

/** All that somebody's doings need. */
export interface Around {
  emulator: SlackEmulator
  proxy: SlackProxy
  deliver: Deliver
  user: SlackUser
  places: Places
}

export const createPlaces = (emulator: SlackEmulator, { token }: SlackUser): Places => ({
  of: (given) => {
    const channels = Object.values(emulator.channels)
    const channel =
      given === undefined ? channels[0] : channels.find(({ id, name }) => id === given || name === given)
    if (channel) return { ...channel, type: channel.isPrivate ? 'group' : 'channel' }
    if (given?.startsWith('D')) return { id: given, name: 'directmessage', type: 'im' }
    throw new Error(`there is no channel ${given}, only ${channels.map(({ name }) => name).join(', ')}`)
  },
  direct: async () => {
    const args = { users: emulator.botUserId }
    return (await emulator.must<{ channel: { id: string } }>('conversations.open', args, token)).channel.id
  },
  message: async (channel, ts) => {
    const args = { channel, ts }
    const read = await emulator.must<{ messages: SlackMessage[] }>('conversations.replies', args, token)
    return read.messages.find((message) => message.ts === ts)
  },
})
