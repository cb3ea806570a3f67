import { z } from 'zod'
import { LONGEST_QUESTION } from '../advisor/turn.ts'
import type { Form } from '../conversation/card.ts'
import { cleanText } from '../conversation/clean-text.ts'
import { cutText } from '../conversation/cut-text.ts'
import type { ChannelStore } from '../ports/channel-store.ts'
import { chosen, readFilled, typedText } from './filled.ts'
import { note } from './note.ts'
import type { Actor, Ask, Feature, Outcome } from './screens.ts'
import { speaksNot } from './speaks-not.ts'

/** Keyboards make a dash of the two hyphens. */
const SHARE = /(?<!\S)(?:--|[–—])share(?!\S)/gi

const EXAMPLE = 'ask what should a team of 20 developers prepare for?'

const question = z
  .string()
  .transform((text) => cleanText(text))
  .pipe(
    z
      .string()
      .min(1, { error: `I did not see a question. Type it like this: \`${EXAMPLE}\`` })
      .max(LONGEST_QUESTION, {
        error: `That is longer than the ${LONGEST_QUESTION.toLocaleString('en')} characters that I read. Please send the question by itself.`,
      }),
  )

const ask = (text: string, where: Ask['where']): Outcome => {
  const { success, data, error } = question.safeParse(text)
  return success ? { show: 'ask', question: data, where } : note(error.issues[0]?.message ?? '')
}

const about = z.object({
  question: typedText(LONGEST_QUESTION, 'Write the question that I am to answer.'),
  where: chosen(['private', 'thread']),
})

/** Asks about a message that somebody wrote. */
export const askAboutForm = (text: string): Form => ({
  action: 'ask_about',
  value: '',
  title: 'Ask Cairn about this',
  submit: 'Ask',
  text: 'Change the text to what you want to know.',
  fields: [
    {
      kind: 'text',
      name: 'question',
      label: 'Question',
      initial: cutText(cleanText(text), LONGEST_QUESTION),
      multiline: true,
      maxLength: LONGEST_QUESTION,
    },
    {
      kind: 'choice',
      name: 'where',
      label: 'Who sees the answer?',
      options: [
        { value: 'private', label: 'Only I' },
        { value: 'thread', label: "Everyone, in the message's thread" },
      ],
      initial: 'private',
    },
  ],
})

/** Ways to ask beside writing a message: a command, a suggested question, a message that somebody wrote. */
export const createAsk = (channels: Pick<ChannelStore, 'policyOf'>): Feature => {
  const askOpenly = async (actor: Actor, text: string, where: 'thread' | 'channel'): Promise<Outcome> =>
    (await speaksNot(channels, actor, actor.conversationId)) ?? ask(text, where)
  return {
    actions: {
      /** Goes on in the thread with a question that an answer suggests. */
      choose: (actor, value) => askOpenly(actor, value, 'thread'),
      ask: async (_, value) => ask(value, 'private'),
      ask_about: async (_, text) => ({ show: 'form', form: askAboutForm(text) }),
    },
    submissions: {
      ask_about: async (actor, _, filled) => {
        const { data, wrong } = readFilled(about, filled)
        if (wrong) return wrong
        return data.where === 'thread'
          ? askOpenly(actor, data.question, data.where)
          : ask(data.question, data.where)
      },
    },
    subcommands: [
      {
        name: 'ask',
        arguments: '<question>',
        description: 'a private answer; with `--share` it is for everyone in the channel',
        run: async (actor, rest) => {
          const text = rest.replace(SHARE, ' ')
          return text === rest ? ask(rest, 'private') : askOpenly(actor, text, 'channel')
        },
      },
    ],
  }
}
