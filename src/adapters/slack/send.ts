import type { AnyBlock, MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { type Chart, describeChart } from '../../conversation/chart.ts'
import type { Reply } from '../../conversation/reply.ts'
import {
  type ChatPlatform,
  PostError,
  type Receipt,
  type ReplyPart,
  type Trace,
} from '../../ports/chat-platform.ts'
import type { PostBody, WaitingPost } from '../../ports/thread-store.ts'
import type { Clients, FindInstallation } from './clients.ts'
import { complete } from './complete.ts'
import { refusalOf, toPostError } from './errors.ts'
import { findBegun } from './find-begun.ts'
import { type Stream, watch } from './live.ts'
import { asMarkdownFile } from './markdown-file.ts'
import { renderNotice } from './render-notice.ts'
import { type RenderedReply, renderReply } from './render-reply.ts'
import { type Respond, takes } from './respond.ts'
import type { Rooms } from './rooms.ts'
import { splitReply, tooLongForMessages } from './split-reply.ts'
import type { StreamAbility } from './stream-ability.ts'
import { takeAway } from './take-away.ts'
import { ownChannel, tellAlone } from './tell-alone.ts'
import { isDirect, type Place, parseThreadId, tsOf } from './thread-id.ts'

/** By what a post is found again, when nobody knows whether it arrived. */
const EVENT_TYPE = 'cairn_post'
/** Pages of a thread that are looked through for a post. */
const MOST_PAGES = 5

export interface SendOptions {
  find: FindInstallation
  clients: Clients
  rooms: Rooms
  /** By private thread: where its command wants to be answered. */
  responds: Map<string, Respond>
  mayShow: (installationId: string) => boolean
  ability: StreamAbility
  drawChart: (chart: Chart) => Promise<Uint8Array>
  onFailure: (error: unknown) => void
}

const metadataOf = ({ idempotencyKey }: WaitingPost): MessageMetadata => ({
  event_type: EVENT_TYPE,
  event_payload: { key: idempotencyKey },
})

const keyIn = (metadata: unknown): string | undefined => {
  const { event_type, event_payload } = (metadata ?? {}) as Partial<MessageMetadata>
  return event_type === EVENT_TYPE ? String(event_payload?.key) : undefined
}

const received = (ts: string | undefined): Receipt => {
  if (ts === undefined) throw new TypeError('Slack took a post and gave no ts')
  return { platformMessageId: ts }
}

type TextBody = Extract<PostBody, { kind: 'reply' | 'notice' }>

/** `isBasic`: without the blocks that not every workspace takes yet. */
const render = (body: TextBody, isPrivate: boolean, isBasic: boolean): RenderedReply =>
  body.kind === 'notice'
    ? renderNotice(body.text)
    : renderReply(body.reply, {
        isBasic,
        ...(body.turnId === undefined ? {} : { turnId: body.turnId }),
        ...(body.userId === undefined ? {} : { userId: body.userId }),
        isPrivate,
        mayShare: isPrivate,
        continues: body.continues ?? false,
      })

/** Replies as the messages that Slack takes them in: overlong ones in parts, or as a file. */
const partsOf = (reply: Reply): ReplyPart[] => {
  const { image } = renderReply(reply, { isPrivate: false, mayShare: false })
  const split = splitReply(reply)
  const parts: ReplyPart[] = split.map((part, index) => ({
    kind: 'reply',
    reply: part,
    ...(index < split.length - 1 ? { continues: true } : {}),
  }))
  if (image) parts.push({ kind: 'chart', chart: image })
  if (tooLongForMessages(reply)) parts.push({ kind: 'file', name: 'answer.md', text: asMarkdownFile(reply) })
  return parts
}

/** Posts to Slack, and shows turns there. */
export const createSlackPlatform = ({
  find,
  clients,
  rooms,
  responds,
  mayShow,
  ability,
  drawChart,
  onFailure,
}: SendOptions): ChatPlatform => {
  const streams = new Map<string, Stream>()

  const clientFor = async ({ installationId }: Place): Promise<WebClient> => {
    const client = await clients(installationId)
    if (!client)
      throw new PostError('refused', `Cairn is not installed in ${installationId} any more; install it again`)
    return client
  }

  const upload = async (client: WebClient, place: Place, file: Buffer, name: string, alt: string) => {
    const { channelId, threadTs: thread_ts, privateTo } = place
    // A file cannot be shown to one person among others.
    const channel_id = privateTo === undefined ? channelId : await ownChannel(client, privateTo)
    const upload = { file, filename: name, title: name, alt_text: alt, channel_id }
    const done = await client.filesUploadV2(thread_ts === undefined ? upload : { ...upload, thread_ts })
    return received(done.files[0]?.files?.[0]?.id ?? name)
  }

  /** Shows something to one person: where they asked, or in their direct messages. */
  const postPrivately = async (
    client: WebClient,
    post: WaitingPost,
    place: Place,
    user: string,
    message: { text: string; blocks: AnyBlock[] },
  ): Promise<Receipt> => {
    const respond = responds.get(post.threadId)
    if (respond && (await takes(respond, message))) return received(`private:${post.idempotencyKey}`)
    responds.delete(post.threadId)
    const { channelId: channel, threadTs } = place
    return received(await tellAlone(client, { channel, user, threadTs }, message, metadataOf(post)))
  }

  const postText = async (
    client: WebClient,
    post: WaitingPost,
    place: Place,
    body: TextBody,
    isBasic = false,
  ): Promise<Receipt> => {
    const onlyFor = place.privateTo ?? (body.kind === 'notice' ? body.onlyFor : undefined)
    const { text, blocks } = render(body, onlyFor !== undefined || isDirect(place.channelId), isBasic)
    if (onlyFor !== undefined) return postPrivately(client, post, place, onlyFor, { text, blocks })
    const { channelId: channel, threadTs: thread_ts } = place
    const metadata = metadataOf(post)
    const { liveMessageId: ts } = body
    if (ts !== undefined) {
      const markdown = body.kind === 'reply' ? body.reply.text : body.text
      const done = await complete(client, { channel, ts, text, blocks, metadata, markdown }, streams.get(ts))
      if (done) {
        streams.delete(ts)
        return received(ts)
      }
    }
    const sent = await client.chat.postMessage({
      channel,
      ...(thread_ts === undefined ? {} : { thread_ts }),
      text,
      blocks,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    })
    return received(sent.ts)
  }

  /** A workspace that does not take a block gets the table in letters, and the chart as an image. */
  const postTextAnyhow = async (
    client: WebClient,
    post: WaitingPost,
    place: Place,
    body: TextBody,
  ): Promise<Receipt> => {
    try {
      return await postText(client, post, place, body)
    } catch (error) {
      if (refusalOf(error) !== 'invalid_blocks') throw error
      const receipt = await postText(client, post, place, body, true)
      const drawn = render(body, false, true).image
      if (drawn && !render(body, false, false).image) await uploadChart(client, place, drawn)
      return receipt
    }
  }

  const uploadChart = async (client: WebClient, place: Place, chart: Chart): Promise<Receipt> =>
    upload(client, place, Buffer.from(await drawChart(chart)), 'chart.png', describeChart(chart))

  const hand = async (post: WaitingPost): Promise<Receipt> => {
    const place = parseThreadId(post.threadId)
    const client = await clientFor(place)
    const { body } = post
    switch (body.kind) {
      case 'removal':
        await takeAway(client, place, body.platformMessageId)
        streams.delete(body.platformMessageId)
        return received(body.platformMessageId)
      case 'chart':
        return uploadChart(client, place, body.chart)
      case 'file':
        return upload(client, place, Buffer.from(body.text), body.name, body.name)
      default:
        return postTextAnyhow(client, post, place, body)
    }
  }

  const look = async (post: WaitingPost): Promise<Trace> => {
    const { body } = post
    // Doing it again changes nothing.
    if (body.kind === 'removal' || ('liveMessageId' in body && body.liveMessageId !== undefined))
      return 'absent'
    const { channelId, threadTs, privateTo, ...place } = parseThreadId(post.threadId)
    const isPrivate = privateTo !== undefined || (body.kind === 'notice' && body.onlyFor !== undefined)
    if (isPrivate || threadTs === undefined || body.kind === 'chart' || body.kind === 'file') return 'unknown'
    const client = await clientFor({ channelId, ...place })
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page++) {
      const { messages = [], response_metadata } = await client.conversations.replies({
        channel: channelId,
        ts: threadTs,
        include_all_metadata: true,
        ...(body.kind === 'reply' && body.inReplyTo !== undefined ? { oldest: tsOf(body.inReplyTo) } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      })
      const found = messages.find(({ metadata }) => keyIn(metadata) === post.idempotencyKey)
      if (found) return { found: received(found.ts) }
      cursor = response_metadata?.next_cursor || undefined
      if (cursor === undefined) return 'absent'
    }
    return 'unknown'
  }

  const rethrow = (error: unknown): never => {
    throw toPostError(error)
  }

  return {
    post: (post) => hand(post).catch(rethrow),

    find: (post) => look(post).catch(rethrow),

    parts: partsOf,

    watch: ({ threadId }, { messageId, userId, liveMessageId, attempts }, onLive) => {
      const place = parseThreadId(threadId)
      const begun = async () => {
        const [client, installation] = await Promise.all([
          clients(place.installationId),
          find(place.installationId),
        ])
        if (!client || !installation) return undefined
        return findBegun({ client, place, since: tsOf(messageId), botUserId: installation.botUserId })
      }
      return watch({
        client: () => clients(place.installationId),
        place,
        userId,
        teamOf: (id) => rooms.teamOf(place, id),
        streams,
        // What is shown already is completed where it stands.
        mayShow: () => liveMessageId === undefined && mayShow(place.installationId),
        ability,
        isAgain: attempts > 1 && liveMessageId === undefined && place.threadTs !== undefined,
        findBegun: begun,
        onLive,
        onFailure,
      })
    },

    roomOf: ({ threadId }, { userId }) => rooms.roomOf(parseThreadId(threadId), userId),
    isOutsider: async ({ threadId }, { userId }) => {
      const alone = userId === undefined ? {} : { privateTo: userId }
      return (await rooms.roomOf({ ...parseThreadId(threadId), ...alone }, userId)) === 'outsiders'
    },
    profileOf: ({ threadId }, userId) => rooms.profileOf(parseThreadId(threadId), userId),
  }
}
