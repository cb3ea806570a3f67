import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

const BAR = 24

const bar = (done: number, total: number): string => {
  const filled = total > 0 ? Math.round((BAR * done) / total) : BAR
  return `[${'='.repeat(filled)}${' '.repeat(BAR - filled)}] ${done}/${total}`
}

export const registerIngest = (program: Command, { terminal, app }: CommandContext): void => {
  program
    .command('ingest')
    .description("add your company's own documents: md, txt, html, pdf, docx; again to update them")
    .argument('<path...>', 'files or folders')
    .option('--remove', 'remove these documents, or all under these folders, from the knowledge base')
    .option('--json', 'print the outcome of each file as JSON')
    .action(async (paths: string[], { remove, json }: { remove?: boolean; json?: boolean }) => {
      const { ingest, removeDocuments } = await app()
      const absolute = paths.map((path) => resolve(terminal.folder, path))
      const results = remove
        ? await removeDocuments(LOCAL_TENANT, absolute)
        : await ingest(LOCAL_TENANT, absolute, ({ done, total, passages }) =>
            terminal.progress(`${bar(done, total)} files, ${passages} passages`),
          )
      const failed = results.filter(({ outcome }) => outcome === 'failed')
      if (json) terminal.line(JSON.stringify(results))
      else {
        for (const { path, outcome, passages, reason } of results)
          if (outcome === 'failed') terminal.notice(`not read: ${path}: ${reason}`)
          else terminal.line(`${outcome.padEnd(9)} ${path} (${passages} passages)`)
        const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length
        const counts = ['added', 'replaced', 'unchanged', 'removed', 'failed'].filter(
          (outcome) => count(outcome) > 0,
        )
        terminal.line(
          counts.length > 0
            ? counts.map((outcome) => `${count(outcome)} ${outcome}`).join(', ')
            : 'No document found.',
        )
      }
      if (failed.length > 0)
        throw new AppError(
          'bad_input',
          `${failed.length} of ${results.length} files could not be read; the others are in place. Their lines above say why.`,
        )
      if (results.length === 0 && remove)
        throw new AppError(
          'not_found',
          'No document was ingested from there; nothing was removed. `npx cairn knowledge list` shows what is there.',
        )
    })
}
