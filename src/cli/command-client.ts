import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Request, responseSchema, socketPath } from './command-socket.ts'
import type { Terminal } from './terminal.ts'

/** Opens the socket of a running Cairn; undefined when none is running on this data directory. */
export const connectToRunning = (dataDir: string): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect(socketPath(dataDir))
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })

/** Runs a command line in the running Cairn, with this terminal's streams; returns its exit code. */
export const runRemotely = async (socket: Socket, words: string[], terminal: Terminal): Promise<number> => {
  const send = (request: Request) => socket.write(`${JSON.stringify(request)}\n`)
  let typed: AsyncIterator<string> | undefined
  const next = async (prompt: string) => {
    typed ??= terminal.read(prompt)[Symbol.asyncIterator]()
    const line = await typed.next()
    send(line.done ? { ended: true } : { typed: line.value })
  }
  send({ words, folder: terminal.folder })
  for await (const text of createInterface({ input: socket })) {
    const response = responseSchema.parse(JSON.parse(text))
    if ('line' in response) terminal.line(response.line)
    else if ('notice' in response) terminal.notice(response.notice)
    else if ('progress' in response) terminal.progress(response.progress)
    else if ('prompt' in response) void next(response.prompt)
    else {
      await typed?.return?.()
      return response.exit
    }
  }
  terminal.notice('The running Cairn stopped before it answered. Run the command again.')
  return 1
}
