import { randomUUID } from 'node:crypto'
import type { Json } from './api-call.ts'

/** Slack takes so many posts to one of these addresses. */
const USES = 5

/** Whom an address was given for, and where; with the message in which they pressed something. */
export interface Recipient {
  user: string
  channel: string
  messageTs?: string
}

export interface Response {
  url: string
  recipient: Recipient | undefined
  body: Json
  at: number
  /** How it was answered. */
  status: number
}

/** Addresses at which an interaction or a command may be answered. */
export interface ResponseUrls {
  /** What was posted to any of them, in order. */
  received: Response[]
  create(recipient?: Recipient): string
  /** How the next posts are answered, instead of 200. */
  next(...statuses: number[]): void
  take(path: string, body: string): { status: number; body: string }
}

export const createResponseUrls = (base: string): ResponseUrls => {
  const uses = new Map<string, number>()
  const recipients = new Map<string, Recipient>()
  const statuses: number[] = []
  const urls: ResponseUrls = {
    received: [],
    create: (recipient) => {
      const path = `/response/${randomUUID()}`
      uses.set(path, 0)
      if (recipient) recipients.set(path, recipient)
      return `${base}${path}`
    },
    next: (...given) => void statuses.push(...given),
    take: (path, body) => {
      const used = uses.get(path)
      if (used !== undefined) uses.set(path, used + 1)
      const isOver = used === undefined || used >= USES
      const status = isOver ? 404 : (statuses.shift() ?? 200)
      urls.received.push({
        url: `${base}${path}`,
        recipient: recipients.get(path),
        body: JSON.parse(body),
        at: performance.now(),
        status,
      })
      return { status, body: isOver ? '{"ok":false,"error":"used_url"}' : status === 200 ? 'ok' : '' }
    },
  }
  return urls
}
