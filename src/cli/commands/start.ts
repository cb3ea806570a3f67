import { once } from 'node:events'
import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'

export const registerStart = (program: Command, context: CommandContext): void => {
  program
    .command('start')
    .description('keep the knowledge base open and serve the other commands of this folder; Ctrl-C stops it')
    .action(async () => {
      const { serveCommands } = await import('../command-server.ts')
      const { work } = await context.app()
      const { port } = await work()
      const server = await serveCommands(context)
      context.terminal.notice(
        `Cairn is ready; http://${context.config.host}:${port}/healthz, /readyz and /metrics tell how it is. Other terminals may now run npx cairn ask, chat, search, ingest at the same time. Ctrl-C stops it.`,
      )
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
      context.terminal.notice('Stopping.')
      await server.close()
    })
}
