import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, ExpressReceiver, LogLevel } from '@slack/bolt'
import { CREDENTIALS } from './credentials.ts'

// Bare Bolt that repeats what it is told, in the thread: bolt-app-process.ts API_URL. It prints its URL.

const [apiUrl = ''] = process.argv.slice(2)
const { token, signingSecret } = CREDENTIALS
const receiver = new ExpressReceiver({ signingSecret, logLevel: LogLevel.ERROR })
const app = new App({
  receiver,
  token,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: apiUrl },
})
app.event('app_mention', async ({ event, say }) => {
  await say({ text: `You said: ${event.text}`, thread_ts: event.thread_ts ?? event.ts })
})
const server = (await app.start(0)) as Server
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events\n`)
process.stdin.resume().on('end', () => process.exit())
