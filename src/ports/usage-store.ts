import type { ModelUsage } from './composer.ts'

/** One call of a model, as it is kept. */
export interface ModelCall extends ModelUsage {
  turnId: string
  personId?: string
  promptVersion?: string
  /** In US dollars; undefined when the model's price is not known. */
  costUsd?: number
}

/** Calls of a model summed up over one day (UTC) or one person. */
export interface UsageLine {
  /** `2026-03-01`, or the person's id; empty for calls of no person. */
  key: string
  model: string
  answers: number
  calls: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  costUsd: number
  /** Calls whose model has no known price, which `costUsd` leaves out. */
  unpricedCalls: number
}

/** What models took, by tenant. Days are UTC, times the store's. */
export interface UsageStore {
  record(tenantId: string, calls: ModelCall[]): Promise<void>
  /** US dollars of priced calls since the day began. */
  spentToday(tenantId: string): Promise<number>
  /** Answers that a model composed for a person within the last hour. */
  answersWithinHour(tenantId: string, personId: string): Promise<number>
  /** Newest day or most expensive person first. */
  summary(tenantId: string, by: 'day' | 'person', days: number): Promise<UsageLine[]>
}
