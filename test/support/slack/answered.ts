import type { App } from '../../../src/app.ts'
import type { SlackMessage } from './conversation.ts'
import type { Sent } from './person.ts'
import type { SlackTeam } from './slack.ts'
import { until } from './until.ts'

/** Whether a message of Cairn is complete: what is still being written into it has no key. */
export const isComplete = ({ metadata }: SlackMessage): boolean => metadata?.event_type === 'cairn_post'

/** Waits until nothing is left to be answered or posted. */
export const untilSettled = async (app: Pick<App, 'threads'>, timeoutMs?: number): Promise<void> => {
  await until(
    () => app.threads.counts(),
    ({ inbox, outbox }) => [inbox.accepted, outbox.intended, outbox.sent].every((count = 0) => count === 0),
    'everything to be answered and posted',
    timeoutMs,
  )
}

/** All that Cairn wrote into the thread of a message, complete or not, once nothing is left to be done. */
export const answersTo = async (
  { app, slack }: { app: Pick<App, 'threads'>; slack: Pick<SlackTeam, 'replies' | 'emulator'> },
  { channel, threadTs }: Pick<Sent, 'channel' | 'threadTs'>,
  timeoutMs?: number,
): Promise<SlackMessage[]> => {
  await untilSettled(app, timeoutMs)
  const messages = await slack.replies(channel, threadTs)
  return messages.filter(({ user }) => user === slack.emulator.botUserId)
}
