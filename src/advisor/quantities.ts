/**
 * What a number counts. Durations are held in the unit that they were said in, years as months, milliseconds as seconds; `times` are multiples;
 * `phase`, `stage` and `code` (as in "Q3") are names that hold a number; a `count` has no unit of its own.
 */
export type Unit =
  | 'usd'
  | 'eur'
  | 'gbp'
  | 'percent'
  | 'seconds'
  | 'minutes'
  | 'hours'
  | 'days'
  | 'weeks'
  | 'months'
  | 'times'
  | 'phase'
  | 'stage'
  | 'code'
  | 'count'

/** A number in a text with everything that gives it its meaning. */
export interface Quantity {
  value: number
  unit: Unit
  /** The words behind a count, in lower case, up to three: what is counted. */
  noun?: string
  /** Of a rate, the unit of its divisor: "per month". */
  per?: string
  /** Which way it bounds: "above 80 %" is 1, "at most 80 %" is -1. */
  bound?: 1 | -1
  /** It is one end of a range whose other end follows: "8" in "8 to 25". */
  opens?: true
  /** Digits were written with K, M or B: an amount, even without a currency. */
  scaled: boolean
  /** Where it stands in the text. */
  start: number
  end: number
}

const HOURS: Partial<Record<Unit, number>> = {
  seconds: 1 / 3_600,
  minutes: 1 / 60,
  hours: 1,
  days: 24,
  weeks: 168,
}

const sameUnit = (said: Quantity, held: Quantity): boolean => {
  if (said.unit === held.unit) return said.unit !== 'code' || said.noun === held.noun
  const amount = (one: Quantity, other: Quantity) =>
    one.unit === 'count' &&
    (one.scaled || (one.noun === undefined && one.value >= 1_000)) &&
    other.unit === 'usd'
  if (amount(said, held) || amount(held, said)) return true
  const times = [said.unit, held.unit]
  return times.includes('times') && times.includes('count')
}

/** Whether a number that was said is one that is held: same value, unit, divisor and direction. */
export const isSame = (said: Quantity, held: Quantity): boolean => {
  const [a, b] = [HOURS[said.unit], HOURS[held.unit]]
  const equal =
    a !== undefined && b !== undefined
      ? Math.abs(said.value * a - held.value * b) < 1e-12 + 1e-9 * held.value * b
      : sameUnit(said, held) && Math.abs(said.value - held.value) < 1e-9 * Math.max(1, Math.abs(held.value))
  if (!equal) return false
  if (said.per !== undefined && held.per !== undefined && said.per !== held.per) return false
  return said.bound === undefined || held.bound === undefined || said.bound === held.bound
}
