import type { Answer, ApiCall, Json } from './api-call.ts'

/** A message that is, or was, streamed. */
export interface Stream {
  channel: string
  ts: string
  threadTs: string
  /** What the first content was made of: the rest has to be the same. */
  mode: 'text' | 'chunks' | undefined
  text: string
  /** By their ids, as last told. */
  tasks: Map<string, Json>
  plan: string | undefined
  display: string
  /** Blocks that came as chunks, and those that end the message. */
  blocks: Json[]
  metadata: unknown
  sessionStatus: unknown
  startedAt: number
  state: 'open' | 'stopped' | 'expired' | 'stopped_by_user'
}

export interface Streams {
  /** In the order of their start. */
  all: Stream[]
  /** After this long a stream takes nothing more; about five minutes at Slack. */
  lifetimeMs: number
  start(call: ApiCall): Promise<Answer>
  append(call: ApiCall): Promise<Answer>
  stop(call: ApiCall): Promise<Answer>
  isOpen(channel: unknown, ts: unknown): boolean
  /** Ends a stream, or all that are open, as Slack does after a while. */
  expire(ts?: string): void
  /** Ends a stream as a person does by the stop button. */
  stopByUser(ts: string): void
}

type CallEmulator = (method: string, args: Json, token: string | undefined) => Promise<Answer>

const MAX_TEXT = 12_000
const DISPLAYS = ['timeline', 'plan']
const refusal = (error: string): Answer => ({ ok: false, error })

/** The blocks in which a stream shows what is no text. */
const shownBlocks = ({ tasks, plan, display, blocks }: Stream): Json[] => {
  const cards = [...tasks.values()].map(({ type: _, id, ...task }) => ({
    type: 'task_card',
    task_id: id,
    ...task,
  }))
  const shown = display === 'plan' && cards.length > 0 ? [{ type: 'plan', title: plan, tasks: cards }] : cards
  return [...shown, ...blocks]
}

/** Takes in one chunk; the error when Slack would not. */
const absorb = (stream: Stream, chunk: Json): string | undefined => {
  if (chunk.type === 'markdown_text' && typeof chunk.text === 'string' && chunk.text.length <= MAX_TEXT)
    stream.text += chunk.text
  else if (chunk.type === 'task_update' && typeof chunk.id === 'string' && typeof chunk.title === 'string')
    stream.tasks.set(chunk.id, { ...stream.tasks.get(chunk.id), ...chunk })
  else if (chunk.type === 'plan_update' && typeof chunk.title === 'string') stream.plan = chunk.title
  else if (chunk.type === 'blocks' && Array.isArray(chunk.blocks) && chunk.blocks.length <= 50)
    stream.blocks.push(...chunk.blocks)
  else return 'invalid_chunks'
  return undefined
}

/** Takes in what a call brings; the error when Slack would not, and then nothing was taken in. */
const take = (stream: Stream, { markdown_text: text, chunks }: Json): string | undefined => {
  const given = Array.isArray(chunks) ? (chunks as Json[]) : []
  if (text !== undefined && chunks !== undefined) return 'cannot_provide_both_markdown_text_and_chunks'
  if (typeof text === 'string' && text.length > MAX_TEXT) return 'msg_too_long'
  const mode = typeof text === 'string' ? 'text' : given.length > 0 ? 'chunks' : undefined
  if (mode && stream.mode && mode !== stream.mode) return 'streaming_mode_mismatch'
  const draft: Stream = { ...stream, tasks: new Map(stream.tasks), blocks: [...stream.blocks] }
  if (typeof text === 'string') draft.text += text
  for (const chunk of given) {
    const error = absorb(draft, chunk)
    if (error) return error
  }
  Object.assign(stream, draft, { mode: stream.mode ?? mode })
  return undefined
}

/**
 * Streams of messages, kept here and shown in the emulator as plain messages that are posted and updated. Rules that
 * Slack documents nowhere were told by those who met them: one kind of content for a stream's whole life, and no
 * `chat.update` or `chat.delete` as long as it is open.
 */
