import { createEmulator } from 'emulate'

// The emulator in a process of its own: emulator-process.ts PORT SEED. Port 0 takes a free one; the seed is JSON. It
// prints its URL, and ends when its parent does.

const [port, seed = '{}'] = process.argv.slice(2)
const { url } = await createEmulator({
  service: 'slack',
  port: Number(port),
  hostname: '127.0.0.1',
  seed: { slack: JSON.parse(seed) },
})
process.stdout.write(`${url}\n`)
process.stdin.resume().on('end', () => process.exit())
