import type { Table, TableCell } from '../../conversation/table.ts'
import { cut, oneLine } from './text.ts'

const LONGEST_CELL = 500
const SPOKEN_CELL = 100
/** Wider columns would break the lines of a table that is set in one width. */
const WIDEST = 40

/** A number as it is read: no digit that says nothing, and none lost that says something. */
const numberText = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return value.toExponential(2)
  return value.toLocaleString('en', size < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 })
}

/** What stands in a cell, as text: never empty, and never a number where there is no data. */
export const cellText = (cell: TableCell | undefined, limit = LONGEST_CELL): string => {
  if (cell === null || cell === undefined) return 'no data'
  return typeof cell === 'number' ? numberText(cell) : oneLine(cell, limit) || '–'
}

/** The table in letters of one width, its columns under each other. */
export const alignedTable = ({ columns, rows }: Table): string => {
  const lines = [
    columns.map(({ name }) => oneLine(name, WIDEST)),
    ...rows.map((row) => row.map((cell) => cellText(cell, WIDEST))),
  ]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, at) =>
          columns[at]?.kind === 'number' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Rows that are read aloud; whoever wants more looks at the table. */
const READ_OUT = 30

const spokenRow = (row: TableCell[], columns: Table['columns']): string => {
  const [first, ...rest] = row.map((cell) => cellText(cell, SPOKEN_CELL))
  const named = rest.map((words, at) => `${oneLine(columns[at + 1]?.name ?? '', SPOKEN_CELL)}: ${words}`)
  return named.length > 0 ? `- ${first}: ${named.join(', ')}` : `- ${first}`
}

/** The table as it is read aloud: each row with the name of what stands in it. */
export const spokenTable = ({ caption, columns, rows }: Table): string => {
  const more = rows.length - READ_OUT
  return [
    `${oneLine(caption, 200)}:`,
    ...rows.slice(0, READ_OUT).map((row) => spokenRow(row, columns)),
    ...(more > 0 ? [`- and ${more} more ${more === 1 ? 'row' : 'rows'}`] : []),
  ].join('\n')
}

const escaped = (cell: string) => cell.replace(/[\\|]/g, '\\$&')

/** The table in Markdown, whole. */
export const markdownTable = ({ caption, columns, rows }: Table): string =>
  [
    `**${oneLine(caption, 200)}**`,
    '',
    `| ${columns.map(({ name }) => escaped(oneLine(name, 80))).join(' | ')} |`,
    `| ${columns.map(({ kind }) => (kind === 'number' ? '--:' : '---')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.map((cell) => escaped(cellText(cell, 2_000))).join(' | ')} |`),
  ].join('\n')

/** The first lines of a text that has to stand whole, line by line, within so many characters. */
export const firstLines = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  const end = text.lastIndexOf('\n', limit - 2)
  return end > 0 ? `${text.slice(0, end)}\n…` : cut(text, limit)
}
