import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSlackAdapter } from '@chat-adapter/slack'
import { type Adapter, Chat } from 'chat'
import { CREDENTIALS } from './credentials.ts'
import { createMemoryState } from './memory-state.ts'

// The same echo on the Chat SDK: chat-sdk-app-process.ts API_URL. It prints its URL.

const [apiUrl = ''] = process.argv.slice(2)
const { token: botToken, signingSecret } = CREDENTIALS
// Its types disagree with `exactOptionalPropertyTypes`.
const slack = createSlackAdapter({ botToken, signingSecret, apiUrl }) as Adapter
const chat = new Chat<{ slack: Adapter }>({
  userName: 'bench',
  adapters: { slack },
  state: createMemoryState(),
  logger: 'silent',
})
chat.onNewMention(async (thread, message) => {
  await thread.post(`You said: ${message.text}`)
})
const server = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const)
  const request = new Request('http://127.0.0.1/slack/events', {
    method: 'POST',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  })
  const response = await chat.webhooks.slack(request, { waitUntil: (work) => void work.catch(() => {}) })
  outgoing.writeHead(response.status).end(await response.text())
})
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events\n`),
)
process.stdin.resume().on('end', () => process.exit())
