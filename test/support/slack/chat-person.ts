import { ASK_ABOUT, COMMAND } from '../../../src/adapters/slack/interactions.ts'
import { threadIdOf } from '../../../src/adapters/slack/thread-id.ts'
import type { ChatPerson, Screen, Shown, Wanted, Where, Written } from '../chat-driver.ts'
import type { Json } from './api-call.ts'
import type { CairnInSlack } from './cairn-in-slack.ts'
import type { SlackMessage } from './conversation.ts'
import { createDialogs } from './dialogs.ts'
import type { Person, Sent } from './person.ts'
import { type Posted, privateMessages } from './private-messages.ts'
import { pressablesIn, seenIn } from './seen-message.ts'
import { fillIn, screenOf } from './seen-view.ts'
import { until } from './until.ts'

/** Longer than any story should wait, on a machine that is busy. */
const PATIENCE_MS = 10_000

const matches = <T>(wanted: Wanted<T>, textOf: (seen: T) => string) => {
  if (typeof wanted === 'function') return wanted
  return (seen: T) =>
    typeof wanted === 'string' ? textOf(seen).startsWith(wanted) : wanted.test(textOf(seen))
}

/** What someone wrote into Slack, as stories know it. */
export const asWritten = (
  teamId: string,
  { channel, ts, threadTs, status, again }: Sent,
  after: number,
): Written => ({
  conversation: channel,
  thread: threadTs,
  after,
  id: ts,
  threadId: threadIdOf(teamId, channel, threadTs),
  isTaken: status === 200,
  again: async () => void (await again({ retry: { number: 1, reason: 'http_timeout' } })),
})

