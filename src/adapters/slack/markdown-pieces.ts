/** A part of a Markdown text that stands by itself: a paragraph or list, a table, or fenced code. */
export interface Piece {
  kind: 'text' | 'table' | 'code'
  text: string
}

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/
const DELIMITERS = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/

const closes = (line: string, fence: string): boolean => {
  const rest = line.trim()
  return rest.length >= fence.length && rest === fence.charAt(0).repeat(rest.length)
}

const ofLines = (lines: string[]): Piece => ({
  kind: lines[0]?.includes('|') && lines[1]?.includes('-') && DELIMITERS.test(lines[1]) ? 'table' : 'text',
  text: lines.join('\n'),
})

/** The pieces of a Markdown text, in order. Joined by empty lines, they read as the text does. */
export const piecesOf = (markdown: string): Piece[] => {
  const pieces: Piece[] = []
  let lines: string[] = []
  let fence: string | undefined
  const finish = (kind?: 'code') => {
    if (lines.length > 0) pieces.push(kind ? { kind, text: lines.join('\n') } : ofLines(lines))
    lines = []
  }
  for (const line of markdown.split('\n')) {
    const opening = fence === undefined ? FENCE.exec(line)?.[1] : undefined
    if (fence !== undefined) {
      lines.push(line)
      if (!closes(line, fence)) continue
      finish('code')
      fence = undefined
    } else if (opening !== undefined) {
      finish()
      lines.push(line)
      fence = opening
    } else if (line.trim() === '') finish()
    else lines.push(line)
  }
  finish(fence === undefined ? undefined : 'code')
  return pieces
}

/** Stretches of a paragraph, code spans apart from the rest. Takes one pass, whatever stands there. */
export const spansOf = (text: string): { isCode: boolean; text: string }[] => {
  const ticks = [...text.matchAll(/`+/g)].map(({ 0: { length }, index }) => ({ index, length }))
  const nextOfLength = new Map<number, number>()
  const closing = ticks
    .map((_, at) => at)
    .reverse()
    .map((at) => {
      const { length } = ticks[at] as { length: number }
      const next = nextOfLength.get(length)
      nextOfLength.set(length, at)
      return next
    })
    .reverse()
  const spans: { isCode: boolean; text: string }[] = []
  let done = 0
  for (let at = 0; at < ticks.length; at++) {
    const close = ticks[closing[at] ?? -1]
    const open = ticks[at]
    if (!close || !open) continue
    spans.push({ isCode: false, text: text.slice(done, open.index) })
    done = close.index + close.length
    spans.push({ isCode: true, text: text.slice(open.index, done) })
    at = closing[at] as number
  }
  return [...spans, { isCode: false, text: text.slice(done) }].filter((span) => span.text !== '')
}
