import { setTimeout } from 'node:timers/promises'
import type { AnyChunk } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { type OnLive, PostError, type TurnView } from '../../ports/chat-platform.ts'
import type { Progress, Step } from '../../ports/composer.ts'
import { toPostError } from './errors.ts'
import { toMarkdown } from './escape.ts'
import type { StreamAbility } from './stream-ability.ts'
import { isDirect, type Place } from './thread-id.ts'

/** Time between two writes into one message, in milliseconds; Slack takes some hundred a minute in a workspace. */
const PACE_MS = 700
/** Longest text of one write; see limits. */
const LONGEST_WRITE = 12_000

const STATUS = 'is working on it…'
const LOADING = ['Understanding the question…', 'Reading the sources…', 'Checking every sentence…']

const TITLES: Record<Step, string> = {
  understanding: 'Understanding the question',
  reading: 'Reading the sources',
  composing: 'Writing the answer',
  checking: 'Checking it against the sources',
}

/** What stands in a message that is being streamed, or was. */
export interface Stream {
  /** The text that was written, as Slack was given it. */
  shown: string
  /** Tasks that were shown, the last one not yet ended. */
  tasks: { id: string; title: string }[]
}

export interface WatchOptions {
  client: () => Promise<WebClient | undefined>
  place: Place
  /** Who asked. */
  userId: string | undefined
  /** The workspace that they belong to. */
  teamOf: (userId: string) => Promise<string>
  /** Streams of this process that are open, by message. */
  streams: Map<string, Stream>
  /** Whether one more turn may be shown in this workspace now. */
  mayShow: () => boolean
  ability: StreamAbility
  /** It was tried before: nothing new is begun, and what was begun then is completed. */
  isAgain: boolean
  /** The message in which the answer was begun without anybody's knowing. */
  findBegun: () => Promise<string | undefined>
  onLive: OnLive
  onFailure: (error: unknown) => void
}

/** A task that is over is shown as such, with what came of it. */
const endTask = ({ id, title }: Stream['tasks'][number]): AnyChunk => ({
  type: 'task_update',
  id,
  title,
  status: 'complete',
})

/** Chunks that end a stream's last task. */
export const endOfTasks = ({ tasks }: Stream): AnyChunk[] => {
  const last = tasks.at(-1)
  return last ? [endTask(last)] : []
}

/** How a text goes on behind what is shown of it; undefined when it goes on otherwise. */
export const restOf = ({ shown }: Stream, markdown: string): string | undefined => {
  // Slack is given the whole in pieces: one by one they would lose the line breaks between them.
  const whole = toMarkdown(markdown)
  return whole.startsWith(shown) ? whole.slice(shown.length) : undefined
}

/**
 * Shows a turn in its thread: a status at once, then a message that grows, with the steps as tasks. Failures end the
 * show, never the turn: the answer is posted in any case.
 */
export const watch = ({
  client: findClient,
  place: { channelId, threadTs, installationId },
  userId,
  teamOf,
  streams,
  mayShow,
  ability,
  isAgain,
  findBegun,
  onLive,
  onFailure,
}: WatchOptions): TurnView => {
  const stream: Stream = { shown: '', tasks: [] }
  let waiting: AnyChunk[] = []
  let text = ''
  let ts: string | undefined
  let running: Promise<void> | undefined
  let isBeginning = false
  let ended = false
  const closing = Promise.withResolvers<void>()

  /** In a channel Slack wants to know for whom it is shown, and in direct messages not. */
  const recipient = async () =>
    isDirect(channelId) || userId === undefined
      ? {}
      : { recipient_user_id: userId, recipient_team_id: await teamOf(userId) }

  const begin = async (client: WebClient, chunks: AnyChunk[]): Promise<void> => {
    const given = {
      channel: channelId,
      thread_ts: threadTs as string,
      task_display_mode: 'timeline',
      ...(await recipient()),
      chunks,
    } as const
    isBeginning = true
    const started = await ability.trying(installationId, () => client.chat.startStream(given))
    if (started.ts === undefined) throw new TypeError('Slack began a stream and gave no ts')
    isBeginning = false
    ts = started.ts
    streams.set(ts, stream)
    await onLive(ts)
  }

  const write = async (): Promise<void> => {
    const client = await findClient()
    for (;;) {
      const rest = restOf(stream, text)?.slice(0, LONGEST_WRITE) ?? ''
      if (!client || ended || (waiting.length === 0 && rest === '')) return
      const chunks: AnyChunk[] = [
        ...waiting,
        ...(rest === '' ? [] : [{ type: 'markdown_text' as const, text: rest }]),
      ]
      waiting = []
      if (ts === undefined) await begin(client, chunks)
      else await client.chat.appendStream({ channel: channelId, ts, chunks })
      stream.shown += rest
      await Promise.race([setTimeout(PACE_MS, undefined, { ref: false }), closing.promise])
    }
  }

  const takeUp = async (): Promise<void> => {
    const begun = await findBegun()
    if (begun !== undefined) await onLive(begun)
  }

  const go = () => {
    if (ended || !mayStream) return
    running ??= write()
      .catch(async (error: unknown) => {
        ended = true
        onFailure(error)
        // Nobody knows what stands there now: it will be replaced, not gone on with.
        if (ts !== undefined) streams.delete(ts)
        else if (isBeginning && !(toPostError(error) instanceof PostError)) await takeUp().catch(onFailure)
      })
      .finally(() => {
        running = undefined
      })
  }

  const showStatus = async (thread_ts: string): Promise<void> => {
    const client = await findClient()
    await client?.assistant.threads.setStatus({
      channel_id: channelId,
      thread_ts,
      status: STATUS,
      loading_messages: LOADING,
    })
  }
  const mayBegin = threadTs !== undefined && mayShow()
  const mayStream = mayBegin && !isAgain && ability.may(installationId)
  const takenUp = isAgain ? takeUp().catch(onFailure) : undefined
  // One that came after the answer would stay.
  const status = mayBegin ? showStatus(threadTs).catch(onFailure) : undefined

  return {
    progress: (progress: Progress) => {
      if (progress.type === 'text') text += progress.text
      else if (stream.tasks.at(-1)?.title !== TITLES[progress.step]) {
        const last = stream.tasks.at(-1)
        const task = { id: `step-${stream.tasks.length + 1}`, title: TITLES[progress.step] }
        stream.tasks.push(task)
        waiting.push(...(last ? [endTask(last)] : []), {
          type: 'task_update',
          ...task,
          status: 'in_progress',
          ...(progress.detail === undefined ? {} : { details: progress.detail }),
        })
      }
      go()
    },
    close: async () => {
      ended = true
      closing.resolve()
      await Promise.all([running, status, takenUp])
    },
  }
}
