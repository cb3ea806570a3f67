import type { ServerResponse } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { WireEvent } from './message.ts'
import type { ScriptedMessage } from './script.ts'

type Ending = 'cut' | 'stall' | 'error' | 'end'

/** When deltas are due: counted from one moment, so that lateness does not add up. */
export const dueAt = (script: ScriptedMessage, receivedAt: number, delta: number): number =>
  receivedAt + (script.firstTokenMs ?? 0) + delta * (script.deltaMs ?? 0)

export const until = async (moment: number): Promise<void> => {
  for (let left = moment - performance.now(); left > 0; left = moment - performance.now())
    await setTimeout(Math.ceil(left), undefined, { ref: false })
}

const faultAfter = (script: ScriptedMessage, sent: number): Ending | undefined => {
  if (sent >= (script.cutAfterDeltas ?? Infinity)) return 'cut'
  if (sent >= (script.stallAfterDeltas ?? Infinity)) return 'stall'
  if (sent >= (script.endAfterDeltas ?? Infinity)) return 'end'
  return sent >= (script.errorAfterDeltas?.n ?? Infinity) ? 'error' : undefined
}

/** One request's answer: where it is written, since when it is owed, and what was written of it. */
export interface Exchange {
  response: ServerResponse
  receivedAt: number
  deltas: number[]
  /** Ends the connection as a failing network would. */
  breakOff: () => void
}

/** Sends the events in time, up to the scripted fault, and notes the moment of each delta in `deltas`. */
export const streamEvents = async (
  { response, receivedAt, deltas, breakOff }: Exchange,
  events: WireEvent[],
  script: ScriptedMessage,
): Promise<void> => {
  const send = (event: WireEvent | { type: 'error'; error: object }) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  const sendEvents = async (): Promise<Ending> => {
    for (const event of events) {
      const isDelta = event.type === 'content_block_delta'
      // However few the deltas were, the fault comes before the message is over.
      const count = isDelta ? deltas.length : event.type === 'message_delta' ? Number.MAX_VALUE : -1
      const fault = faultAfter(script, count)
      if (fault) return fault
      if (isDelta) {
        await until(dueAt(script, receivedAt, deltas.length))
        if (response.destroyed) return 'end'
        deltas.push(performance.now())
      }
      send(event)
    }
    return 'end'
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  const ending = await sendEvents()
  if (ending === 'stall') return
  if (ending === 'error') {
    const { type = 'api_error' } = script.errorAfterDeltas ?? {}
    send({ type: 'error', error: { type, message: 'scripted' } })
  }
  if (ending !== 'cut') return void response.end()
  // What was written leaves before the connection does.
  await setImmediate()
  breakOff()
}
