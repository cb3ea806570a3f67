import type { BetaTextCitation } from '@anthropic-ai/sdk/resources/beta/messages/messages'

/**
 * What a text cites: a search result of the request by its source (the first one that has it) or by its number, or a
 * document with custom content by its number; blocks `from` up to, not including, `to`. A citation in the API's own
 * form is sent as it is, true or forged.
 */
export type ScriptedCitation =
  | { source: string; from: number; to: number }
  | { index: number; from: number; to: number }
  | { document: number; from: number; to: number }
  | BetaTextCitation

export interface ScriptedText {
  type: 'text'
  text: string
  /** How the text is cut up; else every six characters. */
  deltas?: string[]
  citations?: ScriptedCitation[]
  /** Both orders are seen on the wire; citations come after their text unless this is set. */
  citationsFirst?: boolean
}

export interface ScriptedToolUse {
  type: 'tool_use'
  name: string
  input: object
  id?: string
  /** Streamed in the place of `input`, such as JSON that is broken. */
  rawInput?: string
}

/**
 * A message of the model. Text, citation and input deltas are counted and paced alike. A fault comes after that many
 * of them; after the last one, but before the message ends, when there are fewer.
 */
export interface ScriptedMessage {
  content: (ScriptedText | ScriptedToolUse)[]
  /** `tool_use` or `end_turn`, by the content, when not given. */
  stopReason?: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal'
  /** In tokens; estimated from the request and the simulated prompt cache when not given. */
  usage?: { input: number; output: number; cacheRead?: number; cacheWrite?: number }
  /** From the arrival of the request to the first delta. */
  firstTokenMs?: number
  /** From the moment one delta is due to the next. */
  deltaMs?: number
  /** Breaks the connection off. */
  cutAfterDeltas?: number
  /** Sends nothing more, and keeps the connection open. */
  stallAfterDeltas?: number
  /** Ends the response in good order, though not the message, as proxies do. */
  endAfterDeltas?: number
  /** Sends an `error` event, and ends. */
  errorAfterDeltas?: { n: number; type: 'overloaded_error' | 'api_error' }
}

/** An answer without a message. `retryAfter` is in seconds. */
export interface ScriptedError {
  status: number
  retryAfter?: number
  type?: string
  message?: string
}

/** `hang` takes the request and never answers; `drop` breaks the connection off before any answer. */
export type Script = ScriptedMessage | ScriptedError | { hang: true } | { drop: true }
