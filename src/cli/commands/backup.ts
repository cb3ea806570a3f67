import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'

export const registerBackup = (program: Command, { terminal, app }: CommandContext): void => {
  for (const [name, method, verb, description] of [
    ['backup', 'backUp', 'Wrote', 'write all organizations of this store to one file'],
    ['restore', 'restore', 'Read', 'read a backup into this store, embedded or on a server'],
  ] as const)
    program
      .command(name)
      .description(description)
      .argument('<file>', 'the backup, for example cairn-backup.jsonl.gz')
      .option('--json', 'print the counts as JSON')
      .action(async (file: string, { json }: { json?: boolean }) => {
        const result = await (await app())[method](resolve(terminal.folder, file))
        terminal.line(
          json
            ? JSON.stringify(result)
            : `${verb} ${result.rows} rows of ${result.tenants} ${result.tenants === 1 ? 'organization' : 'organizations'}${name === 'backup' ? ` to ${file}` : ` from ${file}`}.`,
        )
      })
}
