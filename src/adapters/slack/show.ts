import type { AnyBlock, View } from '@slack/types'
import { z } from 'zod'
import type { Button } from '../../conversation/card.ts'
import type { Outcome, Screens } from '../../screens/screens.ts'
import type { AskFor, Where } from './ask.ts'
import { renderHome, renderPanel } from './render-cards.ts'
import { renderForm } from './render-form.ts'
import { renderNotice } from './render-notice.ts'
import { renderReply } from './render-reply.ts'
import { takes } from './respond.ts'
import { tellAlone } from './tell-alone.ts'

/** What a dialog remembers of where it was opened. */
const metadataSchema = z.object({
  value: z.string(),
  conversationId: z.string().optional(),
  threadTs: z.string().optional(),
})
export type DialogMetadata = z.infer<typeof metadataSchema>

export const readMetadata = (text: string): DialogMetadata => metadataSchema.parse(JSON.parse(text))

/** Where a screen is, and how Slack lets it be answered. */
export interface ScreenPlace extends Where {
  /** Lets a dialog be opened within three seconds. */
  triggerId?: string
  /** It happened in a dialog: what comes next is shown on top of it. */
  isInDialog?: boolean
}

const ASKING = 'Looking it up…'
const BELOW = 'I am looking it up. You will find the answer under *Messages*.'

export interface ShowOptions {
  screens: Pick<Screens, 'home'>
  ask: AskFor
}

const noteView = (text: string, buttons: Button[] = []): View =>
  renderPanel({ title: 'Cairn', cards: [{ id: 'note', title: '', text, buttons }] })

/** What an outcome looks like in a dialog; undefined for what is no dialog. */
export const asView = (
  outcome: Outcome,
  { actor: { conversationId }, threadTs }: Where,
): View | undefined => {
  if (outcome.show === 'panel') return renderPanel(outcome.panel)
  if (outcome.show === 'home') return noteView(outcome.note)
  if (outcome.show === 'note') return noteView(outcome.text, outcome.buttons)
  if (outcome.show !== 'form') return undefined
  const metadata: DialogMetadata = {
    value: outcome.form.value,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(threadTs === undefined ? {} : { threadTs }),
  }
  return renderForm(outcome.form, { privateMetadata: JSON.stringify(metadata) })
}

/** Shows outcomes of what people press and type. */
export const createShow = ({ screens, ask }: ShowOptions) => {
  const home = async ({ client, actor }: Where): Promise<void> => {
    const { conversationId: _, ...atHome } = actor
    const cards = await screens.home({
      ...atHome,
      room: actor.room === 'outsiders' ? 'outsiders' : 'private',
    })
    await client.views.publish({ user_id: actor.userId, view: renderHome(cards) })
  }

  /** Tells the person alone: in the place itself, or in a dialog where there is none. */
  const tell = async (
    place: ScreenPlace,
    message: { text: string; blocks: AnyBlock[] },
    outcome: Outcome,
  ) => {
    const { respond, client, actor, threadTs, triggerId } = place
    const view = asView(outcome, place)
    if (respond && (await takes(respond, message))) return
    if (actor.conversationId === undefined || place.isInDialog) {
      if (triggerId && view) await open(place, view)
    } else await tellAlone(client, { channel: actor.conversationId, user: actor.userId, threadTs }, message)
  }

  const open = async ({ client, triggerId, isInDialog }: ScreenPlace, view: View): Promise<void> => {
    const given = { trigger_id: triggerId as string, view }
    await (isInDialog ? client.views.push(given) : client.views.open(given))
  }

  const show = async (outcome: Outcome, place: ScreenPlace): Promise<void> => {
    switch (outcome.show) {
      case 'form':
      case 'panel':
        return open(place, asView(outcome, place) as View)
      case 'reply':
        return tell(place, renderReply(outcome.reply, { isPrivate: true, mayShare: false }), outcome)
      case 'note':
        return tell(place, renderNotice(outcome.text, outcome.buttons), outcome)
      case 'home':
        await home(place)
        return tell(place, renderNotice(outcome.note), outcome)
      case 'ask': {
        // Afterwards it might come after the answer. Where it is not taken, the answer will come all the same.
        if (outcome.where === 'private' && place.respond)
          await takes(place.respond, renderNotice(ASKING)).catch(() => false)
        const refused = await ask(outcome, place)
        if (refused !== undefined) return show({ show: 'note', text: refused }, place)
        // On the home screen nothing else tells that something happens.
        const isAtHome = place.actor.conversationId === undefined && outcome.where === 'private'
        return isAtHome ? show({ show: 'note', text: BELOW }, place) : undefined
      }
      default:
        return undefined
    }
  }
  return { show, home }
}

export type Show = ReturnType<typeof createShow>
