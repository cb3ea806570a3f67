/** What models are told. */
export interface Prompts {
  /** Who the advisor is, what it may say and in which form. */
  advisor: string
  /** How to write failed sentences anew. */
  rewrite: string
  /** How a model without citations of its own marks what its sentences rest on. */
  marks: string
  /** How to read a question of another language. */
  reading: string
  /** Changes with every change of a prompt; kept with every turn. */
  version: string
}
