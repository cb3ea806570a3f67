import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The Markdown files of an articles folder, in name order. */
export const readArticleFiles = async (folder: string): Promise<{ name: string; text: string }[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort()
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })))
}
