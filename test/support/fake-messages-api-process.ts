import { resolve } from 'node:path'
import { startFakeMessagesApi } from './fake-messages-api.ts'

// The fake Messages API in a process of its own, for measuring: fake-messages-api-process.ts SCRIPT. The script is
// JSON that answers every request, or the path of a module whose `respond` does. It prints the URL.

const [script = '{"content":[]}'] = process.argv.slice(2)
const api = await startFakeMessagesApi()
if (script.startsWith('{')) api.respondWith(() => JSON.parse(script))
else api.respondWith((await import(resolve(script))).respond)
process.stdout.write(`${api.url}\n`)
