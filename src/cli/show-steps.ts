import type { Progress, Step } from '../ports/composer.ts'
import type { Terminal } from './terminal.ts'

const WORDS: Record<Step, string> = {
  understanding: 'Understanding the question',
  reading: 'Reading',
  composing: 'Composing',
  checking: 'Checking against the sources',
}

/** Shows what a turn is at on the terminal's line of progress: with a model it takes seconds. */
export const showSteps =
  (terminal: Pick<Terminal, 'progress'>) =>
  (progress: Progress): void => {
    if (progress.type === 'step') terminal.progress(`${WORDS[progress.step]} …`)
  }
