import { randomUUID } from 'node:crypto'
import type { Json } from './api-call.ts'
import type { Deliver, Delivered, DeliveryOptions } from './deliver.ts'
import type { SlackEmulator, SlackUser } from './emulator.ts'
import { createInteractions, type Interactions } from './interact.ts'
import { eventEnvelope, richText } from './payloads.ts'
import { type Around, createPlaces } from './places.ts'
import type { SlackProxy } from './proxy.ts'
import { uploadFile } from './upload-file.ts'

/** Something that someone did, as it was delivered. */
export interface Sent extends Delivered {
  /** The message's. */
  channel: string
  ts: string
  /** The thread in which it is, or which it may begin. */
  threadTs: string
  envelope: Json
  /** Delivers the same once more. */
  again(options?: DeliveryOptions): Promise<Delivered>
}

type MessageKey = Pick<Sent, 'channel' | 'ts'>

export interface EventOptions extends DeliveryOptions {
  /** Fields of the event, besides the usual or instead of them. */
  event?: Json
  /** Fields around the event, likewise. */
  envelope?: Json
}

export interface WriteOptions extends EventOptions {
  /** A channel's name or a conversation's id; the first channel when it is not said. */
  channel?: string
  threadTs?: string
}

/** Someone who uses Slack: what they do is written into the emulator, and then delivered to the app. */
export interface Person extends SlackUser, Interactions {
  /** Writes in a channel, and mentions the bot before the text. */
  mention(text: string, options?: WriteOptions): Promise<Sent>
  /** Writes in a channel without a mention. */
  says(text: string, options?: WriteOptions): Promise<Sent>
  /** Writes to the bot alone. */
  direct(text: string, options?: Omit<WriteOptions, 'channel'>): Promise<Sent>
  edits(message: MessageKey, text: string, options?: EventOptions): Promise<Sent>
  deletes(message: MessageKey, options?: EventOptions): Promise<Sent>
  /** Uploads a file: to the bot alone when no channel is named. */
  uploads(name: string, bytes: Uint8Array, text?: string, options?: WriteOptions): Promise<Sent>
  /** Uploads a file that is in no conversation, as a form's field does; gives it as Slack tells of it. */
  file(name: string, bytes: Uint8Array): Promise<Json>
  /** Opens a tab of the app's home. */
  opensHome(tab?: 'home' | 'messages', options?: EventOptions): Promise<Sent>
  /** Delivers any event. */
  event(event: Json, options?: EventOptions): Promise<Delivered & { envelope: Json }>
  /** The conversation with the bot. */
  directChannel(): Promise<string>
}

/** A moment as Slack writes it. */
const timestamp = (): string => (Date.now() / 1_000).toFixed(6)

export const createPerson = (
  { emulator, proxy, deliver }: { emulator: SlackEmulator; proxy: SlackProxy; deliver: Deliver },
  name: string,
): Person => {
  const user = emulator.users[name]
  if (!user) throw new Error(`the workspace has no ${name}, only ${Object.keys(emulator.users).join(', ')}`)
  const places = createPlaces(emulator, user)
  const around: Around = { emulator, proxy, deliver, user, places }

  const event: Person['event'] = async (given, { envelope: more, event: fields, ...options } = {}) => {
    const envelope = eventEnvelope(emulator, { ...given, ...fields }, more)
    return { ...(await deliver('events_api', envelope, options)), envelope }
  }
  const send = async (
    { channel, ts, threadTs = ts }: MessageKey & { threadTs?: string | undefined },
    given: Json,
    options: EventOptions,
  ): Promise<Sent> => {
    const delivered = await event({ channel, ...given }, options)
    const again: Sent['again'] = (more) => deliver('events_api', delivered.envelope, more)
    return { ...delivered, channel, ts, threadTs, again }
  }

  const write = async (channel: string, text: string, options: WriteOptions, type = 'message') => {
    const { threadTs } = options
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
    const posted = { channel, text, ...thread }
    const { ts } = await emulator.must<{ ts: string }>('chat.postMessage', posted, user.token)
    const fields = {
      type,
      user: user.id,
      text,
      ts,
      event_ts: ts,
      team: emulator.teamId,
      client_msg_id: randomUUID(),
      blocks: richText(text),
      ...thread,
      ...(threadTs && { parent_user_id: (await places.message(channel, threadTs))?.user }),
      ...(type === 'message' && { channel_type: places.of(channel).type }),
    }
    return send({ channel, ts, threadTs }, fields, options)
  }

  /** What Slack says of a change: the event has a moment of its own. */
  const change = async (
    subtype: string,
    { channel, ts }: MessageKey,
    options: EventOptions,
    perform: () => Promise<Json>,
  ) => {
    const before = await places.message(channel, ts)
    const fields = await perform()
    const eventTs = timestamp()
    const about = { channel_type: places.of(channel).type, ts: eventTs, event_ts: eventTs }
    return send(
      { channel, ts, threadTs: before?.thread_ts },
      { type: 'message', subtype, hidden: true, ...about, previous_message: before, ...fields },
      options,
    )
  }

  return {
    ...user,
    ...createInteractions(around),
    event,
    directChannel: places.direct,
    mention: (text, options = {}) =>
      write(places.of(options.channel).id, `<@${emulator.botUserId}> ${text}`, options, 'app_mention'),
    says: (text, options = {}) => write(places.of(options.channel).id, text, options),
    direct: async (text, options = {}) => write(await places.direct(), text, options),
    edits: ({ channel, ts }, text, options = {}) =>
      change('message_changed', { channel, ts }, options, async () => {
        const args = { channel, ts, text }
        const { message } = await emulator.must<{ message: Json }>('chat.update', args, user.token)
        return { message: { ...message, blocks: richText(text) } }
      }),
    deletes: ({ channel, ts }, options = {}) =>
      change('message_deleted', { channel, ts }, options, async () => {
        await emulator.must('chat.delete', { channel, ts }, user.token)
        return { deleted_ts: ts }
      }),
    file: async (filename, bytes) => {
      const { file } = await uploadFile(around, filename, bytes)
      proxy.handIn(String(file.id), user.token)
      return file
    },
    uploads: async (filename, bytes, text = '', options = {}) => {
      const channel = options.channel === undefined ? await places.direct() : places.of(options.channel).id
      const { threadTs } = options
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
      const share = { channel_id: channel, initial_comment: text, ...thread }
      const { file, ts = '' } = await uploadFile(around, filename, bytes, share)
      const about = { channel_type: places.of(channel).type, ts, event_ts: ts, ...thread }
      const fields = { type: 'message', subtype: 'file_share', user: user.id, text, files: [file], ...about }
      return send({ channel, ts, threadTs }, fields, options)
    },
    opensHome: async (tab = 'home', options = {}) => {
      const [channel, ts] = [await places.direct(), timestamp()]
      const fields = { type: 'app_home_opened', user: user.id, tab, event_ts: ts }
      return send({ channel, ts }, fields, options)
    },
  }
}
