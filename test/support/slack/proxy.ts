import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answers, createAnswers } from './answers.ts'
import { type ApiCall, type Json, parseCall } from './api-call.ts'
import type { SlackEmulator } from './emulator.ts'
import { createFaults, type Fault, type Faults } from './faults.ts'
import { createResponseUrls, type ResponseUrls } from './response-urls.ts'
import { createSocketMode, type SocketMode } from './socket-mode.ts'
import type { Streams } from './streams.ts'
import { APP } from './workspace.ts'

export interface SlackProxy extends Pick<Faults, 'next' | 'always' | 'limit'> {
  url: string
  /** What an app is given as `slackApiUrl`. */
  apiUrl: string
  /** Every call of the Web API, in order of arrival. */
  calls: ApiCall[]
  callsTo(method: string): ApiCall[]
  streams: Streams
  socket: SocketMode
  responseUrls: ResponseUrls
  /** Answers nothing as long as it is set; what arrives meanwhile is never answered. */
  isSilent: boolean
  /** Says what is wrong with a call's content, such as its blocks; such a call is refused with `invalid_blocks`. */
  check: (call: Pick<ApiCall, 'method' | 'args'>) => string[]
  /** Adds what `users.info` or `conversations.info` tell of this id. */
  describe(id: string, facts: Json): void
  /** Refuses a token from now on: as revoked, or with another error, such as `account_inactive`. */
  refuse(token: string, error?: string): void
  /** Lets the app see a file that came with its form. */
  handIn: Answers['handIn']
  /** Forgets calls and faults. */
  reset(): void
  close(): Promise<void>
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const sendJson = (
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
) =>
  void response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body))

/** What a fault has a call answered with; undefined when it is the usual. */
const faultyAnswer = ({ status, error, answer }: Fault): { status: number; answer: Json } | undefined => {
  if (answer) return { status: status ?? 200, answer }
  if (error !== undefined) return { status: status ?? 200, answer: { ok: false, error } }
  if (status === undefined) return undefined
  return { status, answer: { ok: false, error: status === 429 ? 'ratelimited' : 'internal_error' } }
}

/**
 * Slack as an app sees it: in front of one emulator, or of one for each workspace, and filling what they lack. Calls
 * are recorded and may meet faults. A token belongs to one workspace, and an unknown one is refused.
 */
export const startSlackProxy = async (...emulators: SlackEmulator[]): Promise<SlackProxy> => {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) =>
      sendJson(response, 502, { ok: false, error: `the proxy failed: ${error}` }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const socket = createSocketMode(server, APP.id)
  const responseUrls = createResponseUrls(url)
  const faults = createFaults()
  const answers = createAnswers(emulators, { url, openSocket: socket.open })

  const contentRefusal = (call: ApiCall): Json | undefined => {
    const errors = proxy.check(call)
    const messages = errors.map((error) => `[ERROR] ${error}`)
    if (errors.length > 0)
      return { ok: false, error: 'invalid_blocks', errors, response_metadata: { messages } }
    return undefined
  }

  const takeCall = async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const call = parseCall(request, body.toString('utf8'))
    proxy.calls.push(call)
    const fault = faults.take(call) ?? {}
    if (fault.delayMs !== undefined) await sleep(fault.delayMs)
    await fault.until
    if (fault.cut === 'before') return void response.socket?.destroy()
    const { status, answer } = faultyAnswer(fault) ?? {
      status: 200,
      answer: contentRefusal(call) ?? (await answers.answer(call, request.headers.authorization)),
    }
    await fault.held
    if (fault.cut === 'after') return void response.socket?.destroy()
    Object.assign(call, { status, answer })
    const scopes = answers.scopesOf(call.token)
    sendJson(response, status, answer, {
      ...(scopes && { 'x-oauth-scopes': scopes.join(',') }),
      ...(fault.retryAfter !== undefined && { 'retry-after': String(fault.retryAfter) }),
    })
  }

  /** Hands on what is no call, such as the bytes of a file, to the workspace that knows it. */
  const handOn = async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { method = 'GET', url: path = '/', headers } = request
    const { authorization: given, 'content-type': type } = headers
    const owner = answers.ownerOf(/^\/files-pri\/(\w+)\//.exec(path)?.[1] ?? '')
    const authorization = given && owner ? `Bearer ${owner}` : given
    for (const emulator of emulators) {
      const answer = await emulator.request(path, {
        method,
        redirect: 'manual',
        headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      })
      if (answer.status === 404 && emulator !== emulators.at(-1)) continue
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      })
      return void response.end(Buffer.from(await answer.arrayBuffer()))
    }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request)
    if (proxy.isSilent) return
    const { pathname } = new URL(request.url ?? '/', url)
    if (pathname.startsWith('/api/')) return takeCall(request, response, body)
    if (!pathname.startsWith('/response/')) return handOn(request, response, body)
    const text = body.toString('utf8')
    const faults = proxy.check({ method: 'response_url', args: JSON.parse(text) as Json })
    const taken =
      faults.length > 0
        ? { status: 400, body: `invalid_blocks: ${faults.join('; ')}` }
        : responseUrls.take(pathname, text)
    response.writeHead(taken.status, { 'content-type': 'text/plain' }).end(taken.body)
  }

  const proxy: SlackProxy = {
    url,
    apiUrl: `${url}/api/`,
    calls: [],
    callsTo: (method) => proxy.calls.filter((call) => call.method === method),
    streams: answers.streams,
    socket,
    responseUrls,
    isSilent: false,
    check: () => [],
    next: faults.next,
    always: faults.always,
    limit: faults.limit,
    describe: answers.describe,
    refuse: (token, error = 'token_revoked') => answers.refuse(token, error),
    handIn: answers.handIn,
    reset: () => {
      proxy.calls.length = 0
      proxy.isSilent = false
      faults.clear()
    },
    close: async () => {
      await socket.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
