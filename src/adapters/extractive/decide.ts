import type { Ranked } from '../../knowledge/ranking.ts'
import type { Facet } from '../../knowledge/retrieve.ts'
import type { Judge } from '../../knowledge/support.ts'
import type { Playbook, PlaybookEntry } from '../../playbook/playbook.ts'

/**
 * When a passage is evidence enough: the question's words stand in it, or it stands close to one of its asked lines,
 * or some of both. Set on `test/fixtures`, with the rest of the decision left to ranking.
 */
const ENOUGH = { coverage: 0.5, line: 0.54, nearly: { coverage: 0.15, line: 0.38 } }
/** Other passages join the first when their score is this close. */
const CLOSE = 0.13
/** An entry on what the sources lack decides when it is this close to the best and fits the wording as well. */
const GAP_CLOSE = 0.15
/** So much nearer is the wording of the one that fits clearly better. */
const CLEARLY_CLOSER = 0.06

/** The question wants one figure, or one particular that is no plain fact: a name, a price, a pay. */
const WANTS_FIGURE =
  /\b(?:targets?|goals?|thresholds?|benchmarks?|minimum|maximum|at least|ideal|healthy|good|acceptable|min(?=\b)|max(?=\b)|bill|aim(?:ing)? for|should (?:be|it|our|we|the)|numeric|exact|number|figures?|values?|head ?counts?|how (?:many|much|high|low|often|fast|long|big)|what (?:percentage|percent|%|score|level|is a)|what (?:[\w-]+ ){1,4}should|(?:ok(?:ay)?|fine|normal|expected|required|right) (?:cost|score|rate|level|ratio|time|frequency|number|share)|(?:score|rate|cost|ratio|level|time|frequency|index|share)\b[^.?!]{0,30}\b(?:need|required|ok(?:ay)?|expected|aim|enough|fine))\b|%|\bin \$/i
const WANTS_PARTICULAR =
  /\b(?:names?|who (?:is|are|invests|leads)|which (?:company|companies|vendor|provider|tool|cloud|bank|investors?|language|framework|database|office|city|country)|prices?|pric(?:e|ing)|salar\w+|pay|paid|wage|compensation|equity|valuation|how (?:is|are|do (?:you|we)) (?:\w+ )?(?:measured|calculated|scored|weighted|defined))\b/i

const NOT_HELD = 'The knowledge base does not hold this.'
const NO_TARGET = 'The knowledge base names this measure and gives no target for it.'
const NO_MONTH = 'The knowledge base gives no month for this.'
const NO_NUMBER = 'The knowledge base gives no number for this.'

/** What is said on one facet: the passages to print, and why they are no answer if they are none. */
export interface Finding {
  facet: Facet
  items: Ranked[]
  lack?: string
}

const NUMBER_WORD =
  '(?:\\d[\\d,.]*\\+?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|multiple|several)'

/** "How many people …": the entry has no figure in its lines and does not count that noun in its opening sentence. */
const lacksNumber = (question: string, { facts, lead }: PlaybookEntry): boolean => {
  const noun = /\bhow many (?:\w+ )?(\w{4,})/i
    .exec(question)?.[1]
    ?.toLowerCase()
    .replace(/(?:ies|s)$/, '')
  if (!noun) return false
  const counted = facts.some(
    (fact) =>
      typeof fact !== 'string' &&
      (fact.count ?? fact.values ?? fact.month ?? fact.usd_per_month) !== undefined,
  )
  const text = [
    lead,
    ...facts.map((fact) => (typeof fact === 'string' ? fact : `${fact.label ?? ''} ${fact.text ?? ''}`)),
  ].join('\n')
  return (
    !counted &&
    !/\{\w+\}/.test(lead.replace(/\{(?:stage|phase|transition|duration)\}/gi, '')) &&
    !new RegExp(`\\b${NUMBER_WORD} (?:[\\w-]+ ){0,3}${noun}`, 'i').test(text) &&
    !/\d/.test(text)
  )
}

