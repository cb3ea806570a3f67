import type { IncomingMessage } from 'node:http'

/** An object as the Web API takes and gives it. */
export type Json = Record<string, unknown>

export type Answer<T = Json> = { ok: boolean; error?: string } & T

/** A call of the Web API as it arrived. */
export interface ApiCall {
  method: string
  args: Json
  token: string | undefined
  /** When it arrived, by this process's `performance.now()`. */
  at: number
  /** What was answered; absent as long as nothing was, and when the connection was cut. */
  status?: number
  answer?: Json
}

/** Arguments that clients send as JSON within a form. */
const ENCODED = new Set([
  'attachments',
  'blocks',
  'chunks',
  'files',
  'loading_messages',
  'metadata',
  'prompts',
  'view',
])

const decode = (name: string, value: string): unknown => {
  if (!ENCODED.has(name)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** The call that a request makes: its arguments come from a form, from JSON or from the query. */
export const parseCall = ({ headers, url = '' }: IncomingMessage, body: string): ApiCall => {
  const { pathname, searchParams } = new URL(url, 'http://slack')
  const isJson = headers['content-type']?.includes('application/json') ?? false
  const form = [...searchParams, ...(isJson ? [] : new URLSearchParams(body))]
  const args: Json = {
    ...Object.fromEntries(form.map(([name, value]) => [name, decode(name, value)])),
    ...(isJson && body !== '' ? (JSON.parse(body) as Json) : {}),
  }
  const { token: inBody, ...rest } = args
  const inHeader = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1]
  const token = inHeader ?? (typeof inBody === 'string' ? inBody : undefined)
  return { method: pathname.replace('/api/', ''), args: rest, token, at: performance.now() }
}
