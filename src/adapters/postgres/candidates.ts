import { sql, type Transaction } from 'kysely'
import type { Audience } from '../../conversation/people.ts'
import type { Candidate, CandidateQuery, CandidateSet, Passage } from '../../ports/knowledge-store.ts'
import { type KnownVector, loadResident, type Resident, sharedVersion } from './resident.ts'
import type { Schema } from './schema.ts'
import { searchable } from './searchable-text.ts'
import { toHalfvec } from './vectors.ts'

/** Of a long pasted text the first different words search; each one is counted in every passage. */
const MOST_TERMS = 128
/** A passage owns several lines and words are cheap signals, so their lists are longer than the dense one. */
const LONGER_LIST = 3

/** What the query means for the tenant's own passages, and the version of the shared ones. */
interface OwnTerms {
  terms: CandidateSet['terms']
  passages: number
  words: number
  sharedVersion: string
}

interface Row extends Passage {
  cosine: number
  line: number | null
  lineText: string | null
  termCounts: Record<string, number>
  words: number
}

/** The tenant's own rows, without the shared ones: found through the primary key, and not by passing over all others. */
const isOwn = sql`tenant_id = (select nullif(current_setting('app.tenant', true), 'shared'))`

/** The tenant's own passages that are for one of these audiences. */
const isSeenBy = (audiences: readonly Audience[]) => sql`${isOwn} and audience = any(${audiences}::text[])`

/** The query's lexemes with how often they occur, in it and in the passages seen, and how many these are. */
const findTerms = async (
  trx: Transaction<Schema>,
  { text, audiences }: CandidateQuery,
): Promise<OwnTerms> => {
  const seen = isSeenBy(audiences)
  const { rows } = await sql<OwnTerms>`
    with terms as (
      select lexeme, cardinality(positions) as in_query, positions[1] as place
      from unnest(to_tsvector('english', ${searchable(text)}))
      order by positions[1], lexeme
      limit ${MOST_TERMS}
    ),
    counted as (
      select terms.*, (
        select count(*) from passages
        where ${seen} and lexemes @@ ('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''')::tsquery
      ) as passages
      from terms
    )
    select
      (select coalesce(jsonb_agg(
        jsonb_build_object('lexeme', lexeme, 'inQuery', in_query, 'passages', passages) order by place, lexeme
      ), '[]') from counted) as terms,
      count(*)::int as passages, coalesce(sum(words), 0)::int as words, ${sharedVersion} as "sharedVersion"
    from passages where ${seen}`.execute(trx)
  return rows[0] as OwnTerms
}

const quoted = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const toCandidate = ({ cosine, line, lineText, termCounts, words, ...passage }: Row): Candidate => ({
  passage,
  cosine,
  line: line ?? undefined,
  lineText: lineText ?? undefined,
  termCounts,
  words,
})

/** The passages seen that are near the query by their vector, by one of their lines or by their words. */
const findOwn = async (
  trx: Transaction<Schema>,
  lexemes: string[],
  { vector, limit, audiences }: CandidateQuery,
): Promise<Candidate[]> => {
  const near = sql`${toHalfvec(vector)}::halfvec`
  const anyTerm = sql`${lexemes.map(quoted).join(' | ')}::tsquery`
  // Each table is scanned once and all joins are hash joins: PGlite keeps few statistics, and without them the planner
  // finds the chosen passages by nested loops that read every passage for each one.
  await sql`select set_config('enable_nestloop', 'off', true)`.execute(trx)
  const { rows } = await sql<Row>`
    with
      lines as materialized (
        select tenant_id, passage_id, position, body, embedding <=> ${near} as distance from passage_lines
        where ${isOwn}
      ),
      scored as materialized (
        select tenant_id, passage_id, embedding <=> ${near} as distance,
          case when lexemes @@ ${anyTerm} then ts_rank_cd(lexemes, ${anyTerm}) end as rank
        from passages where ${isSeenBy(audiences)}
      ),
      by_vector as (select tenant_id, passage_id from scored order by distance, passage_id limit ${limit}),
      by_line as (
        select tenant_id, passage_id from lines join scored using (tenant_id, passage_id)
        order by lines.distance limit ${limit * LONGER_LIST}
      ),
      by_word as (
        select tenant_id, passage_id from scored where rank is not null
        order by rank desc, passage_id limit ${limit * LONGER_LIST}
      ),
      chosen as materialized (select * from by_vector union select * from by_line union select * from by_word),
      best_line as (
        select distinct on (tenant_id, passage_id) tenant_id, passage_id, body, distance
        from lines join chosen using (tenant_id, passage_id)
        order by tenant_id, passage_id, distance, position
      )
    select
      passage_id as id, document_id as "documentId", title as document, origin, section, passages.body, style, about,
      coalesce(nullif(1 - scored.distance, 'NaN'), 0) as cosine,
      case when best_line.body is not null then coalesce(nullif(1 - best_line.distance, 'NaN'), 0) end as line,
      best_line.body as "lineText", words,
      (
        select coalesce(jsonb_object_agg(lexeme, cardinality(positions)), '{}')
        from unnest(lexemes) where lexeme = any(${lexemes}::text[])
      ) as "termCounts"
    from chosen
    join scored using (tenant_id, passage_id)
    join passages using (tenant_id, passage_id)
    join documents using (tenant_id, document_id)
    left join best_line using (tenant_id, passage_id)
    order by cosine desc, passage_id`.execute(trx)
  return rows.map(toCandidate)
}

/**
 * Makes the search for every passage that the audiences see and that may fit a query, with what is known about it:
 * the shared ones, which this process holds and which are for everyone, and the nearest of the tenant's own. Dense
 * lists are exact. A vector of length zero has no direction and is taken as unrelated to everything.
 */
export const createCandidateSearch = (knownVector?: KnownVector) => {
  let resident: Resident | undefined
  return async (trx: Transaction<Schema>, query: CandidateQuery): Promise<CandidateSet> => {
    const own = await findTerms(trx, query)
    if (resident?.version !== own.sharedVersion) resident = await loadResident(trx, knownVector)
    const shared = resident
    const lexemes = own.terms.map(({ lexeme }) => lexeme)
    const passages = own.passages + shared.passages
    return {
      candidates: [
        ...(own.passages > 0 ? await findOwn(trx, lexemes, query) : []),
        ...shared.candidates(query.vector, lexemes),
      ],
      terms: own.terms.map((term) => ({
        ...term,
        passages: term.passages + shared.passagesWith(term.lexeme),
      })),
      corpus: { passages, meanWords: passages > 0 ? (own.words + shared.words) / passages : 0 },
    }
  }
}