/** Why the right entry still has no answer; undefined when it has. */
const lackOf = (entry: PlaybookEntry, { text, entities }: Facet): string | undefined => {
  const figures = entry.facts.filter((fact) => typeof fact !== 'string')
  if (figures.some(({ target }) => target === null) && WANTS_FIGURE.test(text)) return NO_TARGET
  const last = Math.max(...figures.flatMap(({ month }) => (month === undefined ? [] : [month].flat())))
  if (
    entry.topic === 'roadmap' &&
    entities.months.length > 0 &&
    entities.months.every((month) => month > last)
  )
    return `The month-by-month plan ends with month ${last}; what comes after it is not itemized.`
  if (
    /\b(?:which|what) month\b/i.test(text) &&
    !figures.some(({ month }) => month) &&
    !/\bmonth/i.test(entry.body.replace(/\([^)]*\)/g, ''))
  )
    return NO_MONTH
  return entry.kind === 'fact' && entry.facts.length > 0 && lacksNumber(text, entry) ? NO_NUMBER : undefined
}

/** Makes the function that decides what is said on a facet, without repeating what is `taken`. */
export const createDecision = (playbook: Playbook, judge: Judge) => {
  const entryOf = (item: Ranked) => playbook.entry(item.passage.id)
  const kindOf = (item: Ranked) => entryOf(item)?.kind

  /** About other stages or phases than the question names. */
  const isElsewhere = (item: Ranked, { entities }: Facet): boolean => {
    const { stage, phase } = entryOf(item)?.about ?? {}
    const apart = (asked: readonly string[], about: string[]) =>
      asked.length > 0 && about.length > 0 && !about.some((id) => asked.includes(id))
    return apart(entities.stages, [stage ?? []].flat()) || apart(entities.phases, [phase ?? []].flat())
  }

  const isEnough = (item: Ranked, facet: Facet): boolean => {
    const { coverage } = judge.support(facet.text, item.passage)
    const line = item.line ?? item.cosine
    return (
      coverage >= ENOUGH.coverage ||
      line >= ENOUGH.line ||
      (coverage >= ENOUGH.nearly.coverage && line >= ENOUGH.nearly.line)
    )
  }

  /** The entry on a hole in the sources that the question falls into. */
  const gapOf = (facet: Facet, first: Ranked): Ranked | undefined => {
    const gap = facet.ranked.slice(0, 4).find((item) => kindOf(item) === 'gap')
    if (!gap || !isEnough(gap, facet)) return undefined
    const answers = facet.ranked
      .slice(0, 3)
      .find((item) => kindOf(item) !== 'gap' && kindOf(item) !== 'benchmark')
    const fits = (gap.line ?? 0) >= (first.line ?? 0)
    const particular = WANTS_FIGURE.test(facet.text) || WANTS_PARTICULAR.test(facet.text)
    if (gap !== first) return particular && fits && first.score - gap.score <= GAP_CLOSE ? gap : undefined
    const rival =
      answers !== undefined &&
      !isElsewhere(answers, facet) &&
      gap.score - answers.score <= GAP_CLOSE &&
      isEnough(answers, facet)
    const fitsBest = (gap.line ?? 0) - (answers?.line ?? 0) >= CLEARLY_CLOSER
    return particular || fitsBest || !rival ? gap : undefined
  }

  return (facet: Facet, taken: ReadonlySet<string>, most: number): Finding => {
    const [best] = facet.ranked
    if (!best || !isEnough(best, facet)) return { facet, items: [], lack: NOT_HELD }
    const benchmarks = facet.ranked
      .slice(0, 4)
      .filter((item) => kindOf(item) === 'benchmark' && isEnough(item, facet))
    const gap = gapOf(facet, best)
    if (gap) {
      // What it holds nearby is said behind what it lacks.
      const nearby = facet.ranked
        .slice(0, 4)
        .filter(
          (item) =>
            (kindOf(item) === 'fact' || kindOf(item) === 'overview') &&
            best.score - item.score <= GAP_CLOSE &&
            isEnough(item, facet) &&
            !isElsewhere(item, facet),
        )
      return { facet, items: [gap, ...benchmarks.slice(0, 1), ...nearby.slice(0, 1)], lack: '' }
    }
    const candidates = facet.ranked.slice(0, most + 2).filter((item) => kindOf(item) !== 'gap')
    const first = candidates.find((item) => isEnough(item, facet)) ?? best
    const entry = entryOf(first)
    const lack = entry && lackOf(entry, facet)
    if (lack !== undefined) return { facet, items: [first, ...benchmarks.slice(0, 1)], lack }
    const near = candidates.filter(
      (item) =>
        item === first ||
        (first.score - item.score <= CLOSE && isEnough(item, facet) && !isElsewhere(item, facet)),
    )
    return { facet, items: near.filter(({ passage }) => !taken.has(passage.id)).slice(0, most) }
  }
}
