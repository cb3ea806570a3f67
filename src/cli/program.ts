import { Command, CommanderError } from 'commander'
import { AppError } from '../errors.ts'
import { registerAsk } from './commands/ask.ts'
import { registerBackup } from './commands/backup.ts'
import { registerChat } from './commands/chat.ts'
import { registerData } from './commands/data.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerEval } from './commands/eval.ts'
import { registerIngest } from './commands/ingest.ts'
import { registerJobs } from './commands/jobs.ts'
import { registerKnowledge } from './commands/knowledge.ts'
import { registerSearch } from './commands/search.ts'
import { registerSettings } from './commands/settings.ts'
import { registerSlack } from './commands/slack.ts'
import { registerStage } from './commands/stage.ts'
import { registerStart } from './commands/start.ts'
import { registerTools } from './commands/tools.ts'
import { registerUsage } from './commands/usage.ts'
import type { CommandContext } from './context.ts'

const COMMANDS = [
  registerAsk,
  registerChat,
  registerSearch,
  registerIngest,
  registerKnowledge,
  registerStage,
  registerEval,
  registerStart,
  registerSlack,
  registerJobs,
  registerUsage,
  registerTools,
  registerData,
  registerSettings,
  registerBackup,
  registerDoctor,
]

const createProgram = (context: CommandContext): Command => {
  const { terminal } = context
  const program = new Command('cairn')
    .description('Cairn advises on scaling a company: cited answers from a knowledge base.')
    .helpCommand(true)
    .showSuggestionAfterError()
    .showHelpAfterError('(npx cairn --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.line(text.trimEnd()),
      writeErr: (text) => terminal.notice(text.trimEnd()),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
  for (const register of COMMANDS) register(program, context)
  return program
}

/** Runs one command line, without the program's name; returns its exit code. Every failure is one clear sentence. */
export const runCommand = async (words: string[], context: CommandContext): Promise<number> => {
  try {
    await createProgram(context).parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof AppError) {
      context.terminal.notice(error.message)
      return 1
    }
    throw error
  }
}
