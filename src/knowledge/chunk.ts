import { marked, type Token, type Tokens } from 'marked'
import { cleanText } from '../conversation/clean-text.ts'
import type { PassageStyle } from '../ports/knowledge-store.ts'

/** A stretch of a document that can be read and cited by itself. */
export interface Chunk {
  /** Headings above it, joined by ` > `; empty before the first. */
  section: string
  body: string
  style: PassageStyle
}

/** Changes when the same bytes would be cut otherwise, so that documents are indexed anew. */
export const CHUNKER_VERSION = 1
/** Characters of a passage; a list or table stays whole up to the second. */
const LONGEST = { text: 600, list: 1_000 }

interface Block {
  text: string
  style: PassageStyle
}

/** Inline Markdown and HTML as the words that a reader sees. */
const plain = (text: string): string =>
  cleanText(
    text
      .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/<[^>\n]*>/g, '')
      .replace(/(\*\*|__|\*|`)(\S(?:.*?\S)?)\1/g, '$2'),
  ).replace(/\s*\n\s*/g, ' ')

const itemLines = (list: Tokens.List, depth = 0): string[] =>
  list.items.flatMap((item) => {
    const own = item.tokens
      .filter((token) => token.type !== 'list')
      .map((token) => ('text' in token ? plain(String(token.text)) : ''))
    const nested = item.tokens.filter((token): token is Tokens.List => token.type === 'list')
    return [
      `${'  '.repeat(depth)}- ${own.join(' ').trim()}`,
      ...nested.flatMap((inner) => itemLines(inner, depth + 1)),
    ]
  })

const tableLines = ({ header, rows }: Tokens.Table): string[] =>
  rows.map(
    (row) =>
      `- ${row.map((cell, column) => [plain(header[column]?.text ?? ''), plain(cell.text)].filter(Boolean).join(': ')).join('; ')}`,
  )

/** Cuts text at the last space before the limit, again and again. */
const cutAtSpaces = (text: string, limit: number): string[] => {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limit) {
    const space = rest.lastIndexOf(' ', limit)
    const end = space > 0 ? space : limit
    pieces.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  return rest ? [...pieces, rest] : pieces
}

/** Joins pieces, in order, to texts within the limit. */
const pack = (pieces: string[], limit: number, joint: string): string[] => {
  const packed: string[] = []
  for (const piece of pieces.flatMap((text) => (text.length > limit ? cutAtSpaces(text, limit) : [text]))) {
    const last = packed.at(-1)
    if (last !== undefined && last.length + joint.length + piece.length <= limit)
      packed[packed.length - 1] = last + joint + piece
    else packed.push(piece)
  }
  return packed
}

const sentencesOf = (text: string): string[] =>
  [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)]
    .map(({ segment }) => segment.trim())
    .filter(Boolean)

const listBlocks = (lines: string[]): Block[] =>
  pack(lines, LONGEST.list, '\n').map((text) => ({ text, style: 'list' }))

const blocksOf = (token: Token): Block[] => {
  switch (token.type) {
    case 'list':
      return listBlocks(itemLines(token as Tokens.List))
    case 'table':
      return listBlocks(tableLines(token as Tokens.Table))
    case 'blockquote':
      return (token.tokens ?? []).flatMap(blocksOf)
    case 'space':
    case 'hr':
    case 'def':
      return []
    default: {
      const text = plain('text' in token ? String(token.text) : token.raw)
      return pack(sentencesOf(text), LONGEST.text, ' ').map((piece) => ({ text: piece, style: 'prose' }))
    }
  }
}

/** Joins the blocks of a section to passages; a sentence that opens a list stays with it. */
const joinBlocks = (section: string, blocks: Block[]): Chunk[] => {
  const chunks: Chunk[] = []
  for (const { text, style } of blocks) {
    const last = chunks.at(-1)
    const opens = last?.style === 'prose' && style === 'list' && last.body.endsWith(':')
    const limit = opens ? LONGEST.list : LONGEST.text
    if (last && (opens || last.style === style) && last.body.length + 1 + text.length <= limit) {
      last.body += `\n${text}`
      last.style = style
    } else chunks.push({ section, body: text, style })
  }
  return chunks
}

/**
 * Cuts Markdown into passages at its headings: at most 600 characters, lists and tables whole up to 1,000, never
 * inside a sentence unless the sentence alone is longer. Every word of the text is in some passage, in order.
 */
export const chunkMarkdown = (markdown: string): Chunk[] => {
  const path: { depth: number; title: string }[] = []
  const sections: { section: string; blocks: Block[] }[] = [{ section: '', blocks: [] }]
  for (const token of marked.lexer(markdown)) {
    if (token.type !== 'heading') {
      sections.at(-1)?.blocks.push(...blocksOf(token))
      continue
    }
    const { depth, text } = token as Tokens.Heading
    while ((path.at(-1)?.depth ?? 0) >= depth) path.pop()
    path.push({ depth, title: plain(text) })
    sections.push({ section: path.map(({ title }) => title).join(' > '), blocks: [] })
  }
  return sections.flatMap(({ section, blocks }) =>
    joinBlocks(
      section,
      blocks.filter(({ text }) => text !== ''),
    ),
  )
}
