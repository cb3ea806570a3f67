import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DocumentFiles } from '../../ports/document-loader.ts'

const SKIPPED = new Set(['node_modules'])

/** Files at or below a path; hidden ones and folders reached twice (by links) are left out. */
const walk = async (path: string, seen: Set<string>): Promise<string[]> => {
  const info = await stat(path)
  if (!info.isDirectory()) return [path]
  const real = await realpath(path)
  if (seen.has(real)) return []
  seen.add(real)
  const names = (await readdir(path)).filter((name) => !name.startsWith('.') && !SKIPPED.has(name)).sort()
  const files: string[] = []
  for (const name of names) files.push(...(await walk(join(path, name), seen).catch(() => [])))
  return files
}

/** Documents on this machine's disk. */
export const documentFiles: DocumentFiles = {
  list: async (paths) => {
    const found: string[] = []
    const missing: string[] = []
    const seen = new Set<string>()
    for (const path of paths) {
      try {
        found.push(...(await walk(path, seen)))
      } catch {
        missing.push(path)
      }
    }
    return { found: [...new Set(found)], missing }
  },
  read: async (path) => readFile(path),
}
