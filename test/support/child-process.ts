import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const SCRIPT = join(import.meta.dirname, 'store-process.ts')

export interface StoreProcess {
  child: ChildProcess
  pid: number
  /** Lines printed so far. */
  lines: string[]
  /** Waits until that many lines were printed, or the process ended. */
  printed: (count: number) => Promise<string[]>
  kill: () => Promise<void>
}

/** Starts `store-process.ts` with these arguments. */
export const startStoreProcess = (action: 'lock' | 'open' | 'write', directory: string): StoreProcess => {
  const child = spawn(process.execPath, [SCRIPT, action, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const ended = once(child, 'close')
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return {
    child,
    pid: child.pid as number,
    lines,
    printed: async (count) => {
      while (lines.length < count) {
        const isOver = await Promise.race([once(reader, 'line').then(() => false), ended.then(() => true)])
        if (isOver) break
      }
      return lines
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
