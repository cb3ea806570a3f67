import { hash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Embedder, Vector } from '../../ports/embedder.ts'

/**
 * Vectors of the shared knowledge, committed with it, so that a fresh start does not embed it anew.
 * One file: the header's length as uint32, the header as JSON, then each key's vector as little-endian float16 in
 * the header's order. A key is the hash of model and text, so a changed text simply misses.
 */
export interface VectorCache {
  get(model: string, text: string): Float32Array | undefined
}

const headerSchema = z.object({ dimension: z.int().positive(), keys: z.array(z.string()) })

const keyOf = (model: string, text: string): string =>
  hash('sha256', `${model}\0${text}`, 'base64url').slice(0, 16)

/** Reads a cache; a missing or unreadable file is an empty cache, because it only saves time. */
export const readVectorCache = async (path: string): Promise<VectorCache> => {
  try {
    const bytes = await readFile(path)
    const start = 4 + bytes.readUInt32LE(0)
    const { dimension, keys } = headerSchema.parse(JSON.parse(bytes.toString('utf8', 4, start)))
    const aligned = bytes.buffer.slice(
      bytes.byteOffset + start,
      bytes.byteOffset + start + keys.length * dimension * 2,
    )
    const numbers = new Float16Array(aligned)
    const positions = new Map(keys.map((key, index) => [key, index]))
    return {
      get: (model, text) => {
        const index = positions.get(keyOf(model, text))
        if (index === undefined) return undefined
        const vector = new Float32Array(dimension)
        // By hand: copying one typed array into another of a different type makes an object of every number.
        for (let at = 0; at < dimension; at++) vector[at] = numbers[index * dimension + at] as number
        return vector
      },
    }
  } catch {
    return { get: () => undefined }
  }
}

/** Writes the vectors of these texts; the file is replaced in one step. */
export const writeVectorCache = async (
  path: string,
  model: string,
  vectors: ReadonlyMap<string, Vector>,
): Promise<void> => {
  const sorted = [...vectors]
    .map(([text, vector]) => ({ key: keyOf(model, text), vector }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const dimension = sorted[0]?.vector.length ?? 1
  const header = Buffer.from(JSON.stringify({ dimension, keys: sorted.map(({ key }) => key) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const numbers = new Float16Array(sorted.flatMap(({ vector }) => [...vector]))
  await writeFile(`${path}.new`, Buffer.concat([length, header, Buffer.from(numbers.buffer)]))
  await rename(`${path}.new`, path)
}

/** An embedder that looks in the cache before it embeds. */
export const withCache = (embedder: Embedder, cache: VectorCache): Embedder => ({
  model: embedder.model,
  embedQuery: (text) => embedder.embedQuery(text),
  embedDocuments: async (texts) => {
    const cached = texts.map((text) => cache.get(embedder.model, text))
    const missing = texts.filter((_, index) => cached[index] === undefined)
    const fresh = missing.length > 0 ? await embedder.embedDocuments(missing) : []
    return cached.map((vector) => vector ?? (fresh.shift() as Vector))
  },
})
