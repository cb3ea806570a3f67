import type {
  AnyBlock,
  DataTableBlock,
  RawNumberElement,
  RawTextElement,
  RichTextBlock,
  TableBlock,
} from '@slack/types'
import type { Table, TableCell } from '../../conversation/table.ts'
import { context, section } from './elements.ts'
import { escapeText } from './escape.ts'
import { LIMITS } from './limits.ts'
import { sizeOf } from './size.ts'
import { alignedTable, cellText, firstLines } from './table-text.ts'
import { oneLine } from './text.ts'

/** Rows that are read at a glance; more are turned over in pages, and can be sorted. */
const AT_A_GLANCE = 10
const LONGEST_CELL = 500
const SHORTEST_CELL = 12
const LONGEST_CAPTION = 200

type Cell = RawTextElement | RawNumberElement

const text = (words: string): RawTextElement => ({ type: 'raw_text', text: words })

const drawnCell = (cell: TableCell, limit: number): Cell => {
  const words = cellText(cell, limit)
  return typeof cell === 'number' ? { type: 'raw_number', value: cell, text: words } : text(words)
}

const counted = (count: number, what: string): string[] =>
  count > 0 ? [`${count} more ${what}${count === 1 ? '' : 's'}`] : []

const leftOut = (rows: number, columns: number): AnyBlock[] => {
  const parts = [...counted(rows, 'row'), ...counted(columns, 'column')]
  return parts.length > 0 ? [context([`Not shown: ${parts.join(' and ')}.`])] : []
}

/** A table that is seen whole; it has no caption of its own. */
const whole = ({ caption, columns }: Table, rows: Cell[][]): AnyBlock[] => {
  const title = escapeText(oneLine(caption, LONGEST_CAPTION)).replaceAll('*', '')
  const table: TableBlock = {
    type: 'table',
    rows: rows.map((row) => row.map((cell) => text(cell.text))),
    column_settings: columns.map(({ kind }) =>
      kind === 'number' ? { align: 'right' } : { align: 'left', is_wrapped: true },
    ),
  }
  return [...(title === '' ? [] : [section(`*${title}*`)]), table]
}

/** A table that is turned over in pages, and sorted by its columns. */
const paged = ({ caption }: Table, rows: Cell[][]): DataTableBlock[] => [
  {
    type: 'data_table',
    caption: oneLine(caption, LONGEST_CAPTION) || 'Table',
    rows,
    page_size: AT_A_GLANCE,
  },
]

const lengthOf = (row: Cell[]): number => row.reduce((sum, cell) => sum + cell.text.length, 0)

/** The first rows that fit together with the heading. */
const fitting = (heading: Cell[], rows: Cell[][], room: number): Cell[][] => {
  let left = room - lengthOf(heading)
  const tooMany = rows.findIndex((row) => {
    left -= lengthOf(row)
    return left < 0
  })
  return rows.slice(0, Math.min(tooMany < 0 ? rows.length : tooMany, LIMITS.table.rows))
}

/** The table drawn natively, as much of it as there is room for, with a line that says what is left out. */
export const renderTable = (table: Table, room: number): AnyBlock[] => {
  const columns = table.columns.slice(0, LIMITS.table.columns)
  const around = sizeOf(whole(table, [])) + sizeOf(leftOut(table.rows.length, table.columns.length))
  const space = Math.min(LIMITS.table.characters, room - around)
  // The heading and one row have to fit, however long their cells are.
  const limit = Math.min(LONGEST_CELL, Math.floor(space / columns.length / 2))
  const heading = columns.map(({ name }) => text(oneLine(name, Math.max(limit, 1)) || '–'))
  const rows = table.rows.map((row) => columns.map((_, at) => drawnCell(row[at] ?? null, Math.max(limit, 1))))
  const shown = limit < SHORTEST_CELL ? [] : fitting(heading, rows, space)
  const rest = leftOut(rows.length - shown.length, table.columns.length - columns.length)
  if (shown.length === 0) return room < sizeOf(rest) ? [] : rest
  const draw = shown.length <= AT_A_GLANCE ? whole : paged
  return [...draw({ ...table, columns }, [heading, ...shown]), ...rest]
}

/** The table in letters of one width, for screens, which take no `table`, and where newer blocks are refused. */
export const letteredTable = (table: Table, room: number): AnyBlock[] => {
  const caption = context([oneLine(table.caption, LONGEST_CAPTION)])
  const limit = Math.min(LIMITS.text, room - sizeOf([caption]) - LIMITS.message.perBlock)
  if (limit < SHORTEST_CELL) return []
  const words = firstLines(alignedTable(table), limit)
  const text: RichTextBlock = {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: words }] }],
  }
  return [caption, text]
}
