import type { Journal } from './composer.ts'

/** Where the model's side of turns is kept until they are finished. */
export interface TurnJournals {
  of(tenantId: string, sequence: string): Journal
}
