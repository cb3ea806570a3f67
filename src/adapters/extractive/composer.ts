import type { Ranked } from '../../knowledge/ranking.ts'
import type { Facet } from '../../knowledge/retrieve.ts'
import type { Vocabulary } from '../../knowledge/vocabulary.ts'
import type { Playbook } from '../../playbook/playbook.ts'
import type { Ask, Composer, ComposerEvent } from '../../ports/composer.ts'
import { layOut } from './lay-out.ts'
import { createJudge, type Judge } from './support.ts'

/**
 * When a passage is evidence enough: the question's words stand in it, or it stands close to one of its asked lines,
 * or some of both. Set on `test/fixtures`, with the rest of the decision left to ranking.
 */
const ENOUGH = { coverage: 0.5, line: 0.58, nearly: { coverage: 0.2, line: 0.42 } }
/** Another passage joins the first when its score is this close, by how many there may be. */
const CLOSE = 0.12

const WANTS_FIGURE =
  /\b(?:targets?|goals?|thresholds?|benchmarks?|minimum|maximum|at least|ideal|healthy|good|acceptable|aim(?:ing)? for|should (?:be|it|our|we|the)|numeric|exact|number|figure|values?|how (?:many|much|high|low|often|fast|long)|what (?:percentage|percent|%|score|level|is a))\b|%/i

const NOT_HELD = 'The knowledge base does not hold this.'
const NO_TARGET = 'The knowledge base names this measure and gives no target for it.'

/** What is said on one facet: the passages to print, or why none of them answers. */
interface Finding {
  facet: Facet
  items: Ranked[]
  lack?: string
}

/**
 * Answers with the passages' own sentences: no model, no network, the same text for the same evidence. A passage of
 * the playbook is printed whole where there is room, with the line that the question asks for in bold.
 */
export const createExtractiveComposer = (playbook: Playbook, vocabulary: Vocabulary): Composer => {
  const judge = createJudge(playbook, vocabulary)
  const entryOf = (item: Ranked) => playbook.entry(item.passage.id)

  const isEnough = (item: Ranked, facet: Facet): boolean => {
    const { coverage } = judge.support(facet.text, item.passage)
    const line = item.line ?? item.cosine
    return (
      coverage >= ENOUGH.coverage ||
      line >= ENOUGH.line ||
      (coverage >= ENOUGH.nearly.coverage && line >= ENOUGH.nearly.line)
    )
  }

  /** Why the right passage still has no answer; undefined when it has. */
  const lackOf = (item: Ranked, facet: Facet): string | undefined => {
    const entry = entryOf(item)
    if (!entry) return undefined
    if (entry.kind === 'gap') return ''
    const figures = entry.facts.filter((fact) => typeof fact !== 'string')
    if (figures.some(({ target }) => target === null) && WANTS_FIGURE.test(facet.text)) return NO_TARGET
    const months = figures.flatMap(({ month }) => (month === undefined ? [] : [month].flat()))
    const last = Math.max(...months)
    if (
      entry.topic === 'roadmap' &&
      facet.entities.months.length > 0 &&
      facet.entities.months.every((month) => month > last)
    )
      return `The month-by-month plan ends with month ${last}; what comes after it is not itemized.`
    return undefined
  }

  const find = (facet: Facet, taken: ReadonlySet<string>, most: number): Finding => {
    const [first] = facet.ranked
    if (!first || !isEnough(first, facet)) return { facet, items: [], lack: NOT_HELD }
    const lack = lackOf(first, facet)
    if (lack !== undefined) return { facet, items: [first], lack }
    const near = facet.ranked
      .slice(0, most)
      .filter(
        (item, rank) =>
          rank === 0 ||
          (first.score - item.score <= CLOSE && entryOf(item)?.kind !== 'gap' && isEnough(item, facet)),
      )
    return { facet, items: near.filter(({ passage }) => !taken.has(passage.id)) }
  }

  return {
    name: 'extractive',
    async *compose({ facets, limit }: Ask): AsyncGenerator<ComposerEvent> {
      const taken = new Set<string>()
      const findings = facets.map((facet) => {
        const finding = find(facet, taken, facets.length > 1 ? 1 : 3)
        for (const { passage } of finding.items) taken.add(passage.id)
        return finding
      })
      if (findings.every(({ lack }) => lack !== undefined)) yield { type: 'kind', kind: 'unanswerable' }
      yield* print(findings, limit, playbook, judge)
    },
  }
}

/** Prints the findings in order, within the limit: what comes first has the room that it needs. */
function* print(
  findings: Finding[],
  limit: number,
  playbook: Playbook,
  judge: Judge,
): Generator<ComposerEvent> {
  const said = new Set<string>()
  let room = limit
  let waiting = findings.reduce((sum, { items }) => sum + items.length, 0)
  let first = true
  for (const { facet, items, lack } of findings) {
    if (lack && !said.has(lack)) {
      said.add(lack)
      yield { type: 'text', text: `${first ? '' : '\n\n'}${lack}` }
      room -= lack.length + 2
      first = false
    }
    for (const [position, item] of items.entries()) {
      // The best passage of each question may take the room of the merely close ones behind it.
      const fair = position === 0 ? room / Math.max(1, findings.length) : room / waiting
      const share = Math.floor(findings.length === 1 ? room : Math.max(fair, 240))
      waiting--
      const events = layOut(item, {
        question: facet.text,
        months: facet.entities.months,
        entry: playbook.entry(item.passage.id),
        judge,
        room: Math.min(room, share) - 2,
        whole: position > 0,
      })
      if (events.length === 0) continue
      if (!first) yield { type: 'text', text: '\n\n' }
      first = false
      for (const event of events) {
        room -= event.type === 'text' ? event.text.length : 0
        yield event
      }
      room -= 6
    }
  }
}
