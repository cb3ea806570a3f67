import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OllamaRequest {
  path: string
  body: {
    model: string
    options: { num_ctx?: number }
    messages: { role: string; content: string }[]
    tools?: object[]
  }
  /** Whether the client went before the answer was over. */
  aborted: boolean
}

export interface ScriptedOllama {
  text?: string[]
  calls?: { name: string; arguments: object }[]
  reason?: 'stop' | 'length'
  /** Says nothing more after its text. */
  stalls?: boolean
}

/** Ollama's chat as it streams, one JSON object a line; answered as `respond` says. */
export const startFakeOllama = async (
  respond: (request: OllamaRequest) => ScriptedOllama | { status: number; error: string },
) => {
  const requests: OllamaRequest[] = []
  const server = createServer(async (incoming, response) => {
    let sent = ''
    for await (const chunk of incoming.setEncoding('utf8')) sent += chunk
    const request: OllamaRequest = { path: incoming.url ?? '', body: JSON.parse(sent), aborted: false }
    requests.push(request)
    response.on('close', () => {
      request.aborted = !response.writableFinished
    })
    const script = respond(request)
    if ('status' in script)
      return void response
        .writeHead(script.status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: script.error }))
    const send = (message: object, more: object = { done: false }) =>
      response.write(
        `${JSON.stringify({ model: 'm', message: { role: 'assistant', ...message }, ...more })}\n`,
      )
    for (const content of script.text ?? []) send({ content })
    const calls = script.calls ?? []
    if (calls.length > 0) send({ content: '', tool_calls: calls.map((call) => ({ function: call })) })
    if (script.stalls) return
    const counts = { prompt_eval_count: 300, eval_count: 30 }
    send({ content: '' }, { done: true, done_reason: script.reason ?? 'stop', ...counts })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
