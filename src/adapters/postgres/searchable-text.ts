/** Postgres gives no tsvector for more than 1 MB; a passage is far shorter. */
const LONGEST_INDEXED = 100_000

/** Text that Postgres accepts in any column: it has no NUL, and JSON must not hold half of a surrogate pair. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/**
 * Text as full-text search indexes and asks it: identifiers and paths (`max_agents`, `maxAgents`, `CI/CD`) become
 * words, which Postgres' parser would keep whole.
 */
export const searchable = (text: string): string =>
  storable(text)
    .slice(0, LONGEST_INDEXED)
    .replaceAll(/[_/\\]+/g, ' ')
    .replaceAll(/\b[a-z]{2,}(?:[A-Z][a-z]+)+\b/g, (identifier) => identifier.replaceAll(/[A-Z]/g, ' $&'))
    .toWellFormed()
