import type { App } from '@slack/bolt'
import type { View } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Outcome, Screens } from '../../screens/screens.ts'
import { ACTIONS, actionOf } from './action-ids.ts'
import type { Installation } from './clients.ts'
import type { SlackPeople } from './people.ts'
import { readForm } from './read-form.ts'
import { plainText } from './receive.ts'
import type { Respond } from './respond.ts'
import { asView, readMetadata, type ScreenPlace, type Show } from './show.ts'
import { fetchUpload } from './uploads.ts'

/** The slash command; the manifest names the same. */
export const COMMAND = '/cairn'
/** The message shortcut "Ask Cairn about this"; the manifest names the same. */
export const ASK_ABOUT = 'ask_about'

const actionSchema = z.object({
  action_id: z.string(),
  value: z.string().default(''),
})
const actionBodySchema = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  container: z
    .object({
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .optional(),
  view: z.object({ type: z.string(), private_metadata: z.string().optional() }).optional(),
})
const submissionSchema = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: z.string().optional(),
  view: z.object({
    id: z.string(),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.unknown(),
  }),
})
const shortcutSchema = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional(), text: z.string().default('') }),
})

const READING = 'Reading the file… You will find the outcome here.'
const FAILED = 'Something failed on my side; nothing was changed. Please try again.'

export interface InteractionsOptions {
  app: App
  screens: Screens
  show: Show
  people: SlackPeople
  installationOf: (context: Record<string, unknown>) => Installation
  /** The channel that a person looks at beside the conversation with Cairn. */
  lookingAt: (userId: string) => string | undefined
  onFailure: (error: unknown) => void
}

/** Takes in what people press, hand in and type behind the command. */
export const registerInteractions = ({
  app,
  screens,
  show,
  people,
  installationOf,
  lookingAt,
  onFailure,
}: InteractionsOptions): void => {
  const placeOf = async (
    installation: Installation,
    client: WebClient,
    userId: string,
    channelId: string | undefined,
    more: Partial<ScreenPlace>,
  ): Promise<ScreenPlace> => {
    const actor = await people.actorOf(installation, userId, channelId)
    const beside = lookingAt(userId)
    return {
      installation,
      client,
      actor: beside === undefined ? actor : { ...actor, lookingAt: beside },
      ...more,
    }
  }

  /** What fails is told to the person, in words of our own, and to the operators as it is. */
  const guarded = async (place: ScreenPlace, work: () => Promise<Outcome>): Promise<void> => {
    try {
      await show.show(await work(), place)
    } catch (error) {
      onFailure(error)
      await show.show({ show: 'note', text: FAILED }, place).catch(onFailure)
    }
  }

  app.action(/.*/, async ({ ack, action, body, client, context, respond }) => {
    const { action_id, value } = actionSchema.parse(action)
    const { user, trigger_id, channel, message, container, view } = actionBodySchema.parse(body)
    await ack()
    const isInDialog = view?.type === 'modal'
    const metadata = isInDialog && view.private_metadata ? readMetadata(view.private_metadata) : undefined
    const threadTs =
      message?.thread_ts ?? container?.thread_ts ?? message?.ts ?? container?.message_ts ?? metadata?.threadTs
    const place = await placeOf(
      installationOf(context),
      client,
      user.id,
      channel?.id ?? metadata?.conversationId,
      {
        triggerId: trigger_id,
        isInDialog,
        isAlone: container?.is_ephemeral ?? false,
        ...(threadTs === undefined ? {} : { threadTs }),
        ...('response_url' in body
          ? { respond: ephemeral(respond, message?.thread_ts ?? container?.thread_ts) }
          : {}),
      },
    )
    const act = actionOf(action_id)
    await guarded(place, () => screens.act(act, place.actor, value))
    // What one person alone sees stands in their client only, and can be taken away from here alone.
    if (act === ACTIONS.deleteAnswer && container?.is_ephemeral) await respond({ delete_original: true })
  })

  app.view(/.*/, async ({ ack, body, client, context }) => {
    const { user, trigger_id, view } = submissionSchema.parse(body)
    const { value, conversationId, threadTs } = readMetadata(view.private_metadata)
    const place = await placeOf(installationOf(context), client, user.id, conversationId, {
      isInDialog: true,
      ...(trigger_id === undefined ? {} : { triggerId: trigger_id }),
      ...(threadTs === undefined ? {} : { threadTs }),
    })
    const { values, fileIds } = readForm(view.state)
    const submit = async (): Promise<Outcome> => {
      const files = await Promise.all(fileIds.map((id) => fetchUpload(client, id)))
      return screens.submit(view.callback_id, place.actor, value, { values, files })
    }
    const viewOf = async (): Promise<View | undefined> => {
      const outcome = await submit().catch((error: unknown): Outcome => {
        onFailure(error)
        return { show: 'note', text: error instanceof AppError ? error.message : FAILED }
      })
      if (outcome.show === 'home') await show.home(place)
      // The form is gone by then, so that nothing can stand at its fields.
      if (outcome.show === 'errors')
        return asView({ show: 'note', text: Object.values(outcome.errors).join('\n') }, place)
      return asView(outcome, place)
    }
    if (fileIds.length > 0) {
      // Reading a file takes longer than Slack waits.
      const view_id = view.id
      await ack({ response_action: 'update', view: asView({ show: 'note', text: READING }, place) as View })
      viewOf()
        .then(async (done) => done && void (await client.views.update({ view_id, view: done })))
        .catch(onFailure)
      return
    }
    const outcome = await submit().catch((error: unknown): Outcome => {
      onFailure(error)
      return { show: 'note', text: FAILED }
    })
    if (outcome.show === 'errors') return ack({ response_action: 'errors', errors: outcome.errors })
    const next = asView(outcome, place)
    if (next) return ack({ response_action: 'update', view: next })
    await ack({ response_action: 'clear' })
    const { isInDialog: _, ...outside } = place
    await show.show(outcome, outside)
  })

  app.shortcut(ASK_ABOUT, async ({ ack, body, client, context }) => {
    const { user, trigger_id, channel, message } = shortcutSchema.parse(body)
    await ack()
    const installation = installationOf(context)
    const place = await placeOf(installation, client, user.id, channel.id, {
      triggerId: trigger_id,
      threadTs: message.thread_ts ?? message.ts,
    })
    await guarded(place, () =>
      screens.act(ASK_ABOUT, place.actor, plainText(message.text, installation.botUserId)),
    )
  })

  app.command(COMMAND, async ({ ack, command, client, context, respond }) => {
    await ack()
    const place = await placeOf(installationOf(context), client, command.user_id, command.channel_id, {
      triggerId: command.trigger_id,
      respond: ephemeral(respond),
    })
    await guarded(place, () => screens.command(place.actor, plainText(command.text, '')))
  })

  /** Answers for the person's eyes alone, beside what stands there: without a thread it would be in the channel. */
  const ephemeral =
    (respond: (message: object) => Promise<unknown>, thread_ts?: string): Respond =>
    async (message) => {
      const thread = thread_ts === undefined ? {} : { thread_ts }
      await respond({ response_type: 'ephemeral', replace_original: false, ...thread, ...message })
    }
}
