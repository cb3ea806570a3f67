import type { ModelUsage } from '../ports/composer.ts'

/** US dollars for a million tokens. */
export interface Price {
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
}

const price = (input: number, output: number, cacheRead = input * 0.1): Price => ({
  input,
  output,
  cacheRead,
  // Kept for five minutes.
  cacheWrite: input * 1.25,
})

/**
 * Published prices of Claude's models, by how their names begin: https://platform.claude.com/docs/en/about-claude/pricing,
 * as of October 2026. The one with the longest name that fits counts. Haiku 5.5 costs more for prompts above 100,000
 * tokens, which Cairn's never reach.
 */
const PRICES: Record<string, Price> = {
  'claude-sonnet-5-5': price(2, 10, 0.1),
  'claude-haiku-5-5': price(0.1, 0.5),
  'claude-opus-5-5': price(4, 20, 0.2),
  'claude-fable-5-1': price(10, 50, 0.25),
  'claude-mythos-5-1': price(10, 50, 0.25),
  'claude-fable-5': price(10, 50),
  'claude-mythos-5': price(10, 50),
  'claude-opus-5': price(5, 25),
  'claude-opus-4': price(5, 25),
  'claude-sonnet-5': price(2, 10),
  'claude-sonnet-4': price(3, 15),
  'claude-haiku-4-5': price(1, 5),
}

/** A price as it is configured: `2/10`, for input and output; cached input is taken as a tenth. */
export const parsePrice = (text: string): Price | undefined => {
  const [input, output] = text.split('/').map((part) => Number(part.trim() || Number.NaN))
  return input !== undefined && output !== undefined && input >= 0 && output >= 0
    ? price(input, output)
    : undefined
}

/** The price of a model, on whatever platform it runs; undefined when it is not known. */
const priceOf = (model: string): Price | undefined => {
  const name = model.replace(/^.*?(?=claude-)/, '')
  const known = Object.keys(PRICES).filter((prefix) => name.startsWith(prefix))
  return PRICES[known.sort((a, b) => b.length - a.length)[0] ?? '']
}

/** What a call cost in US dollars; undefined without a price. */
export const costOf = (usage: ModelUsage, given: Price | undefined): number | undefined => {
  const at = given ?? priceOf(usage.model)
  return (
    at &&
    (usage.inputTokens * at.input +
      usage.outputTokens * at.output +
      usage.cacheReadTokens * at.cacheRead +
      usage.cacheWriteTokens * at.cacheWrite) /
      1e6
  )
}
