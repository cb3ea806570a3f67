import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import { ComposerError } from '../../ports/composer.ts'
import { connectToRunning } from '../command-client.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

interface Check {
  name: string
  ok: boolean
  detail: string
}

export const registerDoctor = (
  program: Command,
  { terminal, config, playbook, app }: CommandContext,
): void => {
  program
    .command('doctor')
    .description(
      'check configuration, knowledge base, store, embedding model, language model and Slack; says what to fix',
    )
    .option('--json', 'print the checks as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const checks: Check[] = []
      const check = async (name: string, work: () => Promise<string>) => {
        try {
          checks.push({ name, ok: true, detail: await work() })
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          checks.push({ name, ok: false, detail: error.message })
        }
      }
      await check('runtime', async () => `Node ${process.version}`)
      await check('knowledge', async () => {
        const { entries, axes } = await playbook()
        return `${entries.length} entries, ${axes.stages.length} stages, ${axes.phases.length} phases, all valid`
      })
      const running = config.databaseUrl === undefined ? await connectToRunning(config.dataDir) : undefined
      running?.destroy()
      if (running)
        checks.push({
          name: 'store',
          ok: true,
          detail: `held by the Cairn that is started on ${config.dataDir}; other commands go through it`,
        })
      else {
        await check('store', async () => {
          const { store, passages } = await app()
          const model = await store.embeddingModel()
          const where =
            config.databaseUrl === undefined ? `embedded in ${config.dataDir}` : 'Postgres at DATABASE_URL'
          return `${where}, ${(await passages(LOCAL_TENANT)).length} passages, embedded by ${model?.name} (${model?.dimension} dimensions)`
        })
      }
      if (!running)
        await check('model', async () => {
          const { model } = await app()
          if (!model)
            return 'none: answers are made of the passages alone (MODEL and ANTHROPIC_API_KEY change that)'
          await model.probe?.().catch((error: unknown) => {
            throw error instanceof ComposerError ? new AppError('bad_config', `${error.message}.`) : error
          })
          return `${model.name} answers`
        })
      if (!running)
        await check('slack', async () => {
          if (!config.slack) return 'not connected (SLACK_BOT_TOKEN and SLACK_APP_TOKEN change that)'
          const { checkSlack } = await app()
          return checkSlack(config.slack)
        })
      if (json) terminal.line(JSON.stringify(checks))
      else
        for (const { name, ok, detail } of checks)
          terminal.line(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)} ${detail}`)
      const failed = checks.filter(({ ok }) => !ok)
      if (failed.length > 0)
        throw new AppError(
          'bad_config',
          `${failed.length} of ${checks.length} checks failed; each line above says what to do.`,
        )
    })
}
