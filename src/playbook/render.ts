import type { Axes, Entry, Fact, Phase, Quantity, Stage, Target, Transition } from './schema.ts'

const shortUsd = (value: number): string => {
  if (value >= 1e9) return `${value / 1e9}B`
  if (value >= 1e6) return `${value / 1e6}M`
  if (value >= 1e3) return `${value / 1e3}K`
  return String(value)
}

/** Prints a figure in the unit that its name ends in: `_usd`, `_pct`; any other name is a plain number. */
export const formatQuantity = (name: string, value: Quantity): string => {
  const [from, to] = typeof value === 'number' ? [value, undefined] : value
  if (name.endsWith('usd')) {
    if (to === undefined) return `$${shortUsd(from)}`
    const [low, high] = [shortUsd(from), shortUsd(to)]
    const sameScale = low.at(-1) === high.at(-1) && /\D$/.test(low)
    return `$${sameScale ? low.slice(0, -1) : low}-${high}`
  }
  const unit = name.endsWith('pct') ? '%' : ''
  const print = (figure: number) => figure.toLocaleString('en-US')
  return to === undefined ? `${print(from)}${unit}` : `${print(from)}-${print(to)}${unit}`
}

export const describeStage = (stage: Stage): string => {
  const { from, to } = stage.developers
  const band =
    to === undefined ? `${from}+ developers` : from === to ? `${from} developer` : `${from}-${to} developers`
  return `stage ${stage.number} (${stage.name}, ${band})`
}

export const describePhase = (phase: Phase): string => {
  const { arr_usd: arr, months } = phase
  const money =
    arr.to === undefined ? `$${shortUsd(arr.from)}+` : `$${shortUsd(arr.from)} to $${shortUsd(arr.to)}`
  const time = months.to === undefined ? `months ${months.from}+` : `months ${months.from}-${months.to}`
  return `phase ${phase.number} (${phase.name}, ${money} ARR, ${time})`
}

const describeTransition = (transition: Transition, axes: Axes): string => {
  const stage = (id: string) => describeStage(axes.stages.find((s) => s.id === id) as Stage)
  return `the move from ${stage(transition.from)} to ${stage(transition.to)}`
}

const formatTarget = (target: Target): string => {
  const words = { '>': 'above', '>=': 'at least', '<': 'below', '<=': 'at most' }[target.op]
  const figure =
    target.unit === '%'
      ? `${target.value}%`
      : target.unit === '/5'
        ? `${target.value.toFixed(1)} out of 5.0`
        : `${target.value} ${target.unit}`.trim()
  return [words, figure, target.per].filter(Boolean).join(' ')
}

const asList = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Names of what the entry is about, for the placeholders of its sentences. */
const subjects = (entry: Entry, axes: Axes): Record<string, string> => {
  const named = <T extends { id: string }>(all: T[], ids: string[], print: (item: T) => string) =>
    ids.map((id) => print(all.find((item) => item.id === id) as T)).join(' and ')
  return {
    stage: named(axes.stages, asList(entry.about.stage), describeStage),
    phase: named(axes.phases, asList(entry.about.phase), describePhase),
    transition: named(axes.transitions, asList(entry.about.transition), (t) => describeTransition(t, axes)),
    duration: named(
      axes.transitions,
      asList(entry.about.transition),
      (t) => `${t.months[0]}-${t.months[1]} months`,
    ),
  }
}

/** Replaces `{name}` by a value or subject; `{Name}` capitalises it. An unknown name throws. */
const fill = (text: string, words: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const word = words[name] ?? words[name.toLowerCase()]
    if (!word) throw new Error(`{${name}} has no value`)
    return /^[A-Z]/.test(name) ? capitalise(word) : word
  })

const printValues = (values: Record<string, Quantity> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, formatQuantity(name, value)]))

/** One fact as a line of text, label and figure side by side. */
const renderFact = (fact: Fact, words: Record<string, string> = {}): string => {
  if (typeof fact === 'string') return fill(fact, words)
  const month =
    fact.month === undefined
      ? undefined
      : `${typeof fact.month === 'number' ? 'Month' : 'Months'} ${formatQuantity('month', fact.month)}`
  const head = [month, fact.label].filter(Boolean).join(', ')
  const text = fact.text && fill(fact.text, { ...words, ...printValues(fact.values) })
  const figures = [
    fact.count === undefined ? undefined : formatQuantity('count', fact.count),
    fact.usd_per_month === undefined ? undefined : `$${shortUsd(fact.usd_per_month)} a month`,
    fact.target ? formatTarget(fact.target) : undefined,
  ].filter((figure) => figure !== undefined)
  const tail = [figures.join(', '), text].filter(Boolean).join(', ')
  return tail ? (head ? `${head}: ${tail}` : tail) : head
}

/** The path of headings without those that `within` starts with too: an overview names its subject once. */
const innerSection = (section: string, within: string): string[] => {
  const [path, outer] = [section.split(' > '), within.split(' > ')]
  const differs = path.findIndex((heading, depth) => heading !== outer[depth])
  return path.slice(differs < 0 ? path.length - 1 : differs)
}

/** The entry on one line: its section's name and its facts, as overviews print it. */
const renderCompact = (entry: Entry, overview: Entry, axes: Axes): string => {
  const words = { ...subjects(entry, axes), ...printValues(entry.values) }
  const name = innerSection(entry.section, overview.section).join(', ')
  const rating = entry.rating
    ? `probability ${entry.rating.probability}, impact ${entry.rating.impact}`
    : undefined
  const facts = entry.facts.map((fact) => renderFact(fact, words)).join('; ')
  return `${name}: ${[rating, facts || fill(entry.lead, words)].filter(Boolean).join('; ')}`
}

/**
 * Renders an entry to its passage: the opening sentence, the facts as list lines, the closing note.
 * `lookup` resolves the ids that an overview includes.
 * @throws Error when a placeholder has no value or an id is unknown; the loader adds file, entry and field.
 */
export const renderEntry = (entry: Entry, axes: Axes, lookup: (id: string) => Entry | undefined): string => {
  const words = { ...subjects(entry, axes), ...printValues(entry.values) }
  const included = entry.includes.map((id) => {
    const other = lookup(id)
    if (!other) throw new Error(`includes names "${id}", which no entry has as its id`)
    return renderCompact(other, entry, axes)
  })
  const rating = entry.rating && `Probability: ${entry.rating.probability}. Impact: ${entry.rating.impact}.`
  const facts = entry.facts.map((fact) => renderFact(fact, words))
  const untargeted = entry.facts.some((fact) => typeof fact !== 'string' && fact.target === null)
  const note = [
    entry.note && fill(entry.note, words),
    untargeted && 'The source names these measures and gives no target value.',
    entry.source && `Source: ${entry.source.title}, ${entry.source.year}.`,
  ]
    .filter(Boolean)
    .join(' ')
  const lead = [fill(entry.lead, words), rating].filter(Boolean).join(' ')
  return [lead, ...[...facts, ...included].map((line) => `- ${line}`), note].filter(Boolean).join('\n')
}
