import { createInterface } from 'node:readline'
import { SCOPES } from '../src/adapters/slack/scopes.ts'
import { startSlack } from '../test/support/slack/slack.ts'
import { APP } from '../test/support/slack/workspace.ts'

// slack-workspace.ts starts an emulated Slack workspace, prints what Cairn needs to join it, and then mentions Cairn with
// every line that is typed, showing what it answers. Lines that start with "dm " are direct messages.

const PATIENCE_MS = 60_000

const slack = await startSlack({ scopes: [...SCOPES] })
const ana = slack.person('ana', slack.socket)
process.stdout.write(`A workspace is ready. Start Cairn beside it, in another terminal, with

SLACK_API_URL=${slack.proxy.apiUrl}
SLACK_BOT_TOKEN=${slack.emulator.token}
SLACK_APP_TOKEN=${APP.appToken}

Then type what Ana asks; Ctrl-D ends it.
`)
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue
  const sent = await (line.startsWith('dm ') ? ana.direct(line.slice(3)) : ana.mention(line))
  if (sent.status !== 200) {
    process.stdout.write('Cairn did not acknowledge it; is it started?\n')
    continue
  }
  const isWhole = (messages: { metadata?: unknown }[]) =>
    messages.some(({ metadata }) => metadata !== undefined)
  const replies = await slack.untilReplied(sent.channel, sent.ts, isWhole, PATIENCE_MS)
  for (const { text } of replies) process.stdout.write(`\n${text}\n\n`)
}
await slack.close()
