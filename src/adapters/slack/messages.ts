import { engagementWith, type Policy } from '../../conversation/engagement.ts'
import type { ChannelStore } from '../../ports/channel-store.ts'
import type { Acceptance, InboundMessage, ThreadStore } from '../../ports/thread-store.ts'
import type { Installation } from './clients.ts'
import type { SlackPeople } from './people.ts'
import { readMessage, type Written } from './receive.ts'
import { threadIdOf, timeOf } from './thread-id.ts'

export interface MessagesOptions {
  people: SlackPeople
  threads: Pick<ThreadStore, 'participates' | 'revise' | 'retract'>
  channels: Pick<ChannelStore, 'policyOf'>
  accept: (tenantId: string, message: InboundMessage) => Promise<Acceptance>
  now: () => number
}

/** A channel's policy is read again after this time: another process may have changed it. */
const FRESH_MS = 5_000

/** Takes in what people write, edit and delete; when it returns, the message is safe. */
export const createMessages = ({ people, threads, channels, accept, now }: MessagesOptions) => {
  const kept = new Map<string, { policy: Promise<Policy>; at: number }>()
  const policyOf = (tenantId: string, conversationId: string): Promise<Policy> => {
    const key = `${tenantId}/${conversationId}`
    const known = kept.get(key)
    if (known && now() - known.at < FRESH_MS) return known.policy
    const policy = channels.policyOf(tenantId, { platform: 'slack', conversationId })
    kept.set(key, { policy, at: now() })
    policy.catch(() => kept.delete(key))
    return policy
  }

  const takeIn = async (installation: Installation, eventId: string, written: Written): Promise<void> => {
    const { tenantId, installationId } = installation
    const { channelId, ts, threadTs, userId, approach } = written
    const threadId = threadIdOf(installationId, channelId, threadTs)
    const { way, ...said } = approach
    const policy = way === 'direct' ? 'mentions' : await policyOf(tenantId, channelId)
    // Where Cairn is silent in any case, nobody has to look for the thread.
    if (policy === 'off' && way !== 'direct') return
    const here =
      way === 'reply' ? ((await threads.participates({ tenantId, threadId })) ? 'thread' : 'channel') : way
    if (way === 'reply' && here === 'channel') return
    const engagement = engagementWith({ way: here, ...said }, policy)
    if (engagement === undefined) return
    await accept(tenantId, {
      platform: 'slack',
      eventId,
      conversationId: channelId,
      messageId: ts,
      threadId,
      personId: await people.personIdOf(installation, userId),
      userId,
      text: said.text,
      engagement,
      occurredAt: timeOf(ts),
    })
  }

  return async (installation: Installation, eventId: string, event: unknown): Promise<void> => {
    const read = readMessage(event, installation.botUserId)
    if (!read) return
    if (read.kind === 'message') return takeIn(installation, eventId, read)
    const key = { platform: 'slack' as const, conversationId: read.channelId, messageId: read.ts }
    if (read.kind === 'deletion') await threads.retract(installation.tenantId, key)
    else
      await threads.revise(installation.tenantId, key, { eventId, text: read.text, occurredAt: new Date() })
  }
}

export type Messages = ReturnType<typeof createMessages>
