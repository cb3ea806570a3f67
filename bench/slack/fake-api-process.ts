import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CREDENTIALS } from './credentials.ts'

// Slack's Web API as far as a load run needs it, in a process of its own and without a store: it counts which message
// was answered how often. It prints its URL. `GET /state` tells the counts, `POST /reset` forgets them.

const { teamId, botUserId, botId, appId } = CREDENTIALS

/** How many messages stand in each thread. */
const answers = new Map<string, number>()
const calls = new Map<string, number>()
let counter = 0
let lastAnswerAt = 0

const countAnswer = (thread: string | null) => {
  if (!thread) return
  answers.set(thread, (answers.get(thread) ?? 0) + 1)
  lastAnswerAt = Date.now()
}

const user = (id: string | null) => ({
  id,
  team_id: teamId,
  name: id,
  real_name: id,
  deleted: false,
  is_bot: id === botUserId,
  is_restricted: false,
  is_ultra_restricted: false,
  is_email_confirmed: true,
  tz: 'UTC',
  profile: { display_name: id, real_name: id, email: `${id}@example.com` },
})

const channel = (id: string | null) => ({
  id,
  name: id,
  is_channel: true,
  is_private: false,
  is_im: false,
  is_member: true,
  is_shared: false,
  is_ext_shared: false,
  is_org_shared: false,
  num_members: 20,
})

const message = (args: URLSearchParams) => {
  const ts = `${Math.floor(Date.now() / 1_000)}.${String(++counter).padStart(6, '0')}`
  const text = args.get('text') ?? args.get('markdown_text') ?? ''
  return { ts, channel: args.get('channel'), message: { ts, text, user: botUserId, bot_id: botId } }
}

const METHODS: Record<string, (args: URLSearchParams) => object> = {
  'auth.test': () => ({
    team_id: teamId,
    user_id: botUserId,
    bot_id: botId,
    app_id: appId,
    user: 'bench',
    team: 'Bench',
  }),
  'team.info': () => ({ team: { id: teamId, name: 'Bench', domain: 'bench' } }),
  'users.info': (args) => ({ user: user(args.get('user')) }),
  'conversations.info': (args) => ({ channel: channel(args.get('channel')) }),
  'conversations.members': () => ({ members: [botUserId], response_metadata: { next_cursor: '' } }),
  'conversations.replies': () => ({ messages: [], has_more: false }),
  'conversations.history': () => ({ messages: [], has_more: false }),
  'chat.postMessage': (args) => {
    countAnswer(args.get('thread_ts'))
    return message(args)
  },
  'chat.startStream': (args) => {
    countAnswer(args.get('thread_ts'))
    return message(args)
  },
}

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  const send = (answer: object) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  const path = request.url ?? ''
  if (path === '/state') {
    const counts = [...answers.values()]
    return send({
      answered: counts.length,
      more: counts.filter((count) => count > 1).length,
      lastAnswerAt,
      calls: Object.fromEntries(calls),
    })
  }
  if (path === '/reset') {
    for (const each of [answers, calls]) each.clear()
    return send({})
  }
  const method = path.replace('/api/', '')
  calls.set(method, (calls.get(method) ?? 0) + 1)
  const isJson = request.headers['content-type']?.includes('json') ?? false
  const args = new URLSearchParams(isJson ? (JSON.parse(body) as Record<string, string>) : body)
  send({ ok: true, ...METHODS[method]?.(args) })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
)
process.stdin.resume().on('end', () => process.exit())
