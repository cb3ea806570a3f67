import type { Chart } from './chart.ts'
import type { Table } from './table.ts'

/** A button: pressing it performs the action of that name with the value. */
export interface Button {
  action: string
  value: string
  label: string
  style?: 'primary' | 'danger'
  /** Asked before anything happens. */
  confirm?: { title: string; text: string; yes: string }
}

/** A piece of a screen: what it says in Markdown, and what can be done about it. */
export interface Card {
  id: string
  title: string
  text: string
  table?: Table
  chart?: Chart
  buttons: Button[]
}

interface FieldBase {
  name: string
  label: string
  hint?: string
  optional?: boolean
}

/** Something to fill in. Every value comes back as text, read by whoever made the form. */
export type Field = FieldBase &
  (
    | { kind: 'text'; initial?: string; multiline?: boolean; maxLength: number }
    | { kind: 'number'; initial?: number; bounds: readonly [number, number]; whole: boolean }
    | { kind: 'choice'; options: { value: string; label: string }[]; initial?: string }
    /** `true` or `false`. */
    | { kind: 'switch'; initial: boolean }
    /** The platform's id of a user. */
    | { kind: 'person'; initial?: string }
    /** The platform's id of a conversation. */
    | { kind: 'channel'; initial?: string }
    /** A file from the person's own device, of one of the endings given. */
    | { kind: 'file'; endings: readonly string[] }
  )

/** A dialog: handing it in performs the action of that name with the value and what was filled in. */
export interface Form {
  action: string
  value: string
  /** At most 24 characters. */
  title: string
  submit: string
  /** Markdown above the fields. */
  text?: string
  fields: Field[]
}

/** A dialog that is only read. */
export interface Panel {
  /** At most 24 characters. */
  title: string
  cards: Card[]
}
