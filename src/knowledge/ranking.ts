import type { Candidate, CandidateSet, PassageStyle } from '../ports/knowledge-store.ts'

/**
 * Weights of the three signals by how a passage is written. Chosen with `npm run bench:retrieval`: lines and asked
 * questions decide on list-like passages, where they help most; on prose they hurt, and the words decide.
 */
export const RANKING = {
  weights: {
    list: { cosine: 0.1, line: 0.5, lexical: 0.4 },
    prose: { cosine: 0.4, line: 0, lexical: 0.6 },
  } satisfies Record<PassageStyle, Signals>,
  bm25: { k1: 1.2, b: 0.75 },
} as const

/** What each signal says of a passage, or weighs. */
export interface Signals {
  cosine: number
  line: number
  lexical: number
}

/** A candidate with its score, 0..1 before affinity, and the parts that it is made of. */
export interface Ranked extends Candidate {
  score: number
  signals: Signals
}

/** Okapi BM25 of each candidate; a term counts as often as the query repeats it. */
const bm25 = ({ candidates, terms, corpus }: CandidateSet): number[] => {
  const { k1, b } = RANKING.bm25
  const idf = terms.map(({ passages }) => Math.log(1 + (corpus.passages - passages + 0.5) / (passages + 0.5)))
  return candidates.map(({ termCounts, words }) =>
    terms.reduce((sum, { lexeme, inQuery }, index) => {
      const count = termCounts[lexeme] ?? 0
      if (count === 0) return sum
      const length = corpus.meanWords > 0 ? words / corpus.meanWords : 1
      return (
        sum + inQuery * (idf[index] as number) * ((count * (k1 + 1)) / (count + k1 * (1 - b + b * length)))
      )
    }, 0),
  )
}

const minMax = (values: number[]): ((value: number) => number) => {
  const low = Math.min(...values)
  const span = Math.max(...values) - low
  return (value) => (span > 0 ? (value - low) / span : 0)
}

export interface RankOptions {
  /** What the question's entities say of a passage, added to its score. */
  affinity?: (candidate: Candidate) => number
  /** The same weights for every style of passage; for measuring what a signal adds. */
  weights?: Signals
}

/**
 * Fuses the signals by score, not by rank: cosine and line cosine by min-max over the candidates, BM25 divided by
 * the best.
 */
export const rank = (
  set: CandidateSet,
  { affinity = () => 0, weights: fixed }: RankOptions = {},
): Ranked[] => {
  if (set.candidates.length === 0) return []
  const lexical = bm25(set)
  const best = Math.max(...lexical)
  const cosine = minMax(set.candidates.map((c) => c.cosine))
  const lines = set.candidates.map((c) => c.line).filter((value) => value !== undefined)
  const line = minMax(lines.length > 0 ? lines : [0])
  return set.candidates
    .map((candidate, index): Ranked => {
      const weights = fixed ?? RANKING.weights[candidate.passage.style]
      const signals = {
        cosine: cosine(candidate.cosine),
        line: candidate.line === undefined ? 0 : line(candidate.line),
        lexical: best > 0 ? (lexical[index] as number) / best : 0,
      }
      const fused =
        weights.cosine * signals.cosine + weights.line * signals.line + weights.lexical * signals.lexical
      return { ...candidate, signals, score: fused + affinity(candidate) }
    })
    .sort((a, b) => b.score - a.score || a.passage.id.localeCompare(b.passage.id))
}
