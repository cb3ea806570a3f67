import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Terminal } from './terminal.ts'

const PROGRAM = join(import.meta.dirname, 'cairn.ts')
/** Workers compute; whoever receives messages goes first, so that each is acknowledged in time. */
const NICENESS = 19
const AGAIN_AFTER_MS = 1_000

/** Processes that answer what this one takes in, on the same store. One that ends is begun anew. */
export const startWorkerProcesses = (count: number, terminal: Terminal): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const running = new Set<ChildProcess>()

  const keep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const child = spawn(process.execPath, [PROGRAM, 'start', '--only', 'work', '--port', '0'], {
        // Through the channel a worker learns that this process has died.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      running.add(child)
      if (child.pid !== undefined) setPriority(child.pid, NICENESS)
      const [code, signal] = await once(child, 'exit')
      running.delete(child)
      if (stopping.signal.aborted) return
      terminal.notice(`A worker ended (${signal ?? code}); another one takes its place.`)
      await setTimeout(AGAIN_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const kept = Array.from({ length: count }, keep)
  return {
    stop: async () => {
      stopping.abort()
      for (const child of running) child.kill('SIGTERM')
      await Promise.all(kept)
    },
  }
}
