import { readPromptFiles } from '../../src/adapters/files/prompt-files.ts'
import { createLangChainComposer, type LangChainOptions } from '../../src/adapters/langchain/composer.ts'
import { loadModel } from '../../src/adapters/langchain/load-model.ts'
import type { Ask, Claim, Composer, ComposerEvent, Composition } from '../../src/ports/composer.ts'

export const prompts = await readPromptFiles('prompts')
/** A key that is to be found in no message. */
export const KEY = 'sk-secret-of-the-test'

/** The composer on a real client of OpenAI, pointed at this address. */
export const openAIComposer = async (
  url: string,
  options: Partial<LangChainOptions> = {},
): Promise<Composer> => {
  const model = await loadModel('openai:gpt-test', { openaiKey: KEY, openaiUrl: url, ollamaUrl: '' })
  return createLangChainComposer({ model, name: 'openai:gpt-test', prompts, ...options })
}

/** What came of a composition: its events, and how it ended. */
export interface Outcome {
  events: ComposerEvent[]
  claims: Claim[]
  text: string
  composition?: Composition
  failure?: unknown
}

export const compose = async (composer: Composer, ask: Ask, signal?: AbortSignal): Promise<Outcome> => {
  const events: ComposerEvent[] = []
  const end: Pick<Outcome, 'composition' | 'failure'> = await composer
    .compose(ask, (event) => events.push(event), signal)
    .then(
      (composition) => ({ composition }),
      (failure) => ({ failure }),
    )
  const claims = events
    .filter((event) => event.type === 'claim')
    .map(({ text, cites }): Claim => ({ text, cites }))
  return { events, claims, text: claims.map(({ text }) => text).join(''), ...end }
}
