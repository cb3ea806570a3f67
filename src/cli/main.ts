import { type App, createApp, readPlaybook } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { connectToRunning, runRemotely } from './command-client.ts'
import type { CommandContext } from './context.ts'
import { runCommand } from './program.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Commands that need the store, and so go through a running Cairn when there is one. */
const ON_THE_STORE = new Set([
  'ask',
  'chat',
  'search',
  'ingest',
  'knowledge',
  'eval',
  'jobs',
  'usage',
  'tools',
  'data',
  'settings',
  'backup',
  'restore',
])

const throughRunning = async (
  words: string[],
  config: Config,
  terminal: Terminal,
): Promise<number | undefined> => {
  if (
    config.databaseUrl !== undefined ||
    !ON_THE_STORE.has(words[0] ?? '') ||
    words.includes('--help') ||
    words.includes('-h')
  )
    return undefined
  const socket = await connectToRunning(config.dataDir)
  return socket && runRemotely(socket, words, terminal)
}

/** The command line: reads the configuration, runs one command, closes what it opened. Returns the exit code. */
export const main = async (words: string[], env: Record<string, string | undefined>): Promise<number> => {
  const terminal = processTerminal()
  let opened: Promise<App> | undefined
  try {
    const config = readConfig(env, process.cwd())
    const remote = await throughRunning(words, config, terminal)
    if (remote !== undefined) return remote
    const context: CommandContext = {
      terminal,
      config,
      playbook: readPlaybook,
      app: () =>
        (opened ??= createApp(config, {
          logger: createLogger(config),
          onProgress: terminal.progress,
          serves: words[0] === 'start',
        })),
    }
    return await runCommand(words.length > 0 ? words : ['--help'], context)
  } catch (error) {
    if (!(error instanceof AppError)) {
      terminal.notice(
        `Cairn stopped on an error of its own: ${error instanceof Error ? error.message : String(error)}. Please report it; LOG_LEVEL=debug shows more.`,
      )
      if (env.LOG_LEVEL === 'debug' || env.LOG_LEVEL === 'trace')
        terminal.notice(error instanceof Error ? (error.stack ?? '') : '')
      return 1
    }
    terminal.notice(error.message)
    return 1
  } finally {
    const app = await opened?.catch(() => undefined)
    await app?.close()
  }
}