/** Someone of the workspace as stories know them. */
export const createChatPerson = (cairn: CairnInSlack, name: string): ChatPerson => {
  const { slack } = cairn
  const { emulator, proxy } = slack
  const person: Person = cairn.person(name)
  const dialogs = createDialogs(proxy, person.triggerIds)
  /** What was seen, by what it was drawn from. */
  const messages = new WeakMap<Shown, SlackMessage>()
  const views = new WeakMap<Screen, Json>()
  /** Messages that name Cairn, and go on doing so when they are edited. */
  const mentions = new Set<string>()

  const to = ({ channel, thread }: Where) => ({
    ...(thread ? { channel: thread.conversation } : channel ? { channel } : {}),
    ...(thread?.thread === undefined ? {} : { threadTs: thread.thread }),
  })
  const written = async (send: () => Promise<Sent>): Promise<Written> => {
    dialogs.close()
    const after = performance.now()
    return asWritten(emulator.teamId, await send(), after)
  }

  const postedAt = (ts: string): number =>
    proxy.calls.find(({ method, answer }) => method.startsWith('chat.') && answer?.ts === ts)?.at ??
    Number.POSITIVE_INFINITY

  const show = ({ message, at }: Posted): Shown => {
    const { channel, ts, thread_ts, is_ephemeral = false, metadata } = message
    const isStreamed = proxy.streams.all.some((stream) => stream.channel === channel && stream.ts === ts)
    const shown: Shown = {
      ...seenIn(message, person.id),
      conversation: channel,
      ...(thread_ts === undefined ? {} : { thread: thread_ts }),
      after: at,
      id: ts,
      isPrivate: is_ephemeral || channel.startsWith('D'),
      isFinal: !isStreamed || metadata !== undefined,
    }
    messages.set(shown, message)
    return shown
  }

  const sees: ChatPerson['sees'] = async ({ conversation, thread, after = 0 }) => {
    const standing =
      thread === undefined
        ? (await slack.history(conversation)).filter(({ ts, thread_ts = ts }) => ts === thread_ts)
        : await slack.replies(conversation, thread)
    const forAll = standing
      .filter(({ user }) => user === emulator.botUserId)
      // Of a file that was deleted nothing is left.
      .filter(({ text, blocks = [], files = [] }) => text !== '' || blocks.length + files.length > 0)
      .map((message): Posted => ({ message, at: postedAt(message.ts) }))
    const alone = privateMessages(proxy, person.id).filter(
      ({ message }) => message.channel === conversation && message.thread_ts === thread,
    )
    return [...forAll, ...alone]
      .filter(({ at }) => at >= after)
      .sort((a, b) => a.at - b.at)
      .map(show)
  }

  const screen = (view: Json, errors?: Record<string, string>): Screen => {
    const seen = screenOf(view, person.id, errors)
    views.set(seen, view)
    return seen
  }

  const homeNow = (): Screen | undefined => {
    const published = proxy
      .callsTo('views.publish')
      .findLast(({ args, answer }) => args.user_id === person.id && answer?.ok)
    return published && screen(published.answer?.view as Json)
  }

  return {
    id: person.id,
    mentions: async (text, where = {}) => {
      const sent = await written(async () => {
        const mention = await person.mention(text, to(where))
        // Slack tells of it twice, since Cairn hears of messages too.
        const { event } = mention.envelope as { event: Json }
        await person.event({ ...event, type: 'message', channel_type: 'channel' })
        return mention
      })
      mentions.add(sent.id)
      return sent
    },
    says: (text, where = {}) => written(() => person.says(text, to(where))),
    tells: (whom, text, where = {}) =>
      written(() => person.says(`<@${emulator.users[whom]?.id}> ${text}`, to(where))),
    directs: (text, thread) =>
      written(() => person.direct(text, thread?.thread === undefined ? {} : { threadTs: thread.thread })),
    isForged: (text) => written(() => person.mention(text, { forged: 'secret' })),
    edits: async ({ conversation: channel, id: ts }, text) => {
      const named = mentions.has(ts) ? `<@${emulator.botUserId}> ${text}` : text
      await person.edits({ channel, ts }, named)
    },
    deletes: async ({ conversation: channel, id: ts }) => void (await person.deletes({ channel, ts })),
    opensConversation: async () => {
      await person.opensHome('messages')
      const { args } = proxy.callsTo('assistant.threads.setSuggestedPrompts').at(-1) ?? {}
      // Prompts for a thread are refused in silence: the pane has none yet.
      if (!args || 'thread_ts' in args || args.channel_id !== (await person.directChannel())) return []
      return (args.prompts as { message: string }[]).map(({ message }) => message)
    },
    looksAt: async (channel) => {
      const value = emulator.channels[channel]?.id
      const entity = { type: 'slack#/types/channel_id', value, team_id: emulator.teamId }
      await person.event({ type: 'app_context_changed', user: person.id, context: { entities: [entity] } })
    },
    withCairn: async () => ({ conversation: await person.directChannel() }),
    withPerson: async (other) => {
      const args = { users: emulator.users[other]?.id }
      const opened = await emulator.must<{ channel: { id: string } }>(
        'conversations.open',
        args,
        person.token,
      )
      return { conversation: opened.channel.id }
    },
    sees,
    reads: async (spot, wanted = () => true) => {
      const isIt = matches(wanted, ({ text }: Shown) => text)
      const seen = await until(
        () => sees(spot),
        (all) => all.some((shown) => shown.isFinal && isIt(shown)),
        `${name} to read ${wanted}`,
        PATIENCE_MS,
      )
      return seen.findLast((shown) => shown.isFinal && isIt(shown)) as Shown
    },
    presses: async (label, on) => {
      const [message, view] = [messages.get(on as Shown), views.get(on as Screen)]
      const blocks = (message?.blocks ?? view?.blocks ?? []) as Json[]
      const found = pressablesIn(blocks, person.id).find((one) => one.label === label)
      if (!found) throw new Error(`${name} sees no ${label}, only ${on.buttons.join(', ')}`)
      const { actionId, given } = found
      // Who presses something elsewhere has closed what was open.
      if (view?.type !== 'modal') dialogs.close()
      if (message) await person.uses(message, actionId, given)
      else if (view) await person.usesIn(view, actionId, given)
    },
    dialog: async (wanted = () => true) => {
      const isIt = matches(wanted, ({ title }: Screen) => title)
      const seen = await until(
        () => {
          const top = dialogs.top()
          return top && screen(top.view, top.errors)
        },
        (one) => one !== undefined && isIt(one),
        `a dialog for ${name} like ${wanted}`,
        PATIENCE_MS,
      )
      return seen as Screen
    },
    hasDialog: () => dialogs.top() !== undefined,
    fillsIn: async (form, filling = {}) => {
      const view = views.get(form)
      if (!view) throw new Error('that form was not seen')
      const values = await fillIn(view, filling, ({ name: file, bytes }) => person.file(file, bytes))
      const { status, body } = await person.submits(view, values)
      if (status !== 200) throw new Error(`the form was answered with ${status}: ${body}`)
      dialogs.answered(body)
    },
    opensHome: async () => {
      dialogs.close()
      const before = proxy.callsTo('views.publish').length
      await person.opensHome()
      await until(
        () => proxy.callsTo('views.publish').slice(before),
        (calls) => calls.some(({ args, status }) => args.user_id === person.id && status !== undefined),
        `the home screen of ${name}`,
        PATIENCE_MS,
      )
      return homeNow() as Screen
    },
    home: async (wanted) => {
      const isIt = matches(wanted, ({ text }: Screen) => text)
      const seen = await until(
        homeNow,
        (one) => one !== undefined && isIt(one),
        `the home screen like ${wanted}`,
      )
      return seen as Screen
    },
    commands: async (text, where = 'engineering') => {
      dialogs.close()
      const after = performance.now()
      const conversation =
        typeof where === 'string' ? (emulator.channels[where]?.id as string) : where.conversation
      await person.command(COMMAND, text, { channel: conversation })
      return { conversation, after }
    },
    asksAbout: async ({ conversation: channel, id: ts }) => {
      dialogs.close()
      await person.messageShortcut(ASK_ABOUT, { channel, ts })
    },
  }
}
