import type { ModelUsage } from './composer.ts'

/** Reads questions with a small model. */
export interface QuestionReader {
  /**
   * A question of another language in English, in which the shared knowledge is written. It is for finding alone: the
   * question that is answered is the one that was asked. Undefined when it could not be read.
   */
  inEnglish(
    question: string,
    signal?: AbortSignal,
  ): Promise<{ english: string | undefined; usage: ModelUsage[] }>
}
