import { once } from 'node:events'
import { createServer } from 'node:net'

/** Speaks just enough of PostgreSQL's protocol to refuse every connection with a SQLSTATE. */
export const startRefusingServer = async (code: string): Promise<{ url: string; close: () => void }> => {
  const fields = ['SFATAL', 'VFATAL', `C${code}`, 'Mrefused on purpose', ''].join('\0')
  const message = Buffer.concat([Buffer.from('E....'), Buffer.from(`${fields}\0`)])
  message.writeInt32BE(message.length - 1, 1)
  const server = createServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.end(message)),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return { url: `postgresql://someone:s3cret@127.0.0.1:${port}/cairn`, close: () => server.close() }
}
