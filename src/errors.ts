/** What went wrong, as a stable code that callers may branch on. */
export type ErrorCode =
  | 'bad_input'
  | 'bad_config'
  | 'bad_knowledge'
  | 'store_locked'
  | 'store_unreachable'
  | 'store_incompatible'
  | 'disk_full'
  | 'embedder_failed'
  | 'not_found'

/**
 * An error that a person may read as it stands: `message` is one sentence that says what was found, what was
 * expected and what to do. The technical reason, if any, is the `cause` and is shown to operators only.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
