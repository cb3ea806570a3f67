import { styleText } from 'node:util'
import type { Reply } from '../conversation/reply.ts'

const WIDTH = 100

/** Breaks a line at words; continuation lines are indented under list items. */
const wrap = (line: string, indent = line.startsWith('- ') ? '  ' : ''): string => {
  const words = line.split(' ')
  const lines: string[] = []
  let current = ''
  for (const word of words) {
    if (current && current.length + 1 + word.length > WIDTH) {
      lines.push(current)
      current = `${indent}${word}`
    } else current = current ? `${current} ${word}` : word
  }
  return [...lines, current].join('\n')
}

const emphasize = (text: string): string =>
  text.replace(/\*\*([^*]+)\*\*/g, (_, words: string) => styleText('bold', words))

/** A reply for a terminal: the answer, its sources with their quotes, then what to be careful about. */
export const renderReply = ({ text, citations, caveats }: Reply): string => {
  const answer = emphasize(
    text
      .split('\n')
      .map((line) => wrap(line))
      .join('\n'),
  )
  const sources = citations.map(({ n, document, section, quote }) =>
    wrap(`[${n}] ${document} > ${section}: "${quote}"`, '    '),
  )
  const cautions = caveats.map((caveat) => wrap(`! ${caveat}`, '  '))
  return [answer, sources.length > 0 && ['Sources', ...sources].join('\n'), cautions.join('\n')]
    .filter(Boolean)
    .join('\n\n')
}
