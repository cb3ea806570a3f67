import type { Json } from './api-call.ts'
import type { SlackMessage } from './conversation.ts'
import type { Delivered, DeliveryOptions } from './deliver.ts'
import { interaction, slashCommand } from './payloads.ts'
import type { Around, Place } from './places.ts'

/** The state of a form: by blocks and by actions. */
export type ViewState = Record<string, Record<string, Json>>

/** What someone does with what an app shows. */
export interface Interactions {
  /** Uses an element of a message; `given` says what was chosen, such as a `selected_option` or a `value`. */
  uses(message: SlackMessage, actionId: string, given?: Json): Promise<Delivered>
  /** Uses an element of a view. */
  usesIn(view: Json, actionId: string, given?: Json): Promise<Delivered>
  /** Hands a form in. */
  submits(view: Json, values?: ViewState): Promise<Delivered>
  /** Gives a slash command, in the first channel when none is named. */
  command(
    command: string,
    text?: string,
    options?: { channel?: string } & DeliveryOptions,
  ): Promise<Delivered>
  /** Uses a shortcut of a message. */
  messageShortcut(callbackId: string, message: Pick<SlackMessage, 'channel' | 'ts'>): Promise<Delivered>
  /** Uses a shortcut of the app. */
  shortcut(callbackId: string): Promise<Delivered>
  /** What the app was given to open dialogs for this person with. */
  triggerIds: string[]
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** The element of that action within blocks, and its block's id. */
const findElement = (within: unknown, actionId: string, blockId = 'block'): [Json, string] | undefined => {
  if (!isJson(within)) return undefined
  if (within.action_id === actionId) return [within, blockId]
  const inside = typeof within.block_id === 'string' ? within.block_id : blockId
  for (const value of Object.values(within)) {
    const found = findElement(value, actionId, inside)
    if (found) return found
  }
  return undefined
}

const actionOn = (blocks: unknown, actionId: string, given: Json): Json => {
  const [element, blockId] = findElement(blocks, actionId) ?? []
  if (!element) throw new Error(`nothing has the action ${actionId} in ${JSON.stringify(blocks)}`)
  const { type, text, value } = element
  return {
    type,
    action_id: actionId,
    block_id: blockId,
    action_ts: `${Date.now() / 1_000}`,
    ...(text !== undefined && { text }),
    ...(value !== undefined && { value }),
    ...given,
  }
}

export const createInteractions = ({ emulator, proxy, deliver, user, places }: Around): Interactions => {
  const triggerIds: string[] = []
  /** In a dialog, what it opens stands on top of that one. */
  const trigger = async (view?: Json): Promise<string> => {
    const args = { user_id: user.id, ...(view?.type === 'modal' && { view_id: view.id }) }
    const { trigger_id: id } = await emulator.must<{ trigger_id: string }>('views.generateTriggerId', args)
    triggerIds.push(id)
    return id
  }
  const interact = async (given: Json & { type: string }, view?: Json) =>
    deliver('interactive', interaction(emulator, user, { trigger_id: await trigger(view), ...given }))
  const inChannel = ({ id, name }: Place): Json => ({ channel: { id, name } })

  return {
    uses: (message, actionId, given = {}) => {
      const { channel, is_ephemeral = false, ...shown } = message
      const { ts: message_ts, thread_ts } = message
      return interact({
        type: 'block_actions',
        actions: [actionOn(message.blocks, actionId, given)],
        state: { values: {} },
        container: {
          type: 'message',
          message_ts,
          channel_id: channel,
          is_ephemeral,
          ...(thread_ts !== undefined && { thread_ts }),
        },
        ...inChannel(places.of(channel)),
        // Slack tells nothing of what one person alone sees.
        ...(!is_ephemeral && { message: shown }),
        response_url: proxy.responseUrls.create({ user: user.id, channel, messageTs: message_ts }),
      })
    },
    usesIn: (view, actionId, given = {}) =>
      interact(
        {
          type: 'block_actions',
          actions: [actionOn(view.blocks, actionId, given)],
          container: { type: 'view', view_id: view.id },
          view,
        },
        view,
      ),
    submits: (view, values = {}) =>
      interact({ type: 'view_submission', view: { ...view, state: { values } }, response_urls: [] }, view),
    command: async (command, text = '', { channel, ...options } = {}) => {
      const { id, name } = places.of(channel)
      const given = {
        command,
        text,
        channel_id: id,
        channel_name: name,
        response_url: proxy.responseUrls.create({ user: user.id, channel: id }),
        trigger_id: await trigger(),
      }
      return deliver('slash_commands', slashCommand(emulator, user, given), options)
    },
    messageShortcut: async (callbackId, { channel, ts }) =>
      interact({
        type: 'message_action',
        callback_id: callbackId,
        ...inChannel(places.of(channel)),
        message_ts: ts,
        message: await places.message(channel, ts),
        response_url: proxy.responseUrls.create({ user: user.id, channel, messageTs: ts }),
      }),
    shortcut: (callbackId) => interact({ type: 'shortcut', callback_id: callbackId }),
    triggerIds,
  }
}
