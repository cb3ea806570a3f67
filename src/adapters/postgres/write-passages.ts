import { sql, type Transaction } from 'kysely'
import type { IndexedPassage, KnowledgeDocument } from '../../ports/knowledge-store.ts'
import type { Schema } from './schema.ts'
import { searchable, storable } from './searchable-text.ts'
import { toFloatArray } from './vectors.ts'

/** Rows in one statement: few enough that one statement stays near 400 KB. */
const BATCH = 100

const batches = function* <T>(rows: T[]): Generator<{ rows: T[]; start: number }> {
  for (let start = 0; start < rows.length; start += BATCH)
    yield { rows: rows.slice(start, start + BATCH), start }
}

/** What full-text search finds a passage by; its plain lines are part of its body already. */
const searchedText = (document: KnowledgeDocument, { section, body, lines }: IndexedPassage): string => {
  const asked = lines.filter(({ kind }) => kind === 'asked').map(({ text }) => text)
  return searchable([document.title, section, body, ...asked].join('\n'))
}

/** Inserts the passages of a document and their lines; the vectors must have the given dimension. */
export const writePassages = async (
  trx: Transaction<Schema>,
  tenantId: string,
  document: KnowledgeDocument,
  passages: IndexedPassage[],
  dimension: number,
): Promise<void> => {
  const documentId = storable(document.id)
  for (const { rows, start } of batches(passages)) {
    await sql`
      insert into passages
        (tenant_id, document_id, passage_id, position, section, body, style, about, lexemes, words, embedding,
          audience)
      select ${tenantId}, ${documentId}, id, ${start}::int + place, section, body, style, about::jsonb, lexemes,
        (select coalesce(sum(cardinality(positions)), 0) from unnest(lexemes)),
        (${toFloatArray(rows.map(({ vector }) => vector))}::float4[])
          [(place - 1) * ${dimension}::int + 1 : place * ${dimension}::int]::halfvec,
        ${document.audience}
      from unnest(
        ${rows.map(({ id }) => storable(id))}::text[],
        ${rows.map(({ section }) => storable(section))}::text[],
        ${rows.map(({ body }) => storable(body))}::text[],
        ${rows.map(({ style }) => style)}::text[],
        ${rows.map(({ about }) => storable(JSON.stringify(about)))}::text[],
        ${rows.map((passage) => searchedText(document, passage))}::text[]
      ) with ordinality as passage (id, section, body, style, about, searched, place),
      to_tsvector('english', searched) as lexemes`.execute(trx)
  }
  const lines = passages.flatMap(({ id, lines }) =>
    lines.map((line, index) => ({ ...line, id, position: index + 1 })),
  )
  for (const { rows } of batches(lines)) {
    await sql`
      insert into passage_lines (tenant_id, passage_id, position, kind, body, embedding)
      select ${tenantId}, id, position, kind, body,
        (${toFloatArray(rows.map(({ vector }) => vector))}::float4[])
          [(place - 1) * ${dimension}::int + 1 : place * ${dimension}::int]::halfvec
      from unnest(
        ${rows.map(({ id }) => storable(id))}::text[],
        ${rows.map(({ position }) => position)}::int[],
        ${rows.map(({ kind }) => kind)}::text[],
        ${rows.map(({ text }) => storable(text))}::text[]
      ) with ordinality as line (id, position, kind, body, place)`.execute(trx)
  }
}
