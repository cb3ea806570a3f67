import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A message as it came over the wire. */
interface WireMessage {
  role: string
  content: string | null
  tool_calls?: { id: string; function: { name: string; arguments: string } }[]
  tool_call_id?: string
}

export interface ReceivedChat {
  path: string
  headers: IncomingHttpHeaders
  body: {
    model: string
    stream?: boolean
    stream_options?: { include_usage?: boolean }
    messages: WireMessage[]
    tools?: { function: { name: string; description: string; parameters: { properties: object } } }[]
  }
  /** Whether the client went before the answer was over. */
  aborted: boolean
}

/** A reply as it streams: its text in the pieces given, then calls of tools. */
export interface ScriptedChat {
  text?: string[]
  /** `input` as JSON text, so that it may be broken. */
  calls?: { name: string; input: string }[]
  finish?: 'stop' | 'length' | 'content_filter' | 'tool_calls'
  usage?: { prompt: number; cached?: number; completion: number }
  /** What becomes of the stream after its text. */
  ending?: 'cut' | 'end' | 'stall'
  gapMs?: number
}
export interface ScriptedRefusal {
  status: number
  code?: string
  message?: string
  retryAfter?: number
}
type Fixed = ScriptedChat | ScriptedRefusal | 'hang' | 'drop'
/** What is answered, or how it follows from what was asked. */
export type ChatScript = Fixed | ((request: ReceivedChat) => Fixed)

export interface FakeOpenAI {
  /** With `/v1`, as a base URL. */
  url: string
  requests: ReceivedChat[]
  /** Answers one request each, in order. */
  respond(...scripts: ChatScript[]): void
  close(): Promise<void>
}

const refuse = (response: ServerResponse, { status, code, message, retryAfter }: ScriptedRefusal): void => {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { message: message ?? `status ${status}`, type: 'error', code } }))
}

const chunksOf = ({ text = [], calls = [] }: ScriptedChat): object[] => [
  { role: 'assistant', content: '' },
  ...text.map((content) => ({ content })),
  ...calls.flatMap(({ name, input }, index) => [
    { tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }] },
    ...(input.match(/[\s\S]{1,6}/g) ?? []).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ]),
]

const stream = async (response: ServerResponse, script: ScriptedChat, hasUsage: boolean): Promise<void> => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (chunk: object) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', ...chunk })}\n\n`,
    )
  for (const delta of chunksOf(script)) {
    if (script.gapMs) await sleep(script.gapMs)
    send({ choices: [{ index: 0, delta, finish_reason: null }] })
  }
  if (script.ending === 'stall') return
  if (script.ending === 'end') return void response.end()
  if (script.ending === 'cut') {
    // What was written is to arrive before the connection breaks.
    await sleep(20)
    return void response.socket?.resetAndDestroy()
  }
  const finish = script.finish ?? (script.calls ? 'tool_calls' : 'stop')
  send({ choices: [{ index: 0, delta: {}, finish_reason: finish }] })
  const { prompt, cached = 0, completion } = script.usage ?? { prompt: 100, completion: 10 }
  if (hasUsage)
    send({
      choices: [],
      usage: {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: cached },
      },
    })
  response.end('data: [DONE]\n\n')
}

/** OpenAI's chat completions as far as Cairn uses them, streamed as scripted. A request without a script gets 501. */
export const startFakeOpenAI = async (): Promise<FakeOpenAI> => {
  const requests: ReceivedChat[] = []
  const queue: ChatScript[] = []
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    const request: ReceivedChat = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse(text),
      aborted: false,
    }
    requests.push(request)
    response.on('close', () => {
      request.aborted = !response.writableFinished
    })
    const next = queue.shift() ?? { status: 501, message: 'no response is scripted' }
    const script = typeof next === 'function' ? next(request) : next
    if (script === 'hang') return
    if (script === 'drop') return void response.socket?.destroy()
    if ('status' in script) return refuse(response, script)
    await stream(response, script, request.body.stream_options?.include_usage === true)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    respond: (...scripts) => void queue.push(...scripts),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
