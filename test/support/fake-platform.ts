import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ChatPlatform, PostError } from '../../src/ports/chat-platform.ts'
import type { WaitingPost } from '../../src/ports/thread-store.ts'

/** What arrived in the rooms of the platform, in order. */
export interface Arrived {
  key: string
  tenantId: string
  threadId: string
}

export interface FakePlatform {
  url: string
  arrived: Arrived[]
  /** How the next posts are answered; `lost` takes the post and breaks the connection off. */
  next: ('ok' | 'lost' | 'refused' | 'limited' | 'unreachable')[]
  /** Whether the platform can tell what arrived. */
  tells: boolean
  close(): Promise<void>
}

/**
 * A messaging company's server, as far as posting goes: it lives outside the worker, so that what it saw outlives the
 * worker's death.
 */
export const startFakePlatform = async (): Promise<FakePlatform> => {
  const arrived: Arrived[] = []
  const state: Pick<FakePlatform, 'next' | 'tells'> = { next: [], tells: true }
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.method === 'GET') {
      const url = new URL(request.url ?? '', 'http://platform')
      const [key, tenantId] = [url.searchParams.get('key'), url.searchParams.get('tenant')]
      if (!state.tells) return answer(200, { trace: 'unknown' })
      return answer(200, {
        trace: arrived.some((one) => one.key === key && one.tenantId === tenantId) ? 'found' : 'absent',
      })
    }
    let text = ''
    for await (const chunk of request) text += chunk
    const how = state.next.shift() ?? 'ok'
    if (how === 'refused' || how === 'limited' || how === 'unreachable') return answer(200, { error: how })
    const post = JSON.parse(text) as Arrived
    arrived.push(post)
    if (how === 'lost') return void request.socket.destroy()
    answer(200, { id: `m-${arrived.length}` })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    get next() {
      return state.next
    },
    set next(value) {
      state.next = value
    },
    get tells() {
      return state.tells
    },
    set tells(value) {
      state.tells = value
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A client of the fake platform, as a channel's adapter would be. */
export const platformClient = (url: string): ChatPlatform => ({
  post: async ({ idempotencyKey, tenantId, threadId }: WaitingPost, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ key: idempotencyKey, tenantId, threadId }),
      signal,
    })
    const body = (await response.json()) as { id?: string; error?: 'refused' | 'limited' | 'unreachable' }
    if (body.error)
      throw new PostError(
        body.error,
        `the platform said ${body.error}`,
        body.error === 'limited' ? 50 : undefined,
      )
    return { platformMessageId: body.id as string }
  },
  find: async ({ idempotencyKey, tenantId }, signal) => {
    const query = new URLSearchParams({ key: idempotencyKey, tenant: tenantId })
    const response = await fetch(`${url}?${query}`, { signal })
    const { trace } = (await response.json()) as { trace: 'found' | 'absent' | 'unknown' }
    return trace === 'found' ? { found: { platformMessageId: `found-${idempotencyKey}` } } : trace
  },
})
