import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Json } from './api-call.ts'
import { until } from './until.ts'

/** Clients give a connection up when the server does not ping for half a minute. */
const PING_MS = 5_000

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands'

/** What is sent to an app, and what came back. */
export interface Envelope {
  id: string
  type: EnvelopeType
  payload: Json
  /** When it was sent, the last time. */
  sentAt: number
  /** How often it was sent. */
  sent: number
  ack?: { payload: unknown; ms: number }
}

export interface SocketMode {
  /** Connections that are open now. */
  readonly connections: number
  /** Everything that was sent, in order. */
  envelopes: Envelope[]
  /** How long an acknowledgement is waited for; three seconds at Slack. */
  patienceMs: number
  /** A new address for an app to connect to. */
  open(): string
  /** Sends when an app is connected, and waits for its acknowledgement. */
  send(type: EnvelopeType, payload: Json, retry?: { number: number; reason: string }): Promise<Envelope>
  /** Sends again what was not acknowledged. */
  redeliver(reason?: string): Promise<Envelope[]>
  /** Tells all that are connected to connect anew, as Slack does from time to time. */
  disconnect(reason?: 'refresh_requested' | 'warning' | 'link_disabled'): void
  /** Breaks all connections off. */
  cut(): void
  close(): Promise<void>
}

/** Slack's end of Socket Mode, on a server that answers other requests too. */
export const createSocketMode = (server: Server, appId: string): SocketMode => {
  const sockets = new WebSocketServer({ noServer: true })
  const open = new Set<WebSocket>()
  const tickets = new Set<string>()
  const waiting = new Map<string, (payload: unknown) => void>()
  let turn = 0
  const ping = setInterval(() => {
    for (const socket of open) socket.ping()
  }, PING_MS).unref()

  const welcome = (socket: WebSocket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => open.delete(socket))
    socket.on('message', (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data)) as {
        envelope_id: string
        payload: unknown
      }
      waiting.get(id)?.(payload)
    })
    const debug = { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 }
    const hello = { type: 'hello', num_connections: open.size, debug_info: debug }
    socket.send(JSON.stringify({ ...hello, connection_info: { app_id: appId } }))
  }
  server.on('upgrade', (request, stream, head) => {
    const ticket = new URL(request.url ?? '', 'ws://slack').searchParams.get('ticket') ?? ''
    // An address is good for one connection.
    if (!tickets.delete(ticket)) return void stream.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    sockets.handleUpgrade(request, stream, head, welcome)
  })

  const deliver = async (envelope: Envelope, retry?: { number: number; reason: string }) => {
    await until(
      () => open.size,
      (count) => count > 0,
      'an app to connect by Socket Mode',
    )
    envelope.sent++
    envelope.sentAt = performance.now()
    // Slack takes any of an app's connections; here each has its turn.
    const socket = [...open][turn++ % open.size] as WebSocket
    const acknowledged = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, mode.patienceMs)
      waiting.set(envelope.id, (payload) => {
        envelope.ack ??= { payload, ms: performance.now() - envelope.sentAt }
        clearTimeout(timer)
        resolve()
      })
    })
    socket.send(
      JSON.stringify({
        envelope_id: envelope.id,
        type: envelope.type,
        payload: envelope.payload,
        accepts_response_payload: envelope.type !== 'events_api',
        ...(envelope.type === 'events_api' && {
          retry_attempt: retry?.number ?? 0,
          retry_reason: retry?.reason ?? '',
        }),
      }),
    )
    await acknowledged
    return envelope
  }

  const mode: SocketMode = {
    get connections() {
      return open.size
    },
    envelopes: [],
    patienceMs: 3_000,
    open: () => {
      const address = server.address()
      const ticket = randomUUID()
      tickets.add(ticket)
      return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/link/?ticket=${ticket}&app_id=${appId}`
    },
    send: (type, payload, retry) => {
      const envelope: Envelope = { id: randomUUID(), type, payload, sentAt: 0, sent: 0 }
      mode.envelopes.push(envelope)
      return deliver(envelope, retry)
    },
    redeliver: (reason = 'timeout') =>
      Promise.all(
        mode.envelopes
          .filter(({ ack }) => !ack)
          .map((envelope) => deliver(envelope, { number: envelope.sent, reason })),
      ),
    disconnect: (reason = 'refresh_requested') => {
      for (const socket of open) {
        // It may still acknowledge; it is sent nothing more.
        open.delete(socket)
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } }))
      }
    },
    cut: () => {
      for (const socket of open) socket.terminate()
    },
    close: async () => {
      clearInterval(ping)
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => sockets.close(resolve))
    },
  }
  return mode
}
