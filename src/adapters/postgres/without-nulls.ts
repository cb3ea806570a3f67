/** A row as the database gives it: where an optional property has no value, its column is null. */
export type WithNulls<Row> = { [Column in keyof Row]-?: Row[Column] | null }

/** The row with its nulls left out, as optional properties are. */
export const withoutNulls = <Row extends object>(row: WithNulls<Row>): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row
