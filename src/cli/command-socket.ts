import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/** Longest path that every system accepts for a local socket. */
const LONGEST_PATH = 100

/**
 * The local socket through which commands reach the process that holds an embedded store.
 * It lies in the data directory, or under a name derived from it in the system's folder when that path is too long.
 */
export const socketPath = (dataDir: string): string => {
  if (process.platform === 'win32')
    return `\\\\.\\pipe\\cairn-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  const inside = join(dataDir, 'commands.sock')
  if (inside.length <= LONGEST_PATH) return inside
  return join(tmpdir(), `cairn-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.sock`)
}

/** What a command line sends: its words and folder first, then the lines that the person types. */
export const requestSchema = z.union([
  z.strictObject({ words: z.array(z.string()), folder: z.string() }),
  z.strictObject({ typed: z.string() }),
  z.strictObject({ ended: z.literal(true) }),
])
export type Request = z.infer<typeof requestSchema>

/** What it gets back, in order; `exit` is the last. */
export const responseSchema = z.union([
  z.strictObject({ line: z.string() }),
  z.strictObject({ notice: z.string() }),
  z.strictObject({ progress: z.string() }),
  z.strictObject({ prompt: z.string() }),
  z.strictObject({ exit: z.int() }),
])
export type Response = z.infer<typeof responseSchema>
