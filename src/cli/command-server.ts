import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Request, type Response, requestSchema, socketPath } from './command-socket.ts'
import type { CommandContext } from './context.ts'
import { runCommand } from './program.ts'
import type { Terminal } from './terminal.ts'

/** Commands that make no sense through another process. */
const NOT_SERVED = new Set(['start', 'doctor'])

const remoteTerminal = (socket: Socket, folder: string, typed: AsyncIterator<Request>): Terminal => {
  const send = (response: Response) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(response)}\n`)
  }
  return {
    folder,
    line: (text) => send({ line: text }),
    notice: (text) => send({ notice: text }),
    progress: (text) => send({ progress: text }),
    async *read(prompt) {
      send({ prompt })
      for (let next = await typed.next(); !next.done && 'typed' in next.value; next = await typed.next()) {
        yield next.value.typed
        send({ prompt })
      }
    },
  }
}

async function* requests(socket: Socket): AsyncGenerator<Request> {
  for await (const line of createInterface({ input: socket })) yield requestSchema.parse(JSON.parse(line))
}

/** Serves command lines of this data directory's owner over a local socket, each with its own folder and streams. */
export const serveCommands = async (context: CommandContext): Promise<{ close(): Promise<void> }> => {
  const path = socketPath(context.config.dataDir)
  const open = new Set<Socket>()
  const serve = async (socket: Socket) => {
    const incoming = requests(socket)
    const first = await incoming.next()
    if (first.done || !('words' in first.value)) return
    const { words, folder } = first.value
    const terminal = remoteTerminal(socket, folder, incoming)
    const refused = NOT_SERVED.has(words[0] ?? '')
    if (refused)
      terminal.notice(`"${words[0]}" cannot run through the Cairn that is already started in this folder.`)
    const exit = refused ? 1 : await runCommand(words, { ...context, terminal })
    socket.end(`${JSON.stringify({ exit } satisfies Response)}\n`)
  }
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket).catch((cause: unknown) => {
      context.terminal.notice(
        `A command failed inside Cairn: ${cause instanceof Error ? cause.message : 'unknown reason'}.`,
      )
      socket.destroy()
    })
  })
  // The data directory's lock says that no other process serves this path, so what is left there is dead.
  await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  if (process.platform !== 'win32') await chmod(path, 0o600)
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
      await rm(path, { force: true })
    },
  }
}
