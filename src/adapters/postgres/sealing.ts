import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { AppError } from '../../errors.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals and opens secrets. What was sealed for one place does not open at another. */
export interface Sealing {
  seal(text: string, place: string): string
  open(sealed: string, place: string): string
  /** True when it was sealed by an older key, and should be sealed anew. */
  isOld(sealed: string): boolean
}

const idOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 12)

/**
 * Makes a sealing from the keys of ENCRYPTION_KEY: each 32 bytes in base64, separated by commas. The first one seals,
 * all of them open, so that a key is rotated by putting a new one in front.
 * @throws AppError `bad_config` when there is no key, or one is no key.
 */
export const createSealing = (keys: string | undefined): Sealing => {
  const parsed = (keys ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
    .map((key) => Buffer.from(key, 'base64'))
  if (parsed.length === 0 || parsed.some(({ length }) => length !== KEY_BYTES))
    throw new AppError(
      'bad_config',
      'ENCRYPTION_KEY is not set or not of 32 bytes in base64, and a secret has to be stored; set it to the output of: openssl rand -base64 32',
    )
  const byId = new Map(parsed.map((key) => [idOf(key), key]))
  const [current] = parsed as [Buffer]
  const keyOf = (sealed: string) => sealed.split('.')[1] ?? ''

  return {
    seal: (text, place) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, current, nonce).setAAD(Buffer.from(place))
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.${idOf(current)}.${body.toString('base64url')}`
    },
    open: (sealed, place) => {
      const key = byId.get(keyOf(sealed))
      if (!key)
        throw new AppError(
          'bad_config',
          'A stored secret was sealed by a key that ENCRYPTION_KEY does not hold; add the old key behind the new one, separated by a comma.',
        )
      const body = Buffer.from(sealed.split('.')[2] ?? '', 'base64url')
      try {
        const decipher = createDecipheriv(ALGORITHM, key, body.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(place))
          .setAuthTag(body.subarray(-TAG_BYTES))
        return (
          decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)).toString('utf8') + decipher.final('utf8')
        )
      } catch (cause) {
        throw new AppError('store_incompatible', 'A stored secret is damaged or was moved; enter it again.', {
          cause,
        })
      }
    },
    isOld: (sealed) => keyOf(sealed) !== idOf(current),
  }
}
