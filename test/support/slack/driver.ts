import { randomUUID } from 'node:crypto'
import { privateThreadId } from '../../../src/adapters/slack/thread-id.ts'
import {
  CHANNELS,
  type Chat,
  type ChatDriver,
  type ChatPerson,
  PEOPLE,
  type PersonName,
} from '../chat-driver.ts'
import { startCairnInSlack } from './cairn-in-slack.ts'
import { asWritten, createChatPerson } from './chat-person.ts'
import { until } from './until.ts'
import type { Workspace } from './workspace.ts'

/** The organization of all platforms as a workspace. */
const WORKSPACE: Partial<Workspace> = {
  // What Cairn asks for has to be enough for all that it does.
  strictScopes: true,
  people: Object.fromEntries(
    Object.entries(PEOPLE).map(([key, person]) => [
      key,
      {
        realName: person.name,
        isAdmin: 'isAdmin' in person,
        ...('isGuest' in person ? { facts: { is_restricted: true } } : {}),
      },
    ]),
  ),
  channels: Object.fromEntries(
    Object.entries(CHANNELS).map(([name, channel]) => [
      name,
      {
        members: [...channel.members],
        isPrivate: 'isPrivate' in channel,
        withBot: name !== 'elsewhere',
      },
    ]),
  ),
}

/** Calls that somebody could notice; the others only read. */
const NOTICED = /^(?:chat|assistant\.threads|files)\./
const OTHER_BOT = { id: 'UOTHERBOT', botId: 'BOTHERBOT' }
const PATIENCE_MS = 20_000

/** The whole of Cairn in a Slack workspace. */
const start = async (): Promise<Chat> => {
  const cairn = await startCairnInSlack({ workspaces: [WORKSPACE] })
  const { slack } = cairn
  const { emulator, proxy } = slack
  const people = new Map<PersonName, ChatPerson>()
  const ana = cairn.person('ana')
  let [told, called] = [0, 0]

  const troubles = (): string[] => {
    const calls = proxy.calls.slice(called)
    const refused = calls.flatMap(({ method, answer }) =>
      answer?.error === 'invalid_blocks' ? [`${method}: ${JSON.stringify(answer.errors)}`] : [],
    )
    const warned = cairn.logged.slice(told)
    ;[told, called] = [cairn.logged.length, proxy.calls.length]
    return [...refused, ...warned]
  }

  return {
    get app() {
      return cairn.app
    },
    platform: 'slack',
    tenantId: 'local',
    person: (name) => {
      const known = people.get(name) ?? createChatPerson(cairn, name)
      people.set(name, known)
      return known
    },
    channel: (name) => ({ conversation: emulator.channels[name]?.id as string }),
    aloneIn: (channel, name) => {
      const [conversation, occasion] = [emulator.channels[channel]?.id as string, randomUUID()]
      const userId = emulator.users[name]?.id as string
      return {
        conversation,
        after: performance.now(),
        id: occasion,
        threadId: privateThreadId(emulator.teamId, conversation, userId, occasion),
        isTaken: true,
        again: async () => {},
      }
    },
    joins: async (name, to) => {
      const [channel, user] = [emulator.channels[to]?.id, emulator.users[name]?.id]
      const [host] = CHANNELS[to].members
      await emulator.must('conversations.invite', { channel, users: user }, emulator.users[host]?.token)
      await ana.event({ type: 'member_joined_channel', channel, user, channel_type: 'C' })
    },
    settled: async () => {
      await until(
        () => cairn.app.threads.counts(),
        ({ inbox, outbox }) =>
          [inbox.accepted, outbox.intended, outbox.sent].every((count = 0) => count === 0),
        'everything to be answered and posted',
        PATIENCE_MS,
      )
    },
    traces: ({ conversation, thread, after = 0 }) =>
      proxy.calls
        .filter(({ method, args, at }) => {
          const { channel = args.channel_id, thread_ts = thread } = args
          return NOTICED.test(method) && at >= after && channel === conversation && thread_ts === thread
        })
        .map(({ method }) => method),
    echoes: async ({ conversation, thread, id, text }) => {
      const { botUserId, botId, appId } = emulator
      const message = { user: botUserId, bot_id: botId, app_id: appId, text, ts: id, thread_ts: thread }
      const inChannel = { type: 'message', channel: conversation, channel_type: 'channel' }
      await ana.event({ ...inChannel, ...message, event_ts: id })
      await ana.event({
        ...inChannel,
        subtype: 'message_changed',
        hidden: true,
        message,
        ts: id,
        event_ts: id,
      })
    },
    botMentions: async (text, { channel, thread } = {}) => {
      const after = performance.now()
      const { id: user, botId: bot_id } = OTHER_BOT
      const event = { user, bot_id, app_id: 'AOTHER' }
      const sent = await ana.mention(text, {
        ...(thread ? { channel: thread.conversation } : channel ? { channel } : {}),
        ...(thread?.thread === undefined ? {} : { threadTs: thread.thread }),
        event,
      })
      await ana.event({ ...(sent.envelope.event as object), type: 'message', subtype: 'bot_message' })
      return asWritten(emulator.teamId, sent, after)
    },
    troubles,
    isRemoved: async () => {
      proxy.refuse(emulator.token, 'account_inactive')
      await ana.event({ type: 'tokens_revoked', tokens: { bot: [emulator.botUserId] } })
      await ana.event({ type: 'app_uninstalled' })
    },
    restart: cairn.restart,
    close: cairn.close,
  }
}

export const slackDriver: ChatDriver = { platform: 'Slack', gaps: {}, start }
