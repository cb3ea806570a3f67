import { type Command, InvalidArgumentError } from 'commander'
import { readSettings } from '../../org/settings.ts'
import type { UsageLine } from '../../ports/usage-store.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

interface Options {
  tenant: string
  by: 'day' | 'person'
  days: number
  json?: boolean
}

const daysOf = (text: string): number => {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new InvalidArgumentError('Expected a whole number of days from 1 to 3650.')
  return days
}

const keyOf = (text: string): 'day' | 'person' => {
  if (text !== 'day' && text !== 'person') throw new InvalidArgumentError('Expected day or person.')
  return text
}

/** Share of the input that the provider's cache held: 0..1, undefined without input. */
const cacheHitRate = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: UsageLine): number | undefined => {
  const input = inputTokens + cacheReadTokens + cacheWriteTokens
  return input > 0 ? cacheReadTokens / input : undefined
}

const asLine = (line: UsageLine): string => {
  const { key, model, answers, calls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = line
  const input = inputTokens + cacheReadTokens + cacheWriteTokens
  const hits = cacheHitRate(line)
  const cost = line.unpricedCalls === calls ? 'price unknown' : `$${line.costUsd.toFixed(4)}`
  return [
    key || '(operator)',
    model,
    `${answers} answers`,
    `${calls} calls`,
    `${input.toLocaleString('en')} tokens in`,
    hits === undefined ? 'no input' : `${Math.round(hits * 100)}% of them cached`,
    `${outputTokens.toLocaleString('en')} out`,
    line.unpricedCalls > 0 && line.unpricedCalls < calls
      ? `${cost} and ${line.unpricedCalls} calls unpriced`
      : cost,
  ].join('  ')
}

export const registerUsage = (program: Command, { terminal, app, config }: CommandContext): void => {
  program
    .command('usage')
    .description('what language models took: answers, tokens, cache hits and cost')
    .option('--by <key>', 'sum up by day (UTC) or person', keyOf, 'day')
    .option('--days <count>', 'how far back', daysOf, 30)
    .option('--tenant <id>', 'the organization', LOCAL_TENANT)
    .option('--json', 'print the lines as JSON')
    .action(async ({ tenant, by, days, json }: Options) => {
      const { usage, settings } = await app()
      const lines = await usage.summary(tenant, by, days)
      const budget = (await readSettings(settings, tenant))['budget.usd_per_day']
      const spent = await usage.spentToday(tenant)
      if (json) {
        const rated = lines.map((line) => ({ ...line, cacheHitRate: cacheHitRate(line) ?? null }))
        terminal.line(JSON.stringify({ lines: rated, spentTodayUsd: spent, budgetUsdPerDay: budget }))
        return
      }
      if (lines.length === 0)
        terminal.line(
          config.model
            ? `No model was called in the last ${days} days.`
            : 'No model is configured: answers are made of the passages alone. MODEL and ANTHROPIC_API_KEY in .env.example say how to use one.',
        )
      for (const line of lines) terminal.line(asLine(line))
      if (lines.length > 0) terminal.line(`Today: $${spent.toFixed(4)} of a budget of $${budget}.`)
    })
}
