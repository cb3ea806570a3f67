import type { App, Context } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Choice } from '../../conversation/reply.ts'
import type { Installation } from './clients.ts'
import type { Messages } from './messages.ts'
import type { SlackPeople } from './people.ts'
import type { Show } from './show.ts'

/** Every event that the manifest subscribes to. */
export const EVENTS = [
  'app_mention',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'app_home_opened',
  'app_context_changed',
  'member_joined_channel',
  'member_left_channel',
  'channel_shared',
  'channel_unshared',
  'app_uninstalled',
  'tokens_revoked',
] as const
/** Events of apps that were made before the agent pane; an app has either, so the manifest leaves them out. */
export const LEGACY_EVENTS = ['assistant_thread_started', 'assistant_thread_context_changed'] as const

/** Channels that people look at, of so many people. */
const MOST_SEEN = 10_000
const CHANNEL_TYPE = 'slack#/types/channel_id'
const PROMPTS_TITLE = 'What would you like to know?'

const homeSchema = z.object({ user: z.string(), channel: z.string().optional(), tab: z.string().optional() })
const contextSchema = z.object({
  user: z.string().optional(),
  context: z
    .object({ entities: z.array(z.object({ type: z.string(), value: z.string() })).default([]) })
    .optional(),
})
const assistantSchema = z.object({
  assistant_thread: z.object({
    user_id: z.string(),
    channel_id: z.string(),
    thread_ts: z.string(),
    context: z.object({ channel_id: z.string().optional() }).optional(),
  }),
})
const channelSchema = z.object({ channel: z.string() })
const envelopeSchema = z.object({ event_id: z.string() })
const revokedSchema = z.object({ tokens: z.object({ bot: z.array(z.string()).optional() }).optional() })

export interface EventsOptions {
  app: App
  messages: Messages
  people: SlackPeople
  show: Show
  prompts: readonly Choice[]
  installationOf: (context: Record<string, unknown>) => Installation
  /** Somebody came, went, or the channel was shared. */
  onRoomChanged: (channelId: string) => Promise<void>
  /** Cairn was removed from it. */
  onRemoved: (installationId: string) => Promise<void>
  onFailure: (error: unknown) => void
}

/** Takes in what happens in Slack. Returns which channel a person looks at beside the conversation with Cairn. */
export const registerEvents = ({
  app,
  messages,
  people,
  show,
  prompts,
  installationOf,
  onRoomChanged,
  onRemoved,
  onFailure,
}: EventsOptions) => {
  const seen = new Map<string, string>()
  const remember = (userId: string | undefined, channelId: string | undefined): void => {
    if (userId === undefined || channelId === undefined) return
    if (seen.size >= MOST_SEEN) seen.clear()
    seen.set(userId, channelId)
  }

  const suggest = async (client: WebClient, channel_id: string, thread_ts?: string): Promise<void> => {
    const [first, ...rest] = prompts.map(({ label, question }) => ({ title: label, message: question }))
    if (!first) return
    // The agent pane refuses, silently, prompts for a thread.
    await client.assistant.threads.setSuggestedPrompts({
      channel_id,
      title: PROMPTS_TITLE,
      prompts: [first, ...rest],
      ...(thread_ts === undefined ? {} : { thread_ts }),
    } as Parameters<WebClient['assistant']['threads']['setSuggestedPrompts']>[0])
  }

  /** What only helps may fail: Slack would deliver the event again, and again in vain. */
  const helpful = (work: Promise<void>): Promise<void> => work.catch(onFailure)

  const takeIn = async ({ event, body, context }: { event: unknown; body: unknown; context: object }) =>
    messages(installationOf({ ...context }), envelopeSchema.parse(body).event_id, event)
  app.event('app_mention', takeIn)
  app.event('message', takeIn)

  app.event('app_home_opened', async ({ event, client, context }) => {
    const { user, channel, tab } = homeSchema.parse(event)
    if (tab === 'messages') return channel === undefined ? undefined : helpful(suggest(client, channel))
    const installation = installationOf({ ...context })
    await helpful(
      people
        .actorOf(installation, user, undefined)
        .then((actor) => show.home({ installation, client, actor })),
    )
  })

  app.event('app_context_changed', async ({ event }) => {
    const { user, context } = contextSchema.parse(event)
    remember(user, context?.entities.find(({ type }) => type === CHANNEL_TYPE)?.value)
  })

  app.event('assistant_thread_started', async ({ event, client }) => {
    const { channel_id, thread_ts, user_id, context } = assistantSchema.parse(event).assistant_thread
    remember(user_id, context?.channel_id)
    await helpful(suggest(client, channel_id, thread_ts))
  })
  app.event('assistant_thread_context_changed', async ({ event }) => {
    const { user_id, context } = assistantSchema.parse(event).assistant_thread
    remember(user_id, context?.channel_id)
  })

  const roomChanged = async ({ event }: { event: unknown }) =>
    onRoomChanged(channelSchema.parse(event).channel)
  app.event('member_joined_channel', roomChanged)
  app.event('member_left_channel', roomChanged)
  app.event('channel_shared', roomChanged)
  app.event('channel_unshared', roomChanged)

  /** An organization's installation counts by the organization, whichever workspace the event names. */
  const removed = async ({ isEnterpriseInstall, enterpriseId, teamId }: Context) => {
    const installationId = isEnterpriseInstall ? enterpriseId : teamId
    if (installationId) await onRemoved(installationId)
  }
  app.event('app_uninstalled', async ({ context }) => removed(context))
  app.event('tokens_revoked', async ({ event, context }) => {
    // A person who takes back their own token does not remove Cairn.
    if (revokedSchema.parse(event).tokens?.bot?.length) await removed(context)
  })

  return { lookingAt: (userId: string): string | undefined => seen.get(userId) }
}
