import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** An app that is put under load. */
export interface System {
  name: string
  /** Starts it in a process of its own, against the API at this URL. */
  start(apiUrl: string): Promise<RunningSystem>
}

export interface RunningSystem {
  /** Where events are sent. */
  url: string
  stop(): Promise<void>
}

export const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

/** Starts a script of this folder, and gives the line that it prints when it is ready. */
export const startScript = async (
  script: string,
  ...args: string[]
): Promise<{ line: string; child: ChildProcess }> => {
  // The open input ends the script with this process.
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with ${code} before it was ready`)
  })
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  ended.catch(() => {})
  return { line: String(line), child }
}

/** A system that is one script, which prints where it takes events. */
export const scriptSystem = (name: string, script: string): System => ({
  name,
  start: async (apiUrl) => {
    const { line, child } = await startScript(script, apiUrl)
    return { url: line, stop: () => stopProcess(child) }
  },
})
