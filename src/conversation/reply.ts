import type { Chart } from './chart.ts'
import type { Table } from './table.ts'

/** A passage that a reply rests on; `quote` stands in the passage word for word. */
export interface Citation {
  /** The number of its mark in the text: `[1]`. */
  n: number
  type: 'passage'
  passageId: string
  document: string
  section: string
  quote: string
}

/**
 * `declined`: outside what the advisor may do. `unanswerable`: the knowledge base does not hold it.
 * `clarify`: nothing was asked that could be looked up.
 */
export type ReplyKind = 'answer' | 'declined' | 'unanswerable' | 'clarify'

/** Something to go on with: choosing it asks the question. */
export interface Choice {
  label: string
  question: string
}

/** What every channel renders: Markdown text with `[n]` marks, its sources, and what to be careful about. */
export interface Reply {
  kind: ReplyKind
  text: string
  citations: Citation[]
  caveats: string[]
  table?: Table
  chart?: Chart
  choices?: Choice[]
}
