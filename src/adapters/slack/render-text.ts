import type { SectionBlock } from '@slack/types'
import { section } from './elements.ts'
import { toMrkdwn } from './escape.ts'
import { LIMITS } from './limits.ts'
import { splitMarkdown } from './split-markdown.ts'

/** Markdown as sections; converting makes a text longer, and what became too long is cut anew. */
const sectionsOf = (text: string, limit: number): string[] =>
  splitMarkdown(text, limit)
    .flatMap((part) => {
      const words = toMrkdwn(part)
      return words.length <= LIMITS.text || limit < 2 ? [words] : sectionsOf(part, Math.floor(limit / 2))
    })
    .filter((words) => words !== '')

/** Markdown for a notice or a screen, where `markdown` blocks are not taken, in at most so many sections. */
export const renderText = (text: string, most: number): SectionBlock[] => {
  const words = sectionsOf(text, LIMITS.text)
  const shown = words.length > most ? [...words.slice(0, Math.max(0, most - 1)), '…'] : words
  return shown.map(section)
}
