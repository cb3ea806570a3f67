import { contentStems, stems, type Vocabulary } from '../knowledge/vocabulary.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { clauseOf, windowOf } from './clauses.ts'
import { type Evidence, itemCounts, itemsOf, type Line, readEvidence } from './evidence.ts'
import { isSame, type Quantity } from './quantities.ts'
import { readQuantities } from './read-quantities.ts'
import type { Mention, Subjects } from './subjects.ts'

/** A stretch of a sentence with the passages that it cites. */
export interface Part {
  text: string
  passages: Passage[]
  /** What it quotes of them. */
  quotes: string[]
}

/** What a sentence may rest on beside its own citations. */
export interface Ground {
  /** Passages cited before it in the same paragraph. */
  before: Passage[]
  /** The question and the texts of the calculations behind the answer: their figures may be said again. */
  given: string
}

/** A figure with the part of its sentence that says what it is a figure of. */
interface Statement {
  figure: Quantity
  clause: string
  /** Stages, phases and sources that it is said of. */
  mentions: Mention[]
  /** Other figures of the same clause, ends of ranges aside. */
  beside: Quantity[]
}

/** What is counted when an answer counts the items of a list. */
const LISTED =
  /\b(?:areas?|aspects?|blocks?|changes?|causes?|dimensions?|drivers?|elements?|factors?|groups?|items?|kinds?|layers?|levels?|levers?|measures?|metrics?|mechanisms?|parts?|points?|practices?|principles?|reasons?|risks?|roles?|signs?|signals?|steps?|themes?|things|topics?|tracks?|triggers?|types?|ways|indicators?|strategies|streams?|lines?|questions?|rules?|actions?|objectives?|priorities|milestones?|challenges?|responsibilities|capabilities|kpis?)\b/
const MOST_COUNTED = 12
const SAYS_LITTLE =
  /^(?:people|persons?|members?|strong|total|overall|each|them|us|of|full|heads?|staff|employees?)\b/
/** Names of stages and phases are checked by themselves. */
const AXIS =
  /\b(?:phases?|stages?)[ -]\d\b|\b(?:foundation|growth|scal(?:e|ing)|market leadership) phase\b|\b(?:small|medium|large) team\b/gi
/** A stage or phase that is named to tell another from it. */
const CONTRAST =
  /(?:\b(?:unlike|than|after|before|leaving|beyond|past|no longer|not(?: in)?)|,? which)\s+(?:the |in )?$/i
/** Measures that are easily taken for one another: one that is said of a figure has to be its own. */
const MEASURES =
  /\b(?:margins?|retention|payback|runway|churn|satisfaction|efficiency|coverage|cac|ltv|nps|nrr|grr|valuation|burn|availability|uptime|productivity|engagement|utili[sz]ation|penetration|latency|velocity|frequency|lead time|cycle time|failure rate|head ?count|salary|equity|quick ratio|magic number|burn multiple|rule of 40)\b/gi
const KINDS =
  /\b(?:gross|net|operating|ebitda|customer|employee|developer|user|revenue|logo|monthly|annual|yearly|quarterly)\b/i

/** Words that a question may leave out and a role may not. */
const ROLE = /^(?:engin|develop|manag|team|staff)/
/** Stems of what is counted, without words that name nothing. */
const thingsOf = (noun: string): string[] =>
  stems(noun).filter((stem) => !/^(?:such|own|these|those|more|other)$/.test(stem))

const NOT_HELD = 'which nothing it cites holds'
const NOT_QUOTED = 'which is not what it quotes'

const bare = (text: string): string => text.replace(/\[\d+\]/g, '').replace(/\*\*/g, '')

const sharesWord = (one: string, other: string): boolean =>
  stems(one).some((stem) => stems(other).includes(stem))

/** Two figures of the same kind, which one could be taken for. */
const isAlike = (one: Quantity, other: Quantity): boolean => {
  if (one.unit !== other.unit) return false
  if (one.unit !== 'count') return true
  return one.noun && other.noun ? sharesWord(one.noun, other.noun) : one.noun === other.noun
}

