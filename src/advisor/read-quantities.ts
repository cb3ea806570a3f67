import { ORDINALS, SCALES, WORDS } from '../knowledge/number-words.ts'
import { remember } from '../knowledge/remember.ts'
import type { Quantity, Unit } from './quantities.ts'
import { CURRENCIES, MULTIPLES, SHARES, UNITS } from './unit-words.ts'

const WORD = Object.keys(WORDS).join('|')
const NUMBER = new RegExp(
  `(?<![\\p{L}\\p{N}])([$€£])?\\s?(\\d+(?:[.,]\\d+)*)(?:(?: |-)?(k|mm|mn|mio|m|bn|b|thousand|millions?|millionen|millones|billion)(?![\\p{L}\\p{N}]))?` +
    `|(?<![\\p{L}\\p{N}-])(${WORD})(?:[- ](${WORD}))?(?: (thousand|million|billion))?(?![\\p{L}\\p{N}])`,
  'giu',
)
const CODE = /(?<![\p{L}\p{N}])(?!x\d)([a-z]{1,3})-?(\d{1,5})(?![\p{L}\p{N}.,]*\d)/giu
const NAMED_BEFORE = /\b(phases?|stages?|p(?=\d))[ #-]?$/i
/** Without any of these there is nothing to read. */
const ANY = new RegExp(
  `\\d|\\b(?:${WORD}|${Object.keys(ORDINALS).join('|')})\\b|twice|double|doubl|tripl|threefold|twofold|quadrupl|fourfold|half|halves|quarter|third`,
  'i',
)
const ORDINAL = new RegExp(
  `\\b(${Object.keys(ORDINALS).join('|')}) (?:[a-z]+ )?(phase|stage|months?|years?|weeks?|quarters?)\\b`,
  'gi',
)
const UNIT_BEFORE =
  /\b(months?|monate?n?|mois|mes(?:es)?|mesi|weeks?|wochen?|semaines?|days?|tage?|jours?|years?|jahre?|quarters?)[ #-]?$/i
const ABOVE =
  /(?:>=?|≥|\b(?:above|over|more than|greater than|exceed\w*|at least|minimum of|no less than|from|beyond|past|north of|under no))\s?[$€£]?$/i
const BELOW =
  /(?:<=?|≤|\b(?:below|under|less than|fewer than|lower than|at most|maximum of|no more than|up to|within|not exceed\w*))\s?[$€£]?$/i
const PER =
  /^[^.;:]{0,24}?(?:\bper|\/|\ban?|\beach|\bevery|\bpro|\bpar) ?(minute|hour|day|week|month|quarter|year)\b/i
const NOUN = /^\+?[\s-]{1,2}(\p{L}[\p{L}'-]*(?: \p{L}[\p{L}'-]*){0,2})/u
const JOINS = /^\+?\s?(?:-|–|—|to|and|or|through|until|up to|,|, and|, or|bis|à|a|und|oder|y|o|et|ou|e)\s?$/i

/** Characters around a number that may say what it is. */
const FAR = 60
const FUNCTION_WORDS = new Set(
  'bis und oder von für pro y o de por et ou à en e di per a an and as at but by you we they i he she who put puts can may must should will already have had do does each for from in into is are it of on or out over per than that the then through to until up was were when which while with within'.split(
    ' ',
  ),
)

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/\u00a0|\u202f/g, ' ')

/** "1,500" is one thousand five hundred, "1,5" one and a half. */
const parseDigits = (digits: string): number => {
  const grouped = digits.replace(/[.,](?=\d{3}(?:\D|$))/g, (mark, _at: number, whole: string) =>
    mark === ',' || /^\d{1,3}(?:\.\d{3})+$/.test(whole) ? '' : mark,
  )
  return Number(
    /^\d{1,3}(?:\.\d{3}){2,}$/.test(digits) ? digits.replaceAll('.', '') : grouped.replace(',', '.'),
  )
}

