import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { AUDIENCES, type Audience } from '../../conversation/people.ts'
import { AppError } from '../../errors.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

interface Options {
  remove?: boolean
  audience?: Audience
  json?: boolean
}

const BAR = 24

const bar = (done: number, total: number): string => {
  const filled = total > 0 ? Math.round((BAR * done) / total) : BAR
  return `[${'='.repeat(filled)}${' '.repeat(BAR - filled)}] ${done}/${total}`
}

const forWhom = (audience: Audience | undefined): string => (audience ? `, for ${audience}` : '')

export const registerIngest = (program: Command, { terminal, app }: CommandContext): void => {
  program
    .command('ingest')
    .description("add your company's own documents: md, txt, html, pdf, docx; again to update them")
    .argument('<path...>', 'files or folders')
    .addOption(
      new Option(
        '--audience <who>',
        'who may see them; without it, new ones are for everyone and known ones for whom they were',
      ).choices(AUDIENCES),
    )
    .option('--remove', 'remove these documents, or all under these folders, from the knowledge base')
    .option('--json', 'print the outcome of each file as JSON')
    .action(async (paths: string[], { remove, audience, json }: Options) => {
      const { ingest, removeDocuments } = await app()
      const absolute = paths.map((path) => resolve(terminal.folder, path))
      const results = remove
        ? await removeDocuments(LOCAL_TENANT, absolute)
        : await ingest(
            LOCAL_TENANT,
            absolute,
            ({ done, total, passages }) =>
              terminal.progress(`${bar(done, total)} files, ${passages} passages`),
            audience,
          )
      const failed = results.filter(({ outcome }) => outcome === 'failed')
      if (json) terminal.line(JSON.stringify(results))
      else {
        for (const { path, outcome, passages, audience, reason } of results)
          if (outcome === 'failed') terminal.notice(`not read: ${path}: ${reason}`)
          else terminal.line(`${outcome.padEnd(10)} ${path} (${passages} passages${forWhom(audience)})`)
        const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length
        const counts = ['added', 'replaced', 'reassigned', 'unchanged', 'removed', 'failed'].filter(
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