/** "in phase 3" behind a figure tells what it is of, else what was named last; a move has two ends. */
const mentionsOf = (
  sentence: string,
  mentions: readonly Mention[],
  at: { figure: number; start: number; end: number },
): Mention[] => {
  const behind = mentions.filter(({ start }) => start > at.figure && start < at.end)
  const before = mentions.filter(({ start }) => start < at.figure && start >= at.start)
  const named =
    before.length > 0 || behind.length > 0
      ? [...before, ...behind]
      : mentions.filter(({ start }) => start < at.figure && !CONTRAST.test(sentence.slice(0, start)))
  const [first, second] = behind.length > 0 ? behind : named.slice(-2)
  const nearest = behind.length > 0 ? first : named.at(-1)
  const isMove = first && second && / to (?:an? |the )?$/i.test(sentence.slice(first.start, second.start))
  return isMove ? [first, second] : nearest ? [nearest] : []
}

const isYear = ({ value, unit, noun }: Quantity): boolean =>
  unit === 'count' && noun === undefined && Number.isInteger(value) && value > 1_900 && value < 2_100

const isName = ({ unit }: Quantity): boolean => unit === 'stage' || unit === 'phase'

/**
 * Makes the check of one sentence: each of its figures has to stand in what it cites, with the same unit and said of
 * the same stage, phase, measure or thing; a stage or phase that it names has to be what it cites. Returns why it
 * fails, or undefined when it holds.
 */
