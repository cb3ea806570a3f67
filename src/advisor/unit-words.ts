import type { Unit } from './quantities.ts'

/** Words for units, in the languages that people write in most; the factor turns years into months. */
export const UNITS: [RegExp, Unit, number][] = [
  [/^(?:%|percent\w*|per cent|prozent|por ciento|pour ?cent|pct|pp)/, 'percent', 1],
  [/^(?:usd|dollars?|dollar|us-dollar)\b/, 'usd', 1],
  [/^(?:eur|euros?)\b/, 'eur', 1],
  [/^(?:microseconds?|µs)\b/, 'seconds', 1e-6],
  [/^(?:milliseconds?|millis|ms)\b/, 'seconds', 1e-3],
  [/^(?:s|secs?|seconds?|sekunden?|secondes?|segundos?)\b/, 'seconds', 1],
  [/^(?:min|mins|minutes?|minuten|minutos?)\b/, 'minutes', 1],
  [/^(?:h|hrs?|hours?|stunden?|heures?|horas?)\b/, 'hours', 1],
  [/^(?:days?|tage?n?|jours?|días?|dias?)\b/, 'days', 1],
  [/^(?:weeks?|wochen?|semaines?|semanas?)\b/, 'weeks', 1],
  [/^(?:months?|mo|monate?n?|mois|mes(?:es)?|mesi|maanden)\b/, 'months', 1],
  [/^(?:quarters?|quartale?)\b(?! of)/, 'months', 3],
  [/^(?:years?|yrs?|jahre?n?|ans|années?|años?|anni)\b/, 'months', 12],
  [/^(?:x\b|×|fold\b|-fold\b)/, 'times', 1],
  [/^times\b/, 'times', 1],
]
/** Signs of currencies. */
export const CURRENCIES: Record<string, Unit> = { $: 'usd', '€': 'eur', '£': 'gbp' }
/** Words for multiples. */
export const MULTIPLES: [RegExp, number][] = [
  [/\b(?:twice|double[sd]?|doubling|twofold)\b/gi, 2],
  [/\b(?:triple[sd]?|tripling|threefold)\b/gi, 3],
  [/\b(?:quadruple[sd]?|fourfold)\b/gi, 4],
]
/** Words for shares, in percent. */
export const SHARES: [RegExp, number][] = [
  [/\bhalf (?:of|the|as|a|to)\b|\bone half\b|\bhalves\b/gi, 50],
  [/\b(?:a|one) quarter of\b/gi, 25],
  [/\bthree quarters of\b/gi, 75],
  [/\b(?:a|one) third of\b/gi, 33],
  [/\btwo thirds of\b/gi, 67],
]
