import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { AppError } from '../../errors.ts'
import type { PlaybookFile } from '../../playbook/playbook.ts'

/**
 * Reads every YAML file of a playbook folder, in name order.
 * @throws AppError `bad_knowledge` naming the file and line of broken YAML.
 */
export const readPlaybookFiles = async (folder: string): Promise<PlaybookFile[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(
    names.map(async (name) => {
      try {
        return { name, data: load(await readFile(join(folder, name), 'utf8')) as unknown }
      } catch (cause) {
        const reason = (cause as Error).message.split('\n')[0]
        throw new AppError(
          'bad_knowledge',
          `knowledge/playbook/${name} is not valid YAML: ${reason}. Correct the file and start again.`,
          { cause },
        )
      }
    }),
  )
}
