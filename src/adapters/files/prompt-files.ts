import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Prompts } from '../../advisor/prompts.ts'

/** Reads the prompts of this installation. */
export const readPromptFiles = async (folder: string): Promise<Prompts> => {
  const read = async (name: string) => (await readFile(join(folder, `${name}.md`), 'utf8')).trim()
  const names = ['advisor', 'rewrite', 'marks', 'reading'] as const
  const [advisor, rewrite, marks, reading] = await Promise.all(names.map(read))
  const prompts = { advisor, rewrite, marks, reading } as Omit<Prompts, 'version'>
  const hash = createHash('sha256').update(JSON.stringify(prompts)).digest('hex')
  return { ...prompts, version: `advisor-${hash.slice(0, 8)}` }
}
