import { remember } from '../knowledge/remember.ts'
import type { Axes, Origin, PhaseId, StageId } from '../playbook/schema.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { readQuantities } from './read-quantities.ts'

/** A stage, a phase or a source that a text names, and where. */
export interface Mention {
  kind: 'stage' | 'phase' | 'source'
  id: StageId | PhaseId | Origin
  start: number
}

const STAGE_NAMES: [RegExp, StageId][] = [
  [/\b(?:individual|solo|lone|single) (?:developer|dev|founder|stage|engineer)/g, 'individual'],
  [/\bsmall(?:[- ]team| to (?:an? |the )?medium)/g, 'small_team'],
  [/\b(?:medium|mid)(?:(?:[- ]sized?)?[- ]team| to (?:an? |the )?large)/g, 'medium_team'],
  [/\blarge(?:[- ]team| to (?:an? |the )?enterprise)/g, 'large_team'],
  [/\benterprise[- ](?:stage|scale|level|organi[sz]ation)/g, 'enterprise'],
]
const PHASE_NAMES: [RegExp, PhaseId][] = [
  [/\bfoundation(?:al)? phase|\bfoundation(?= \(|\))/g, 'foundation'],
  [/\bgrowth phase(?!s)|\bgrowth(?= \(|\))/g, 'growth'],
  [/\bscal(?:e|ing) phase|\bscale(?= \(|\))/g, 'scale'],
  [/\bmarket[- ]leadership/g, 'market_leadership'],
]

const SOURCE_NAMES: [RegExp, Origin][] = [
  [/\bcharter(?!ed)/g, 'charter'],
  [/\bgrowth (?:phases|plan)\b/g, 'phases'],
  [/\bdeveloper(?:-organi[sz]ation)? stages\b/g, 'stages'],
]
/** Without any of these words nothing is named. */
const ANY =
  /phase|stage|team|\bp\d|individual|solo|lone|single|enterprise|foundation|growth|scale|leadership|charter/i
/** The number behind a name: "phase 2". */
const NAME_BEFORE = /(?:phases?|stages?)[ #-]?$/i

/** Makes the functions that tell which stages, phases and sources a text names, and which ones a passage is about. */
export const createSubjects = (axes: Axes) => {
  const mentions = remember((raw: string): readonly Mention[] => {
    if (!ANY.test(raw)) return []
    const text = raw.toLowerCase()
    const numbered = readQuantities(raw).flatMap(({ unit, value, start }): Mention[] => {
      if (unit !== 'stage' && unit !== 'phase') return []
      const known = (unit === 'stage' ? axes.stages : axes.phases).find(({ number }) => number === value)
      const name = NAME_BEFORE.exec(raw.slice(0, start))?.[0].length ?? 0
      return known ? [{ kind: unit, id: known.id, start: start - name }] : []
    })
    const named = (kind: Mention['kind'], names: [RegExp, Mention['id']][]) =>
      names.flatMap(([pattern, id]) =>
        text.search(pattern) < 0
          ? []
          : [...text.matchAll(pattern)].map(({ index }): Mention => ({ kind, id, start: index })),
      )
    return [
      ...numbered,
      ...named('stage', STAGE_NAMES),
      ...named('phase', PHASE_NAMES),
      ...named('source', SOURCE_NAMES),
    ].sort((a, b) => a.start - b.start)
  })

  const aboutOf = ({ about, origin }: Passage, kind: Mention['kind']): string[] => {
    // What is authored here, or published elsewhere, may speak of any of the sources.
    if (kind === 'source')
      return origin === 'cairn' || origin === 'public' || origin === 'file' ? [] : [origin]
    if (kind === 'phase') return [about.phase ?? []].flat()
    const moves = [about.transition ?? []]
      .flat()
      .flatMap((id) =>
        axes.transitions.filter((move) => move.id === id).flatMap(({ from, to }) => [from, to]),
      )
    return [...[about.stage ?? []].flat(), ...moves]
  }

  /**
   * Whether a line of a passage speaks of the stage or phase: by its own words where it names any of that kind, else
   * by what the passage is about, else by what it names at all. A line that names none may speak of all.
   */
  const speaksOf = (passage: Passage, line: string, { kind, id }: Mention): boolean => {
    const ofKind = (text: string) => mentions(text).filter((mention) => mention.kind === kind)
    const own = ofKind(line)
    if (own.length > 0) return own.some((mention) => mention.id === id)
    const about = aboutOf(passage, kind)
    if (about.length > 0) return about.includes(id)
    const around = ofKind(`${passage.section}\n${passage.body}`)
    return around.length === 0 || around.some((mention) => mention.id === id)
  }

  /** Whether a passage is about the stage or phase, or names it. */
  const holds = (passage: Passage, { kind, id }: Mention): boolean =>
    aboutOf(passage, kind).includes(id) ||
    mentions(`${passage.document}\n${passage.section}\n${passage.body}`).some(
      (mention) => mention.kind === kind && mention.id === id,
    )

  return { mentions, speaksOf, holds }
}

export type Subjects = ReturnType<typeof createSubjects>
