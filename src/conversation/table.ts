import { z } from 'zod'

/** What stands in one cell; null where there is no data, which is shown as such and never as 0. */
const cell = z.union([z.string().max(2_000), z.number().finite(), z.null()])

const schema = z.strictObject({
  /** What the table shows, also for whoever cannot see it. */
  caption: z.string().min(1).max(200),
  /** Headings, left to right. Columns of numbers are set flush right. */
  columns: z
    .array(z.strictObject({ name: z.string().min(1).max(80), kind: z.enum(['text', 'number']) }))
    .min(1)
    .max(20),
  rows: z.array(z.array(cell)).min(1).max(400),
})

/** A table as data: every channel draws the same rows, natively where it can. The first column names the row. */
export type Table = z.infer<typeof schema>
export type TableCell = z.infer<typeof cell>

/** Checks a table from outside: every row has one cell for each column. */
export const tableSchema = schema.superRefine(({ columns, rows }, context) => {
  const wrong = rows.findIndex((row) => row.length !== columns.length)
  if (wrong >= 0)
    context.addIssue({
      code: 'custom',
      message: `row ${wrong + 1} has ${rows[wrong]?.length} cells; expected ${columns.length}`,
    })
})
