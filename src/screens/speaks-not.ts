import type { ChannelStore } from '../ports/channel-store.ts'
import { note } from './note.ts'
import type { Actor, Outcome } from './screens.ts'

/** What is said when an answer is to go to a conversation in which Cairn is switched off; undefined where it is not. */
export const speaksNot = async (
  channels: Pick<ChannelStore, 'policyOf'>,
  { tenantId, platform }: Actor,
  conversationId: string | undefined,
): Promise<Outcome | undefined> => {
  if (conversationId === undefined) return undefined
  const policy = await channels.policyOf(tenantId, { platform, conversationId })
  return policy === 'off'
    ? note(
        'Cairn is switched off in that channel; an admin can change it. Ask privately, or choose another channel.',
      )
    : undefined
}
