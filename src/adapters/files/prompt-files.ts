import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Prompts } from '../../advisor/prompts.ts'

/** Reads the prompts of this installation. */
export const readPromptFiles = async (folder: string): Promise<Prompts> => {
  const [advisor, rewrite] = await Promise.all(
    ['advisor.md', 'rewrite.md'].map((name) => readFile(join(folder, name), 'utf8')),
  )
  const prompts = { advisor: (advisor as string).trim(), rewrite: (rewrite as string).trim() }
  const hash = createHash('sha256').update(JSON.stringify(prompts)).digest('hex')
  return { ...prompts, version: `advisor-${hash.slice(0, 8)}` }
}
