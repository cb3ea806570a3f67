import type { Command } from 'commander'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

export const registerKnowledge = (program: Command, { terminal, app }: CommandContext): void => {
  const knowledge = program.command('knowledge').description('look into the knowledge base')
  knowledge
    .command('list')
    .description('print every passage that answers may cite')
    .option('--json', 'print document, section, origin and text of each passage as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const passages = await (await app()).passages(LOCAL_TENANT)
      if (json) {
        terminal.line(
          JSON.stringify(
            passages.map(({ document, section, origin, body }) => ({
              document,
              section,
              origin,
              text: body,
            })),
          ),
        )
        return
      }
      for (const { document, section, origin, body } of passages)
        terminal.line(`${document} > ${section} (${origin})\n${body.replace(/^/gm, '  ')}\n`)
      terminal.notice(`${passages.length} passages.`)
    })
}
