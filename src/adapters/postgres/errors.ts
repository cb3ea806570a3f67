import { AppError } from '../../errors.ts'

const NETWORK = /^(?:ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT$)/
/** Connection errors (08), a server that stops, crashes or still starts (57P), and too many connections. */
const UNAVAILABLE = /^(?:08|57P0|53300)/
/** `pg` reports these without a code. */
const CONNECTION_LOST =
  /connection terminated|timeout expired|timeout exceeded when trying to connect|not queryable/i

/** The SQLSTATE or system error code of an error, or an empty text. */
export const codeOf = (error: unknown): string => {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

/**
 * Translates what the database, its driver or the file system threw into an AppError: `disk_full`,
 * `store_unreachable`, `bad_config` or `not_found`. An error of another kind comes back as it is.
 * @param place the database as a person would name it, without a password.
 */
export const toStoreError = (error: unknown, place = 'the database'): unknown => {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const code = codeOf(error)
  const at = place.charAt(0).toUpperCase() + place.slice(1)
  const because = { cause: error }
  if (/^(?:ENOSPC|EDQUOT|53100)$/.test(code) || /no space left on device/i.test(error.message)) {
    return new AppError(
      'disk_full',
      `The disk that holds ${place} is full; free some space and try again.`,
      because,
    )
  }
  if (NETWORK.test(code) || UNAVAILABLE.test(code) || CONNECTION_LOST.test(error.message)) {
    const found = code ? ` (${code})` : ''
    return new AppError(
      'store_unreachable',
      `${at} does not answer${found}; start it, or correct DATABASE_URL.`,
      because,
    )
  }
  if (code.startsWith('28') || /password must be a string/.test(error.message)) {
    return new AppError(
      'bad_config',
      `${at} refused the user or the password; correct them in DATABASE_URL.`,
      because,
    )
  }
  if (code === '3D000') {
    return new AppError(
      'bad_config',
      `${at} does not exist; create it with createdb, or correct DATABASE_URL.`,
      because,
    )
  }
  if (code === '25006') {
    return new AppError(
      'bad_config',
      `${at} is read-only; point DATABASE_URL to the primary server.`,
      because,
    )
  }
  if (code === '23503' && 'constraint' in error && /tenant_id_fkey$/.test(String(error.constraint))) {
    return new AppError(
      'not_found',
      'The tenant that this belongs to is not in the store; create it first.',
      because,
    )
  }
  return error
}

/**
 * Translates an error of the file system on the embedded data directory: `disk_full`, or `bad_config` when it
 * cannot be made or written to. Anything else comes back as it is.
 */
export const toDirectoryError = (error: unknown, directory: string): unknown => {
  const code = codeOf(error)
  if (/^(?:EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|ENOENT|ELOOP|ENAMETOOLONG|EINVAL)$/.test(code)) {
    return new AppError(
      'bad_config',
      `The data directory ${directory} cannot be written to (${code}); correct its permissions, or set CAIRN_DATA_DIR to another directory.`,
      { cause: error },
    )
  }
  return toStoreError(error, directory)
}
