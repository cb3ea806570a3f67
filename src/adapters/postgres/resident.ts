import { sql, type Transaction } from 'kysely'
import type { Vector } from '../../ports/embedder.ts'
import type { Candidate, Passage } from '../../ports/knowledge-store.ts'
import type { Schema } from './schema.ts'

/**
 * The shared passages, held in this process: they are few, the same for every tenant, and searched by every
 * question, and reading their vectors in the embedded database takes some 200 ms each time.
 */
export interface Resident {
  /** Changes whenever a shared document does. */
  version: string
  passages: number
  words: number
  /** Passages that hold the lexeme. */
  passagesWith(lexeme: string): number
  /** Every shared passage with what is known about it for this query. */
  candidates(vector: Vector, lexemes: string[]): Candidate[]
}

interface PassageRow extends Passage {
  words: number
  /** A text search vector as text. */
  lexemes: string
  embedding: string
}

/** A vector of the store's own model that this process has at hand, by the text that it was made of. */
export type KnownVector = (text: string) => Float32Array | undefined

interface Held {
  passage: Passage
  words: number
  termCounts: Record<string, number>
  vector: Float32Array
  lines: { text: string; vector: Float32Array }[]
}

/** What pgvector sends of a half vector: dimensions and a spare field, each two bytes, then big-endian halves. */
const HEADER_BYTES = 4
/** Vectors read by one query. */
const READ_AT_ONCE = 500

const fromBase64 = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64').subarray(HEADER_BYTES).swap16()
  const aligned = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const halves = new Float16Array(aligned)
  const vector = new Float32Array(halves.length)
  // By hand: copying one typed array into another of a different type makes an object of every number.
  for (let index = 0; index < halves.length; index++) vector[index] = halves[index] as number
  return vector
}

/**
 * How often each lexeme occurs: from `'team':2,7 'it''s':4`, which is ten times as quick as counting in SQL. Read by
 * hand: 60,000 matches of a pattern would take 80 MB.
 */
const toTermCounts = (text: string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (let at = 0; at < text.length; ) {
    let end = text.indexOf("'", at + 1)
    while (text[end + 1] === "'") end = text.indexOf("'", end + 2)
    const space = text.indexOf(' ', end)
    const next = space < 0 ? text.length : space
    let count = 1
    for (let place = end; place < next; place++) if (text[place] === ',') count++
    const quoted = text.slice(at + 1, end)
    counts[quoted.replaceAll("''", "'").replaceAll('\\\\', '\\')] = count
    at = next + 1
  }
  return counts
}

/** Four sums side by side: the processor works on them at once, and waits on none. */
const dot = (a: Float32Array, b: Float32Array): number => {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let index = 0
  for (; index + 3 < a.length; index += 4) {
    first += (a[index] as number) * (b[index] as number)
    second += (a[index + 1] as number) * (b[index + 1] as number)
    third += (a[index + 2] as number) * (b[index + 2] as number)
    fourth += (a[index + 3] as number) * (b[index + 3] as number)
  }
  for (; index < a.length; index++) first += (a[index] as number) * (b[index] as number)
  return first + second + third + fourth
}

/** A version of the shared documents, as SQL: cheap enough to ask with every query. */
export const sharedVersion = sql<string>`(
  select coalesce(md5(string_agg(document_id || content_hash, ',' order by document_id)), '')
  from documents where tenant_id = 'shared')`

/** The lines of every shared passage in their order. Only vectors that are not at hand are read: they are most of it. */
const loadLines = async (
  trx: Transaction<Schema>,
  knownVector: KnownVector,
): Promise<Map<string, Held['lines']>> => {
  // As one JSON text for each passage, which is read much faster than a row for each line.
  const { rows } = await sql<{ id: string; texts: string[] }>`
    select passage_id as id, json_agg(body order by position) as texts
    from passage_lines where tenant_id = 'shared' group by passage_id`.execute(trx)
  const linesOf = new Map<string, Held['lines']>()
  const missing: { id: string; position: number }[] = []
  for (const { id, texts } of rows)
    linesOf.set(
      id,
      texts.map((text, index) => {
        const vector = knownVector(text)
        if (!vector) missing.push({ id, position: index + 1 })
        return { text, vector: vector ?? new Float32Array() }
      }),
    )
  for (let from = 0; from < missing.length; from += READ_AT_ONCE) {
    const batch = missing.slice(from, from + READ_AT_ONCE)
    const { rows: read } = await sql<{ id: string; position: number; embedding: string }>`
      select passage_id as id, position, encode(halfvec_send(embedding), 'base64') as embedding
      from unnest(
        ${batch.map(({ id }) => id)}::text[], ${batch.map(({ position }) => position)}::int[]
      ) as wanted (passage_id, position)
      join passage_lines using (passage_id, position) where tenant_id = 'shared'`.execute(trx)
    for (const { id, position, embedding } of read) {
      const line = linesOf.get(id)?.[position - 1]
      if (line) line.vector = fromBase64(embedding)
    }
  }
  return linesOf
}

/** Reads the shared passages into memory. */
export const loadResident = async (
  trx: Transaction<Schema>,
  knownVector: KnownVector = () => undefined,
): Promise<Resident> => {
  const { rows: versions } = await sql<{ version: string }>`select ${sharedVersion} as version`.execute(trx)
  const { rows } = await sql<PassageRow>`
    select passage_id as id, document_id as "documentId", title as document, origin, section, body, style, about, words,
      lexemes::text as lexemes,
      encode(halfvec_send(embedding), 'base64') as embedding
    from passages join documents using (tenant_id, document_id)
    where tenant_id = 'shared' order by document_id, position`.execute(trx)
  const linesOf = await loadLines(trx, knownVector)
  const held = rows.map(
    ({ words, lexemes, embedding, ...passage }): Held => ({
      passage,
      words,
      termCounts: toTermCounts(lexemes),
      vector: fromBase64(embedding),
      lines: linesOf.get(passage.id) ?? [],
    }),
  )
  const frequency = new Map<string, number>()
  for (const { termCounts } of held)
    for (const lexeme of Object.keys(termCounts)) frequency.set(lexeme, (frequency.get(lexeme) ?? 0) + 1)

  return {
    version: versions[0]?.version ?? '',
    passages: held.length,
    words: held.reduce((sum, { words }) => sum + words, 0),
    passagesWith: (lexeme) => frequency.get(lexeme) ?? 0,
    candidates: (vector, lexemes) => {
      const query = Float32Array.from(vector)
      return held.map(({ passage, words, termCounts, vector: own, lines: ownLines }): Candidate => {
        let best: { text: string; cosine: number } | undefined
        for (const line of ownLines) {
          const cosine = dot(query, line.vector)
          if (!best || cosine > best.cosine) best = { text: line.text, cosine }
        }
        const counted = lexemes.filter((lexeme) => Object.hasOwn(termCounts, lexeme))
        return {
          passage,
          cosine: dot(query, own),
          line: best?.cosine,
          lineText: best?.text,
          termCounts: Object.fromEntries(counted.map((lexeme) => [lexeme, termCounts[lexeme] as number])),
          words,
        }
      })
    },
  }
}
