import { once } from 'node:events'
import { type Command, Option } from 'commander'
import { AppError } from '../../errors.ts'
import type { CommandContext } from '../context.ts'

interface Options {
  only?: 'receive' | 'work'
  port?: number
}

const parsePort = (text: string): number => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new AppError('bad_input', `"${text.slice(0, 20)}" is no port; expected a number from 0 to 65535.`)
}

/** A worker is also to stop when the process that it works for is gone. */
const untilAskedToStop = async (): Promise<void> => {
  if (process.connected === false) return
  const asked = ['SIGINT', 'SIGTERM', ...(process.connected ? ['disconnect'] : [])]
  await Promise.race(asked.map((name) => once(process, name)))
  if (process.connected) process.disconnect()
}

export const registerStart = (program: Command, context: CommandContext): void => {
  program
    .command('start')
    .description(
      'answer in every configured channel, and serve the other commands of this folder; Ctrl-C stops it',
    )
    .addOption(
      new Option(
        '--only <part>',
        'with Postgres, do one part of the work: take messages in, or answer them',
      ).choices(['receive', 'work']),
    )
    .option('--port <number>', 'serve here instead of PORT; 0 takes a free one', parsePort)
    .action(async ({ only, port }: Options) => {
      const { config, terminal } = context
      const { databaseUrl, host, workers } = config
      if (only && databaseUrl === undefined)
        throw new AppError(
          'bad_config',
          '--only needs DATABASE_URL: the embedded store has room for one process alone.',
        )
      const isWorker = only === 'work'
      const processes = only || databaseUrl === undefined ? 0 : workers
      const { work } = await context.app()
      const served = await work({
        receives: !isWorker,
        answers: only !== 'receive' && processes === 0,
        ...(port === undefined ? {} : { port }),
      })
      const [{ serveCommands }, { startWorkerProcesses }] = await Promise.all([
        import('../command-server.ts'),
        import('../worker-processes.ts'),
      ])
      const stops = [
        startWorkerProcesses(processes, terminal).stop,
        ...(only ? [] : [(await serveCommands(context)).close]),
      ]
      const channels =
        served.channels.length > 0 ? `in ${served.channels.join(' and ')}` : 'without a channel'
      terminal.notice(
        isWorker
          ? 'A worker is ready.'
          : `Cairn is ready ${channels}; http://${host}:${served.port}/healthz, /readyz and /metrics tell how it is. Other terminals may now run npx cairn ask, chat, search, ingest at the same time. Ctrl-C stops it.`,
      )
      await untilAskedToStop()
      if (!isWorker) terminal.notice('Stopping.')
      await Promise.all(stops.map((stop) => stop()))
    })
}
