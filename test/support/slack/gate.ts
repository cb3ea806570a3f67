import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be closed: whoever tries it then is refused, as by a host that is down. */
export interface Gate {
  port: number
  /** Breaks off what is open, too. */
  close(): Promise<void>
  open(): Promise<void>
}

export const startGate = async (target: number): Promise<Gate> => {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          near.destroy()
          far.destroy()
        })
    }
    near.pipe(far).pipe(near)
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
    open: () => listen(port),
  }
}
