import { setTimeout } from 'node:timers/promises'
import type { AnyChunk } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { OnLive, TurnView } from '../../ports/chat-platform.ts'
import type { Progress, Step } from '../../ports/composer.ts'
import { toMarkdown } from './escape.ts'
import type { Place } from './thread-id.ts'

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
  /** The text that was written, as it was given. */
  text: string
  /** Tasks that were shown, the last one not yet ended. */
  tasks: { id: string; title: string }[]
}

export interface WatchOptions {
  client: () => Promise<WebClient | undefined>
  place: Place
  userId: string | undefined
  /** Streams of this process that are open, by message. */
  streams: Map<string, Stream>
  /** Whether one more turn may be shown in this workspace now. */
  mayShow: () => boolean
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

/**
 * Shows a turn in its thread: a status at once, then a message that grows, with the steps as tasks. Failures end the
 * show, never the turn: the answer is posted in any case.
 */
export const watch = ({
  client: findClient,
  place: { channelId, threadTs, installationId },
  userId,
  streams,
  mayShow,
  onLive,
  onFailure,
}: WatchOptions): TurnView => {
  const stream: Stream = { text: '', tasks: [] }
  let waiting: AnyChunk[] = []
  let waitingText = ''
  let ts: string | undefined
  let running: Promise<void> | undefined
  let ended = false
  const closing = Promise.withResolvers<void>()

  const begin = async (client: WebClient, chunks: AnyChunk[]): Promise<void> => {
    const started = await client.chat.startStream({
      channel: channelId,
      thread_ts: threadTs as string,
      task_display_mode: 'timeline',
      recipient_team_id: installationId,
      ...(userId === undefined ? {} : { recipient_user_id: userId }),
      chunks,
    })
    if (started.ts === undefined) throw new TypeError('Slack began a stream and gave no ts')
    ts = started.ts
    streams.set(ts, stream)
    await onLive(ts)
  }

  const write = async (): Promise<void> => {
    const client = await findClient()
    while (client && !ended && (waiting.length > 0 || waitingText !== '')) {
      const text = waitingText.slice(0, LONGEST_WRITE)
      const chunks: AnyChunk[] = [
        ...waiting,
        ...(text === '' ? [] : [{ type: 'markdown_text' as const, text: toMarkdown(text) }]),
      ]
      waiting = []
      waitingText = waitingText.slice(text.length)
      if (ts === undefined) await begin(client, chunks)
      else await client.chat.appendStream({ channel: channelId, ts, chunks })
      stream.text += text
      await Promise.race([setTimeout(PACE_MS, undefined, { ref: false }), closing.promise])
    }
  }

  const go = () => {
    if (ended || !mayBegin) return
    running ??= write()
      .catch((error: unknown) => {
        ended = true
        onFailure(error)
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
  // One that came after the answer would stay.
  const status = mayBegin ? showStatus(threadTs).catch(onFailure) : undefined

  return {
    progress: (progress: Progress) => {
      if (progress.type === 'text') waitingText += progress.text
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
      await Promise.all([running, status])
    },
  }
}