export const createStreams = (callEmulator: CallEmulator): Streams => {
  const show = (stream: Stream, token: string | undefined) => {
    const { channel, ts, text, metadata } = stream
    const blocks = shownBlocks(stream)
    return callEmulator('chat.update', { channel, ts, text: text || ' ', blocks, metadata }, token)
  }
  const expireOld = () => {
    for (const stream of streams.all)
      if (stream.state === 'open' && performance.now() - stream.startedAt > streams.lifetimeMs)
        stream.state = 'expired'
  }
  const find = ({ channel, ts }: Json) => {
    expireOld()
    return streams.all.find((stream) => stream.channel === channel && stream.ts === ts)
  }
  const findOpen = (args: Json): Stream | string => {
    const stream = find(args)
    if (stream?.state === 'stopped_by_user') return 'stopped_by_user'
    return stream?.state === 'open' ? stream : 'message_not_in_streaming_state'
  }

  const streams: Streams = {
    all: [],
    lifetimeMs: 5 * 60_000,
    start: async ({ args, token }) => {
      const { channel, thread_ts: threadTs, recipient_user_id, recipient_team_id } = args
      const display = args.task_display_mode ?? 'timeline'
      if (typeof channel !== 'string') return refusal('channel_not_found')
      if (typeof threadTs !== 'string') return refusal('invalid_thread_ts')
      if (typeof display !== 'string' || !DISPLAYS.includes(display)) return refusal('invalid_arguments')
      if (!channel.startsWith('D') && !recipient_user_id) return refusal('missing_recipient_user_id')
      if (!channel.startsWith('D') && !recipient_team_id) return refusal('missing_recipient_team_id')
      const stream: Stream = {
        channel,
        ts: '',
        threadTs,
        mode: undefined,
        text: '',
        tasks: new Map(),
        plan: undefined,
        display,
        blocks: [],
        metadata: undefined,
        sessionStatus: undefined,
        startedAt: performance.now(),
        state: 'open',
      }
      const error = take(stream, args)
      if (error) return refusal(error)
      const posted = await callEmulator(
        'chat.postMessage',
        // The emulator takes no message without a text.
        { channel, thread_ts: threadTs, text: stream.text || ' ', blocks: shownBlocks(stream) },
        token,
      )
      if (!posted.ok) return posted
      stream.ts = String(posted.ts)
      streams.all.push(stream)
      return { ok: true, channel, ts: stream.ts }
    },
    append: async ({ args, token }) => {
      const stream = findOpen(args)
      if (typeof stream === 'string') return refusal(stream)
      if (args.markdown_text === undefined && args.chunks === undefined)
        return refusal('markdown_text_or_chunks_required')
      const error = take(stream, args)
      if (error) return refusal(error)
      const shown = await show(stream, token)
      return shown.ok ? { ok: true, channel: stream.channel, ts: stream.ts } : shown
    },
    stop: async ({ args, token }) => {
      const stream = findOpen(args)
      if (typeof stream === 'string') return refusal(stream)
      if (Array.isArray(args.blocks) && args.blocks.length > 50) return refusal('invalid_blocks')
      const error = take(stream, args)
      if (error) return refusal(error)
      if (Array.isArray(args.blocks)) stream.blocks.push(...(args.blocks as Json[]))
      stream.metadata = args.metadata
      stream.sessionStatus = args.session_status
      const shown = await show(stream, token)
      if (!shown.ok) return shown
      stream.state = 'stopped'
      return { ok: true, channel: stream.channel, ts: stream.ts, message: shown.message }
    },
    isOpen: (channel, ts) => find({ channel, ts })?.state === 'open',
    expire: (ts) => {
      for (const stream of streams.all)
        if (stream.state === 'open' && (ts === undefined || stream.ts === ts)) stream.state = 'expired'
    },
    stopByUser: (ts) => {
      for (const stream of streams.all) if (stream.ts === ts) stream.state = 'stopped_by_user'
    },
  }
  return streams
}
