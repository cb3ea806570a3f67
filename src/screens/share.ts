import { z } from 'zod'
import type { Form } from '../conversation/card.ts'
import { cutText } from '../conversation/cut-text.ts'
import { mayBeShown } from '../knowledge/may-be-shown.ts'
import type { ChannelStore } from '../ports/channel-store.ts'
import type { KnowledgeStore } from '../ports/knowledge-store.ts'
import type { AnsweredTurn, ThreadStore } from '../ports/thread-store.ts'
import { platformId, readFilled } from './filled.ts'
import { findTurn, GONE, isAsker } from './may-see.ts'
import { note } from './note.ts'
import type { Actor, Feature, Outcome } from './screens.ts'
import { speaksNot } from './speaks-not.ts'

const LONGEST_SHOWN = 300

const target = z.object({ channel: platformId('Choose the channel.') })

const initial = (channel: string | undefined) => (channel === undefined ? {} : { initial: channel })

const shareForm = ({ turnId, question }: AnsweredTurn, { conversationId, lookingAt, room }: Actor): Form => ({
  action: 'share',
  value: turnId,
  title: 'Share this answer',
  submit: 'Share',
  text: `Everyone in the channel will see, under your name, your question and the answer with its sources:\n\n> ${cutText(question.replace(/\s+/g, ' '), LONGEST_SHOWN)}`,
  fields: [
    {
      kind: 'channel',
      name: 'channel',
      label: 'Channel',
      ...initial(lookingAt ?? (room === 'private' ? undefined : conversationId)),
    },
  ],
})

export interface ShareOptions {
  threads: Pick<ThreadStore, 'turn'>
  knowledge: Pick<KnowledgeStore, 'passage'>
  channels: Pick<ChannelStore, 'policyOf'>
}

/** Shows an answer that someone was given privately to a channel: only who asked may, and only what everyone may see. */
export const createShare = ({ threads, knowledge, channels }: ShareOptions): Feature => {
  const ofAsker = async (
    actor: Actor,
    turnId: string,
    work: (turn: AnsweredTurn) => Promise<Outcome>,
  ): Promise<Outcome> => {
    const turn = await findTurn(threads, actor, turnId)
    if (!turn) return note(GONE)
    if (!isAsker(actor, turn)) return note('Only who asked may share an answer. Ask the question yourself.')
    return (await mayBeShown(knowledge, actor.tenantId, turn.reply, 'organization'))
      ? work(turn)
      : note(
          'This answer cites documents that are not for everyone, so it cannot be shared. Ask in the channel: the answer there keeps to what everyone may see.',
        )
  }
  return {
    actions: {
      share: (actor, turnId) =>
        ofAsker(actor, turnId, async (turn) => ({ show: 'form', form: shareForm(turn, actor) })),
    },
    submissions: {
      share: (actor, turnId, filled) =>
        ofAsker(actor, turnId, async ({ question }) => {
          const { data, wrong } = readFilled(target, filled)
          if (wrong) return wrong
          const conversationId = data.channel
          return (
            (await speaksNot(channels, actor, conversationId)) ?? {
              show: 'ask',
              question,
              where: 'channel',
              conversationId,
              sharesTurnId: turnId,
            }
          )
        }),
    },
  }
}