interface Found extends Omit<Quantity, 'unit'> {
  unit: Unit | undefined
  /** It is spelled as a word. */
  word: boolean
  /** What its value was multiplied with for its unit. */
  factor: number
  /** Its unit stands in front of it, and so of the ones that follow: "months 3, 6 and 9", "phase 1 or 2", "$5". */
  leads: boolean
}

const findNumbers = (text: string): Found[] =>
  all(text, NUMBER).map((match): Found => {
    const [whole, currency, digits, scale, word, second, wordScale] = match
    const lead = whole.length - whole.trimStart().length
    const start = match.index + lead
    const multiplier = SCALES[(scale ?? wordScale ?? '').toLowerCase()] ?? 1
    const tens = word ? (WORDS[word] as number) : 0
    const ones = second ? (WORDS[second] as number) : 0
    const spelled = second === 'hundred' || second === 'dozen' ? tens * ones : tens + ones
    return {
      value: (digits ? parseDigits(digits) : spelled) * multiplier,
      unit: currency ? CURRENCIES[currency] : undefined,
      scaled: multiplier > 1,
      word: word !== undefined,
      factor: 1,
      leads: currency !== undefined,
      start,
      end: match.index + whole.length,
    }
  })

/** Unit, noun, divisor and bound of a number from the words around it. */
const readAround = (text: string, found: Found): Found => {
  const before = text.slice(Math.max(0, found.start - FAR), found.start)
  const after = text.slice(found.end, found.end + FAR)
  const named = found.value > 0 ? NAMED_BEFORE.exec(before)?.[1] : undefined
  const per = PER.exec(after)?.[1]?.toLowerCase()
  const bound = BELOW.test(before) ? -1 : ABOVE.test(before) || /^\+/.test(after) ? 1 : undefined
  const rest = { ...found, ...(per ? { per } : {}), ...(bound ? { bound } : {}) } as Found
  if (named) return { ...rest, unit: named.startsWith('s') ? 'stage' : 'phase', leads: true }
  const inUnit = ([, unit, factor]: (typeof UNITS)[number]) => ({
    ...rest,
    unit,
    factor,
    value: rest.value * factor,
  })
  const follows = after.replace(/^\+?[\s-]{0,2}/, '')
  const own = UNITS.find(([pattern]) => pattern.test(follows))
  if (own && rest.unit === undefined) return inUnit(own)
  const placed = UNIT_BEFORE.exec(before)?.[1]
  const place = placed && UNITS.find(([pattern]) => pattern.test(placed.toLowerCase()))
  if (place && rest.unit === undefined) return { ...inUnit(place), leads: true }
  const words = NOUN.exec(after)?.[1]?.split(' ') ?? []
  const stop = words.findIndex((word) => FUNCTION_WORDS.has(word))
  const noun = words.slice(0, stop < 0 ? words.length : stop).join(' ')
  return noun !== '' && rest.unit === undefined ? { ...rest, noun } : rest
}

/** "8 to 25", "8-25", "between 8 and 25". */
const isRange = (text: string, left: Found, right: Found): boolean => {
  const between = text.slice(left.end, right.start).replace('+', '').trim()
  return (
    /^(?:-|–|—|to|through|until|up to|bis|à)$/.test(between) ||
    (between === 'and' && /between \$?$/.test(text.slice(0, left.start)))
  )
}

