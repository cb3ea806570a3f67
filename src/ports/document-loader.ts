/** A file as Markdown: what every format is turned into before it is cut into passages. */
export interface LoadedDocument {
  title: string
  markdown: string
}

/**
 * Reads the bytes of a file of the given name.
 * @throws AppError `bad_input` with one sentence that says why it cannot be read and what to do.
 */
export type DocumentLoader = (name: string, bytes: Uint8Array) => Promise<LoadedDocument>

/** The files that documents are ingested from. */
export interface DocumentFiles {
  /** Every file at or below the paths, in order; a path that does not exist comes back as missing. */
  list(paths: string[]): Promise<{ found: string[]; missing: string[] }>
  read(path: string): Promise<Uint8Array>
}
