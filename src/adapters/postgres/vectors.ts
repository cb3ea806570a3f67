import { AppError } from '../../errors.ts'
import type { Vector } from '../../ports/embedder.ts'

const FLOAT4 = { oid: 700, bytes: 4 }

/**
 * Refuses a vector that the store's model did not make.
 * @throws AppError `store_incompatible` on another dimension, `embedder_failed` when a component is no number.
 */
export const assertVector = (vector: Vector, dimension: number): void => {
  if (vector.length !== dimension) {
    throw new AppError(
      'store_incompatible',
      `A vector of ${vector.length} dimensions was given and the store expects ${dimension}; use the embedding model that the store was filled by, or record the new one first.`,
    )
  }
  const wrong = vector.findIndex((component: number) => !Number.isFinite(component))
  if (wrong >= 0) {
    throw new AppError(
      'embedder_failed',
      `The embedding model gave ${vector[wrong]} as component ${wrong + 1} of a vector; expected a number.`,
    )
  }
}

/** One vector as a parameter that is cast to halfvec. */
export const toHalfvec = (vector: Vector): string => `[${vector.join(',')}]`

/**
 * Many vectors, one after the other, as one parameter that is cast to float4[]: in PostgreSQL's binary form, because
 * reading numbers from text takes PGlite ten times as long.
 */
export const toFloatArray = (vectors: Vector[]): Buffer => {
  const count = vectors.reduce((sum, { length }) => sum + length, 0)
  const header = [1, 0, FLOAT4.oid, count, 1]
  const buffer = Buffer.allocUnsafe(header.length * 4 + count * (4 + FLOAT4.bytes))
  let at = 0
  for (const field of header) at = buffer.writeInt32BE(field, at)
  for (const vector of vectors)
    for (const component of vector) {
      at = buffer.writeInt32BE(FLOAT4.bytes, at)
      at = buffer.writeFloatBE(component, at)
    }
  return buffer
}
