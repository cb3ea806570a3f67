import type { Command } from 'commander'
import type { Turn } from '../../conversation/thread.ts'
import { type CommandContext, LOCAL_TENANT, OPERATOR } from '../context.ts'
import { renderReply } from '../render-reply.ts'
import { showSteps } from '../show-steps.ts'

/** Turns that a conversation in the terminal remembers. */
const REMEMBERED = 40

export const registerChat = (program: Command, { terminal, app }: CommandContext): void => {
  program
    .command('chat')
    .description('talk with the advisor; follow-up questions use what was said before')
    .option('--json', 'print each reply as one JSON line')
    .addHelpText('after', '\nLeave with "exit" or Ctrl-D.')
    .action(async ({ json }: { json?: boolean }) => {
      const { advise } = await app()
      let thread: Turn[] = []
      if (!json) terminal.notice('Ask about scaling your company. "exit" or Ctrl-D ends the conversation.')
      for await (const question of terminal.read('> ')) {
        if (/^\s*[/:]?(?:exit|quit|bye|q)\s*$/i.test(question)) return
        const { reply } = await advise({
          tenantId: LOCAL_TENANT,
          question,
          viewer: OPERATOR,
          thread,
          onProgress: showSteps(terminal),
        })
        terminal.line(json ? JSON.stringify(reply) : `${renderReply(reply)}\n`)
        const cited = [...new Set(reply.citations.map(({ passageId }) => passageId))]
        thread = [...thread, { question, kind: reply.kind, answer: reply.text, cited }].slice(-REMEMBERED)
      }
    })
}
