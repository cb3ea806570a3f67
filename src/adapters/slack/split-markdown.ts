import { toMarkdown } from './escape.ts'
import { type Piece, piecesOf } from './markdown-pieces.ts'
import { clean } from './text.ts'

/** What a text takes when it is sent: escaping makes some characters several. */
const lengthOf = (text: string): number => toMarkdown(text).length

/** Joins neighbours as long as they fit together. */
const pack = (parts: string[], limit: number, glue: string): string[] => {
  const packed: string[] = []
  let size = 0
  for (const part of parts) {
    const more = lengthOf(part)
    const last = packed.at(-1)
    if (last !== undefined && size + glue.length + more <= limit) {
      packed[packed.length - 1] = `${last}${glue}${part}`
      size += glue.length + more
    } else {
      packed.push(part)
      size = more
    }
  }
  return packed
}

const halves = (text: string): string[] => {
  const middle = Math.ceil(text.length / 2)
  // Not between the two halves of a surrogate pair.
  const at = /[\ud800-\udbff]/.test(text.charAt(middle - 1)) ? middle - 1 : middle
  return [text.slice(0, at), text.slice(at)]
}

/** Borders at which a paragraph may be cut, the best first: items and lines, then sentences, then words. */
const BORDERS: { border: RegExp; glue: string }[] = [
  { border: /\n(?=\s{0,3}(?:[-*+]|\d+[.)])\s)/, glue: '\n' },
  { border: /\n/, glue: '\n' },
  { border: /(?<=[.!?…]["')\]]*) (?!\[\d)/, glue: ' ' },
  { border: / /, glue: ' ' },
]

/** Parts that are too long after all, cut wherever it may be: together, some read as other Markdown than apart. */
const within = (parts: string[], limit: number): string[] =>
  parts.flatMap((part) => (lengthOf(part) <= limit || part.length < 2 ? [part] : within(halves(part), limit)))

const cutText = (text: string, limit: number, from = 0): string[] => {
  if (lengthOf(text) <= limit) return [text]
  const how = BORDERS[from]
  if (!how) return pack(within([text], limit), limit, '')
  const parts = text.split(how.border).flatMap((part) => cutText(part, limit, from + 1))
  return within(pack(parts, limit, how.glue), limit)
}

/** Fenced code in parts that are fenced each, cut between lines. */
const cutCode = (code: string, limit: number): string[] => {
  const [opening = '```', ...rest] = code.split('\n')
  const fence = /[`~]{3,}/.exec(opening)?.[0] ?? '```'
  const isClosed = rest.at(-1)?.trim().startsWith(fence) === true
  const body = (isClosed ? rest.slice(0, -1) : rest).join('\n')
  const room = limit - opening.length - fence.length - 2
  // A fence that leaves no room for code is no fence.
  if (room < fence.length + opening.length) return cutText(code, limit)
  return cutText(body, room, 1).map((part) => `${opening}\n${part}\n${fence}`)
}

/** A table in parts that have its heading each. */
const cutTable = (table: string, limit: number): string[] => {
  const [heading = '', delimiters = '', ...rows] = table.split('\n')
  const top = `${heading}\n${delimiters}`
  const room = limit - lengthOf(top) - 1
  if (rows.some((row) => lengthOf(row) > room)) return cutText(table, limit)
  return pack(rows, room, '\n').map((part) => `${top}\n${part}`)
}

const cutPiece = ({ kind, text }: Piece, limit: number): string[] => {
  if (lengthOf(text) <= limit) return [text]
  if (kind === 'code') return cutCode(text, limit)
  return kind === 'table' ? cutTable(text, limit) : cutText(text, limit)
}

/**
 * A Markdown text in parts of at most so many characters as sent, cut between paragraphs where that is possible, and
 * else between items, lines, sentences or words. Each part stands by itself: code is fenced again.
 */
export const splitMarkdown = (text: string, limit: number): string[] => {
  const parts = piecesOf(clean(text)).flatMap((piece) => cutPiece(piece, limit))
  return within(pack(parts, limit, '\n\n'), limit)
}
