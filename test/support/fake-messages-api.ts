import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WireMessage, wireMessage } from './fake-messages-api/message.ts'
import type { RequestBody } from './fake-messages-api/request.ts'
import type { Script, ScriptedError, ScriptedMessage } from './fake-messages-api/script.ts'
import { dueAt, type Exchange, streamEvents, until } from './fake-messages-api/stream.ts'
import { createPromptCache } from './fake-messages-api/usage.ts'
import { refusalOf } from './fake-messages-api/validate.ts'

/** Moments are of this process's `performance.now()`. */
export interface ReceivedRequest {
  path: string
  headers: IncomingHttpHeaders
  /** Beta features that the request names. */
  betas: string[]
  body: RequestBody
  receivedAt: number
  /** When each delta was written. */
  deltas: number[]
  /** Why the API would not take this request, or why the script does not fit it. */
  refused?: string
  /** Whether the client went before the answer was over. */
  aborted: boolean
}

type Respond = (request: ReceivedRequest, index: number) => Script

export interface FakeMessagesApi {
  url: string
  /** In the order of arrival. */
  requests: ReceivedRequest[]
  /** Responses that are under way. */
  readonly open: number
  /** Answers one request; what is queued goes first. A request that is refused takes nothing from the queue. */
  respond(...scripts: Script[]): void
  /** Answers every request for which nothing is queued. */
  respondWith(respond: Respond): void
  close(): Promise<void>
}

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const sendJson = (response: ServerResponse, status: number, body: object, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const sendError = (response: ServerResponse, { status, type, message, retryAfter }: ScriptedError): void => {
  const error = { type: type ?? ERROR_TYPES[status] ?? 'api_error', message: message ?? `status ${status}` }
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  sendJson(response, status, { type: 'error', error }, headers)
}

const sendMessage = async (
  exchange: Exchange,
  script: ScriptedMessage,
  { whole, events }: WireMessage,
  isStream: boolean,
) => {
  const { response, receivedAt, breakOff } = exchange
  if (isStream) return streamEvents(exchange, events, script)
  if (script.stallAfterDeltas !== undefined) return
  if (script.cutAfterDeltas !== undefined) return breakOff()
  const { type } = script.errorAfterDeltas ?? {}
  if (type) return sendError(response, { status: type === 'overloaded_error' ? 529 : 500, type })
  const deltas = events.filter((event) => event.type === 'content_block_delta').length
  await until(dueAt(script, receivedAt, deltas))
  sendJson(response, 200, whole)
}

/**
 * The Messages API as far as Cairn uses it: it refuses what the API would refuse, and answers the rest as scripted, in
 * one piece or as a stream. `GET /requests` tells other processes what arrived, in this process's time: `timeOrigin`
 * plus each moment.
 */
export const startFakeMessagesApi = async (): Promise<FakeMessagesApi> => {
  const requests: ReceivedRequest[] = []
  const queue: Script[] = []
  const open = new Set<ServerResponse>()
  const estimate = createPromptCache()
  let standing: Respond | undefined

  const answer = async (exchange: Exchange, request: ReceivedRequest, index: number) => {
    const { response, breakOff } = exchange
    const refusal = refusalOf(request.headers, request.body)
    if (refusal) {
      request.refused = refusal.message
      return sendError(response, refusal)
    }
    const script = queue.shift() ?? standing?.(request, index)
    if (!script) throw new Error(`no response is scripted for request ${index}`)
    if ('hang' in script) return
    if ('drop' in script) return breakOff()
    if ('status' in script) return sendError(response, script)
    const message = wireMessage(script, request.body, index + 1, estimate(request.body))
    await sendMessage(exchange, script, message, request.body.stream === true)
  }

  const take = async (incoming: IncomingMessage, response: ServerResponse, text: string) => {
    const { headers, url: path = '' } = incoming
    const receivedAt = performance.now()
    const betas = headers['anthropic-beta']?.toString().split(',') ?? []
    const body: RequestBody = JSON.parse(text)
    const request: ReceivedRequest = { path, headers, betas, body, receivedAt, deltas: [], aborted: false }
    const index = requests.push(request) - 1
    let isBrokenOff = false
    const breakOff = () => {
      isBrokenOff = true
      response.socket?.destroy()
    }
    open.add(response)
    response.setHeader('request-id', `req_${index + 1}`).on('close', () => {
      open.delete(response)
      request.aborted = !response.writableFinished && !isBrokenOff
    })
    await answer({ response, breakOff, receivedAt, deltas: request.deltas }, request, index).catch(
      (error) => {
        // What the script asks for does not fit the request: the test is wrong, and retries would only hide it.
        request.refused = String(error)
        sendError(response, { status: 400, message: String(error) })
      },
    )
  }

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    const path = incoming.url ?? ''
    if (path === '/requests') sendJson(response, 200, { timeOrigin: performance.timeOrigin, requests })
    else if (incoming.method === 'POST' && /^\/v1\/messages(\?|$)/.test(path))
      await take(incoming, response, text)
    else sendError(response, { status: 404, message: `${incoming.method} ${path} is not there` })
  }
  const server = createServer((incoming, response) =>
    handle(incoming, response).catch((error) =>
      sendError(response, { status: 400, message: `The request could not be read: ${error}` }),
    ),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get open() {
      return open.size
    },
    respond: (...scripts) => void queue.push(...scripts),
    respondWith: (respond) => {
      standing = respond
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
