import type { Policy } from '../conversation/engagement.ts'
import type { Platform } from '../conversation/message.ts'

/** A channel by what its platform calls it. */
export interface ChannelKey {
  platform: Platform
  conversationId: string
}

export interface ChannelPolicy extends ChannelKey {
  policy: Policy
}

/** When Cairn speaks in the channels of a tenant. */
export interface ChannelStore {
  /** The default where nobody chose. */
  policyOf(tenantId: string, channel: ChannelKey): Promise<Policy>
  setPolicy(tenantId: string, channel: ChannelKey, policy: Policy, by: string | undefined): Promise<void>
  /** Channels for which somebody chose. */
  policies(tenantId: string): Promise<ChannelPolicy[]>
}