/** "8 to 25 developers", "$1-5M", "months 3, 6 and 9": what one of a series says holds for all of it. */
const shareUnits = (text: string, found: Found[]): void => {
  const joined = (left: Found, right: Found) => JOINS.test(text.slice(left.end, right.start))
  for (let index = found.length - 2; index >= 0; index--) {
    const [left, right] = [found[index] as Found, found[index + 1] as Found]
    if (right.leads || !joined(left, right)) continue
    // Both ends of a range are bounds of their own.
    delete left.bound
    delete right.bound
    const isName = right.unit === 'phase' || right.unit === 'stage'
    if (isRange(text, left, right)) left.opens = true
    const alike = left.unit === undefined || right.unit === undefined || left.unit === right.unit
    if (right.scaled && !left.scaled && left.value < 1_000 && alike) {
      left.value *= right.value >= 1e9 ? 1e9 : right.value >= 1e6 ? 1e6 : 1e3
      left.scaled = true
    }
    if (left.unit !== undefined || left.noun !== undefined || isName) continue
    left.unit = right.unit
    left.factor = right.factor
    left.value *= right.factor
    if (right.noun) left.noun = right.noun
    if (right.per) left.per = right.per
  }
  for (let index = 1; index < found.length; index++) {
    const [left, right] = [found[index - 1] as Found, found[index] as Found]
    if (right.unit !== undefined || !left.leads || !joined(left, right)) continue
    // "in months 4 to 6 follow …": what follows is counted by neither.
    if (right.noun !== undefined && !isRange(text, left, right)) continue
    delete right.noun
    if (isRange(text, left, right)) left.opens = true
    right.unit = left.unit
    right.factor = left.factor
    right.value *= left.factor
    right.leads = true
  }
}

const all = (text: string, pattern: RegExp): RegExpExecArray[] =>
  text.search(pattern) < 0 ? [] : [...text.matchAll(pattern)]

const matches = (text: string, pattern: RegExp, value: number, unit: Unit): Quantity[] =>
  all(text, pattern).map((match) => ({
    value,
    unit,
    scaled: false,
    start: match.index,
    end: match.index + match[0].length,
  }))

/** "one of the", "no one", "between the two": a pronoun and no number, unless a unit or a name makes it one. */
const isPronoun = (text: string, { word, value, unit, scaled, noun, start }: Found): boolean =>
  word &&
  unit === undefined &&
  !scaled &&
  (value === 1 ||
    /\bof (?:the|these|those|its|their) $/.test(text.slice(0, start)) ||
    (noun === undefined && /\b(?:the|these|those|all|other) $/.test(text.slice(0, start))))

/** Every number of a text, number words, ordinals, multiples and shares included, in order. */
export const readQuantities = remember((raw: string): readonly Quantity[] => {
  if (!ANY.test(raw)) return []
  const text = plain(raw)
  const found = findNumbers(text).map((item) => readAround(text, item))
  shareUnits(text, found)
  const numbers = found
    .filter((item) => !isPronoun(text, item))
    .map(
      ({ word: _word, factor: _factor, leads: _leads, ...item }): Quantity => ({
        ...item,
        unit: item.unit ?? 'count',
      }),
    )
  const ordinals = all(text, ORDINAL).map((match): Quantity => {
    const name = (match[2] as string).replace(/s$/, '')
    const factor = name === 'year' ? 12 : name === 'quarter' ? 3 : 1
    const unit: Unit = name === 'phase' || name === 'stage' ? name : name === 'week' ? 'weeks' : 'months'
    return {
      value: (ORDINALS[match[1] as string] as number) * factor,
      unit,
      scaled: false,
      start: match.index,
      end: match.index + match[0].length,
    }
  })
  const codes = all(text, CODE)
    .filter(([, letters]) => letters !== 'p' && !/^(?:eur|usd|gbp)$/.test(letters as string))
    .map(
      (match): Quantity => ({
        value: Number(match[2]),
        unit: 'code',
        noun: match[1] as string,
        scaled: false,
        start: match.index,
        end: match.index + match[0].length,
      }),
    )
  return [
    ...numbers,
    ...ordinals,
    ...codes,
    ...MULTIPLES.flatMap(([pattern, value]) => matches(text, pattern, value, 'times')),
    ...SHARES.flatMap(([pattern, value]) => matches(text, pattern, value, 'percent')),
  ].sort((a, b) => a.start - b.start)
})