export const createSentenceCheck = (subjects: Subjects, vocabulary: Vocabulary) => {
  const known = new WeakMap<Passage, Evidence>()
  const evidenceOf = (passage: Passage): Evidence => {
    const found = known.get(passage) ?? readEvidence(passage)
    known.set(passage, found)
    return found
  }
  const holds = (words: ReadonlySet<string>, stem: string) =>
    vocabulary.same(stem).some((same) => words.has(same))

  /** Words of the clause that tell this line from others. */
  const telling = (words: string[], line: Line): string[] => words.filter((word) => holds(line.label, word))

  /** Another line is what the clause speaks of: it holds words of the clause that the figure's own line lacks. */
  const isOfRival = (words: string[], own: Line, { head, lines }: Evidence, { unit }: Quantity): boolean =>
    lines.some((rival) => {
      if (rival === own || !rival.isItem || !rival.quantities.some((other) => other.unit === unit))
        return false
      const more = telling(words, rival).filter((word) => !holds(own.stems, word) && !holds(head.stems, word))
      const less = telling(words, own).filter((word) => !holds(rival.stems, word))
      return more.length > 0 && less.length === 0
    })

  /** The measure that the clause names is none that stands with the figure. */
  const isOfOtherMeasure = (clause: string, own: Line, { head }: Evidence): boolean => {
    const measures = [...clause.matchAll(MEASURES)]
    if (measures.length === 0) return false
    const text = `${own.text}\n${head.text}`.toLowerCase()
    const held = measures.filter(([name]) =>
      stems(name).every((stem) => holds(own.stems, stem) || holds(head.stems, stem)),
    )
    if (held.length === 0) return true
    // "Net margin" where the line has "gross margin".
    return held.every(({ index }) => {
      const kind = KINDS.exec(
        /(?:[\p{L}-]+ ){1,3}$/u.exec(clause.slice(0, index))?.[0] ?? '',
      )?.[0].toLowerCase()
      return kind !== undefined && !text.includes(kind) && KINDS.test(text)
    })
  }

  /** "3 product managers" where the line has "3 engineering managers". */
  const isOfOtherThing = (figure: Quantity, own: Line, evidence: Evidence[], head: Line): boolean => {
    if (figure.unit !== 'count' || !figure.noun || SAYS_LITTLE.test(figure.noun)) return false
    const said = thingsOf(figure.noun)
    const isHeld = (stem: string) => holds(own.stems, stem) || holds(head.stems, stem)
    const telltale = said.filter((stem) => evidence.some((item) => item.telling.has(stem)))
    if (telltale.length > 0 && !telltale.some(isHeld)) return true
    return own.quantities.some((held) => {
      if (!held.noun || !isSame(figure, held)) return false
      const counted = thingsOf(held.noun)
      const shared = said.findIndex((stem) => counted.includes(stem))
      if (shared < 1) return false
      const before = said.slice(0, shared)
      const beforeHeld = counted.slice(0, counted.indexOf(said[shared] as string))
      // It may be held, and by another figure.
      const isOfAnother = (stem: string) =>
        own.quantities.some((other) => other !== held && other.noun && stems(other.noun).includes(stem))
      return beforeHeld.length > 0 && before.every((stem) => !isHeld(stem) || isOfAnother(stem))
    })
  }

  /** Something that the passages tell apart, and another thing. */
  const isOtherThing = (one: string, other: string, evidence: Evidence[]): boolean =>
    !sharesWord(one, other) &&
    stems(other).some((stem) => evidence.some((item) => item.telling.has(stem) || item.head.stems.has(stem)))

  /** Figures of one clause stand on one line, where the lines pair such figures. */
  const isTornApart = (figure: Quantity, beside: Quantity[], own: Line, { head }: Evidence): boolean =>
    beside.some((other) => {
      if (head.quantities.some((held) => isSame(other, held))) return false
      const alike = own.quantities.filter(
        ({ unit, noun }) =>
          unit === other.unit && (unit !== 'count' || (noun !== undefined && noun === other.noun)),
      )
      return alike.length > 0 && !alike.some((held) => isSame(other, held)) && other.unit !== figure.unit
    })

  /** Why no line that holds the figure is what its clause speaks of; undefined when one is. */
  const misplaced = (
    { figure, clause, mentions, beside }: Statement,
    evidence: Evidence[],
  ): string | undefined => {
    const words = [
      ...new Set([
        ...contentStems(clause.replace(AXIS, ' ')),
        ...stems(clause).filter((stem) => ROLE.test(stem)),
      ]),
    ]
    const supporting = evidence.flatMap((item) =>
      [...item.lines, item.head]
        .filter((line) => line.quantities.some((held) => isSame(figure, held)))
        .map((line) => ({ item, line })),
    )
    if (supporting.length === 0) return NOT_HELD
    const ofSubject = supporting.filter(({ item, line }) =>
      mentions.every((mention) => subjects.speaksOf(item.passage, line.text, mention)),
    )
    if (ofSubject.length === 0)
      return `which nothing it cites says of "${mentions.map(({ id }) => id).join('", "')}"`
    const right = ofSubject.filter(
      ({ item, line }) =>
        !isOfRival(words, line, item, figure) &&
        !isOfOtherMeasure(clause, line, item) &&
        !isOfOtherThing(figure, line, evidence, item.head) &&
        !isTornApart(figure, beside, line, item),
    )
    return right.length > 0 ? undefined : 'which stands there for something else'
  }

  /** What stands against every reading of a figure on every ground; none as soon as one holds. */
  const objections = (statements: Statement[], grounds: Evidence[][]): string[] => {
    const found: string[] = []
    for (const evidence of grounds)
      for (const statement of statements) {
        const reason = misplaced(statement, evidence)
        if (reason === undefined) return []
        found.push(reason)
      }
    return found
  }

  /** A stage or phase that is named where what is quoted names only others. */
  const unquoted = (text: string, quotes: string[]): Mention | undefined => {
    const quoted = quotes.flatMap((quote) => subjects.mentions(quote))
    return (['stage', 'phase'] as const)
      .map((kind) => {
        const held = quoted.filter((mention) => mention.kind === kind)
        const said = subjects.mentions(text).filter((mention) => mention.kind === kind)
        return held.length > 0 && !said.some(({ id }) => held.some((mention) => mention.id === id))
          ? said[0]
          : undefined
      })
      .find((mention) => mention !== undefined)
  }

  /** The number counts what a passage or the sentence itself lists. */
  const isCount = (figure: Quantity, sentence: string, evidence: Evidence[]): boolean => {
    const { noun } = figure
    if (figure.unit !== 'count' || figure.value > MOST_COUNTED || !noun) return false
    if (itemsOf(sentence.slice(figure.end).replace(/^[^:–—]*/, '')).includes(figure.value)) return true
    const things = stems(noun)
    const isNamed = (item: Evidence) =>
      things.some(
        (stem) => holds(item.head.stems, stem) || item.lines.some((line) => holds(line.stems, stem)),
      )
    const isCountedOtherwise = (item: Evidence) =>
      [...item.lines, item.head].some(({ quantities }) =>
        quantities.some(
          (held) =>
            held.unit === 'count' &&
            held.noun !== undefined &&
            stems(held.noun).some((stem) => things.includes(stem)),
        ),
      )
    return evidence.some(
      (item) =>
        itemCounts(item).has(figure.value) &&
        (LISTED.test(noun) || isNamed(item)) &&
        !isCountedOtherwise(item),
    )
  }

  return ({ parts }: { parts: Part[] }, { before, given }: Ground): string | undefined => {
    const own = parts.flatMap(({ passages }) => passages)
    const cited = own.length > 0 ? own : before
    const givenQuantities = readQuantities(given)
    const whole = bare(parts.map(({ text }) => text).join(''))
    // What a passage says itself, word for word, is as true as the passage.
    const words = whole.trim().replace(/^- /, '')
    if (words !== '' && own.some(({ body }) => body.includes(words))) return undefined
    const mentions = subjects.mentions(whole)
    const onAxes = mentions.filter(({ kind }) => kind !== 'source')
    if (onAxes.length > 0 && cited.length > 0) {
      const named = subjects.mentions(given)
      const isGiven = ({ kind, id }: Mention) =>
        own.length === 0 && named.some((mention) => mention.kind === kind && mention.id === id)
      if (
        !onAxes.some(
          (mention) => isGiven(mention) || cited.some((passage) => subjects.holds(passage, mention)),
        )
      )
        return `it speaks of ${onAxes[0]?.kind} "${onAxes[0]?.id}", and what it cites does not`
    }
    let offset = 0
    for (const { text, passages, quotes } of parts) {
      const plain = bare(text)
      const quantities = readQuantities(plain)
      const figures = quantities.filter((quantity) => !isName(quantity))
      const quoted = quotes.flatMap((quote) => readQuantities(quote)).filter((quantity) => !isName(quantity))
      const others = before.filter((passage) => !passages.includes(passage))
      const grounds = [passages.length > 0 ? passages : cited, others].map((list) => list.map(evidenceOf))
      const strange = unquoted(plain, quotes)
      if (strange) return `it speaks of ${strange.kind} "${strange.id}", and what it quotes of another`
      for (const [index, figure] of figures.entries()) {
        const clause = clauseOf(plain, figure, quantities)
        const beside = figures.filter(
          (other, at) =>
            other !== figure &&
            other.start >= clause.start &&
            other.end <= clause.end &&
            !(figure.opens && at === index + 1) &&
            !(other.opens && at === index - 1),
        )
        const window = windowOf(figure, clause, beside)
        const at = { figure: offset + figure.start, start: offset + window.start, end: offset + window.end }
        // "15 to 20 months, and the best below twelve": a bare number goes on with the unit before it.
        const unit = figures[index - 1]?.unit
        const readings =
          figure.unit === 'count' && !figure.noun && unit && unit !== 'count'
            ? [figure, { ...figure, unit }]
            : [figure]
        const statements = readings.map((reading) => ({
          figure: reading,
          clause: plain.slice(window.start, window.end),
          mentions: mentionsOf(whole, mentions, at),
          beside,
        }))
        // What is quoted holds such a figure, and another one: this one was taken from elsewhere in the passage.
        const isBesideQuote =
          !isYear(figure) &&
          !quoted.some((held) => isSame(figure, held)) &&
          quoted.some((held) => isAlike(figure, held))
        const found = objections(statements, isBesideQuote ? grounds.slice(1) : grounds)
        if (found.length === 0) continue
        const reasons = isBesideQuote ? [NOT_QUOTED] : found
        const isGiven = (held: Quantity) =>
          isSame(figure, held) &&
          !(held.noun && figure.noun && isOtherThing(held.noun, figure.noun, grounds.flat()))
        if (givenQuantities.some(isGiven) || isCount(figure, plain, grounds.flat())) continue
        const reason = reasons.find((found) => found !== NOT_HELD) ?? NOT_HELD
        return `it says "${plain.slice(figure.start, figure.end).trim()}", ${reason}`
      }
      offset += plain.length
    }
    return undefined
  }
}
