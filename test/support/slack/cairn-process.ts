import { pino } from 'pino'
import { createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'

// The whole of Cairn in a process of its own, for tests that kill it: its configuration comes from the environment. It
// prints its port. What a dead process held is looked after sooner than usual.

const app = await createApp(readConfig(process.env, '/'), {
  logger: pino({ level: 'warn', base: null }, process.stderr),
  waits: { settleMs: 1_500, leaseSeconds: 2 },
})
const { port } = await app.work()
process.stdout.write(`${port}\n`)
process.once('SIGTERM', () => void app.close())
