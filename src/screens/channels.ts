import { z } from 'zod'
import type { Card, Field, Form } from '../conversation/card.ts'
import { DEFAULT_POLICY, POLICIES, type Policy } from '../conversation/engagement.ts'
import type { ChannelPolicy, ChannelStore } from '../ports/channel-store.ts'
import { type AdminsOnly, isAdmin } from './admins.ts'
import { chosen, platformId, readFilled } from './filled.ts'
import { changed, note } from './note.ts'
import type { Actor, Feature, Outcome } from './screens.ts'

const MOST_SHOWN = 20

const LABELS: Record<Policy, string> = {
  mentions: 'When it is mentioned',
  auto: 'Also unasked',
  off: 'Never',
}

const MEANING: Record<Policy, string> = {
  mentions: 'answers when it is mentioned, and in the threads that it takes part in',
  auto: 'also answers questions that nobody asked it, when it can cite a source for them',
  off: 'says nothing here, not even when it is mentioned',
}

const policy = z.object({ policy: chosen(POLICIES) })
const policyAndChannel = policy.extend({ channel: platformId('Choose the channel.') })

/** The conversation that the actor is in, when it is one of several people. */
const ownChannel = ({ conversationId, room }: Actor): string | undefined =>
  room === 'private' ? undefined : conversationId

/** For one channel; for one that is still to be chosen when none is given. */
const formOf = (conversationId: string | undefined, current: Policy): Form => {
  const channel: Field = { kind: 'channel', name: 'channel', label: 'Channel' }
  return {
    action: 'channel',
    value: conversationId ?? '',
    title: 'When Cairn speaks',
    submit: 'Save',
    text: POLICIES.map((name) => `- **${LABELS[name]}**: Cairn ${MEANING[name]}`).join('\n'),
    fields: [
      ...(conversationId === undefined ? [channel] : []),
      {
        kind: 'choice',
        name: 'policy',
        label: 'Cairn speaks',
        options: POLICIES.map((value) => ({ value, label: LABELS[value] })),
        initial: current,
      },
    ],
  }
}

export interface ChannelsOptions {
  channels: ChannelStore
  adminsOnly: AdminsOnly
  /** What people call a conversation of the actor's platform; its id where it is not known. */
  nameOf?(actor: Actor, conversationId: string): Promise<string | undefined>
}

/** When Cairn speaks where: chosen for each channel by an admin. */
export const createChannels = ({ channels, adminsOnly, nameOf }: ChannelsOptions): Feature => {
  const rowOf = async (actor: Actor, { platform, conversationId, policy: chosen }: ChannelPolicy) => {
    const name = platform === actor.platform ? await nameOf?.(actor, conversationId) : undefined
    return [name ?? conversationId, platform, LABELS[chosen]]
  }

  const cardOf = async (actor: Actor): Promise<Card> => {
    const special = (await channels.policies(actor.tenantId)).filter((one) => one.policy !== DEFAULT_POLICY)
    const rows = await Promise.all(special.slice(0, MOST_SHOWN).map((one) => rowOf(actor, one)))
    const more = special.length > MOST_SHOWN ? ` These are the first ${MOST_SHOWN} of ${special.length}.` : ''
    return {
      id: 'channels',
      title: 'Channels',
      text: `Cairn ${MEANING[DEFAULT_POLICY]}${rows.length > 0 ? `, except in these channels.${more}` : '. That holds in every channel.'}`,
      ...(rows.length === 0
        ? {}
        : {
            table: {
              caption: 'Channels for which somebody chose',
              columns: ['Channel', 'Platform', 'Cairn speaks'].map((name) => ({
                name,
                kind: 'text' as const,
              })),
              rows,
            },
          }),
      buttons: [{ action: 'channel', value: '', label: 'Choose for a channel' }],
    }
  }

  const open = (actor: Actor, conversationId: string | undefined): Promise<Outcome> =>
    adminsOnly(actor, async () => ({
      show: 'form',
      form: formOf(conversationId, await currentOf(actor, conversationId)),
    }))
  const currentOf = async ({ tenantId, platform }: Actor, conversationId: string | undefined) =>
    conversationId === undefined ? DEFAULT_POLICY : channels.policyOf(tenantId, { platform, conversationId })

  return {
    cards: async (actor) => (isAdmin(actor) ? [await cardOf(actor)] : []),
    actions: { channel: (actor) => open(actor, undefined) },
    submissions: {
      channel: (actor, value, filled) =>
        adminsOnly(actor, async () => {
          const given = value === '' ? filled : { ...filled, values: { ...filled.values, channel: value } }
          const { data, wrong } = readFilled(policyAndChannel, given)
          if (wrong) return wrong
          const { tenantId, platform, person } = actor
          const key = { platform, conversationId: data.channel }
          await channels.setPolicy(tenantId, key, data.policy, person.personId)
          return changed(`In that channel Cairn ${MEANING[data.policy]}.`)
        }),
    },
    subcommands: [
      {
        name: 'channel',
        arguments: '',
        description: 'when Cairn speaks in this channel',
        run: async (actor) => {
          const here = ownChannel(actor)
          if (isAdmin(actor)) return open(actor, here)
          return note(
            here === undefined
              ? 'Here Cairn answers everything. Type this in a channel to see when it speaks there.'
              : `In this channel Cairn ${MEANING[await currentOf(actor, here)]}. An admin can change that.`,
          )
        },
      },
    ],
  }
}
