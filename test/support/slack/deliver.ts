import type { Json } from './api-call.ts'
import { signedHeaders } from './sign.ts'
import type { EnvelopeType, SocketMode } from './socket-mode.ts'
import { APP } from './workspace.ts'

/** How an app took a delivery. By Socket Mode, 200 is an acknowledgement, and 408 that none came in time. */
export interface Delivered {
  status: number
  /** What it answered; by Socket Mode the payload of the acknowledgement. */
  body: string
  ms: number
}

export interface DeliveryOptions {
  /** Which delivery of the same it is, and why it is repeated. */
  retry?: { number: number; reason: string }
  /** How the signature is wrong: of another secret, of another body, or not there. HTTP only. */
  forged?: 'secret' | 'body' | 'missing'
  /** How long ago it was signed. HTTP only. */
  secondsAgo?: number
}

/** Hands something to an app, as Slack does. */
export type Deliver = (type: EnvelopeType, payload: Json, options?: DeliveryOptions) => Promise<Delivered>

const encode = (type: EnvelopeType, payload: Json): { body: string; contentType: string } => {
  if (type === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' }
  const form: Record<string, string> =
    type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>)
  return { body: String(new URLSearchParams(form)), contentType: 'application/x-www-form-urlencoded' }
}

/** Signed requests to the address that the app registered. */
export const overHttp =
  (url: string, signingSecret: string = APP.signingSecret): Deliver =>
  async (type, payload, { retry, forged, secondsAgo = 0 } = {}) => {
    const { body, contentType } = encode(type, payload)
    const secret = forged === 'secret' ? 'another secret' : signingSecret
    const signed = signedHeaders(secret, forged === 'body' ? `${body} ` : body, secondsAgo)
    const started = performance.now()
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...(forged !== 'missing' && signed),
        ...(retry && {
          'x-slack-retry-num': String(retry.number),
          'x-slack-retry-reason': retry.reason,
        }),
      },
      body,
    })
    const answer = await response.text()
    return { status: response.status, body: answer, ms: performance.now() - started }
  }

/** The same through Socket Mode. */
export const overSocket =
  (socket: SocketMode): Deliver =>
  async (type, payload, { retry } = {}) => {
    const { ack, sentAt } = await socket.send(type, payload, retry)
    if (!ack) return { status: 408, body: '', ms: performance.now() - sentAt }
    const isEmpty = Object.keys((ack.payload ?? {}) as object).length === 0
    return { status: 200, body: isEmpty ? '' : JSON.stringify(ack.payload), ms: ack.ms }
  }
