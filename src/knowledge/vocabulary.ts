import { stemmer } from 'stemmer'
import { remember } from './remember.ts'

/** Words that carry no subject of their own in a question about scaling. */
const STOP_WORDS = new Set(
  `a about above actually after again all also am an and any anyone anything are aren't around as ask asks at be because become been before being
  below between both but by can cannot could dear did do does doesn't doing don't done down during each either else etc even ever every
  everybody everyone exactly far few first for from further get gets give gives go going good got guys had has have having he hello help her here hey hi
  him his how i i'd i'm if in include includes into is isn't it it's its itself just kind know let like list look looks made make makes many may me mean means
  meant might more most much must my name named need needs no nor not now of off on once one only onto or other our ours out over
  own per phrase phrased please pls plus put quite really right said same say says see seen shall she should show so some something somewhere such take
  tell than thanks that that's the their them then there these they they're thing things think this those through thus to
  together too toward try two under until up us use used using very via want wants was way we we'd we're we've well were what what's when where whether
  which while who whom whose why will with within without won't would yes yet you you're your yours vs versus
  according document documents source model cairn say knowledge base suggest suggested suggests advice advise recommend recommended recommendation typical typically
  company business org organization organisation team teams stage stages phase phases dev devs developer developers engineer engineers people person
  kinda roughly approx approximately exact main key come comes start starts run runs happen happens expect expected work works handle handled still else's`
    .split(/\s+/)
    .map((word) => word.trim()),
)

/** Words come again and again; their stems are worked out once. */
const stemOf = remember(stemmer, 20_000)
const TOKENS = /[\p{L}\p{N}][\p{L}\p{N}'&+.]*/gu

const normalise = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/_/g, ' ')
    .replace(/(\w)-(\w)/g, '$1 $2')

/** Word stems of a text, in order, stop words included. */
export const stems = remember((text: string): readonly string[] =>
  [...normalise(text).matchAll(TOKENS)].map(([token]) =>
    stemOf(token.replace(/[.'+]+$/, '').replace(/'s$/, '')),
  ),
)

/** Word stems that say what a question is about: without stop words and bare numbers. */
export const contentStems = remember((text: string): readonly string[] => {
  const words = [...normalise(text).matchAll(TOKENS)].map(([token]) =>
    token.replace(/[.'+]+$/, '').replace(/'s$/, ''),
  )
  return [
    ...new Set(
      words
        .filter((word) => word.length > 1 && !STOP_WORDS.has(word) && !/^\d/.test(word))
        .map((word) => stemOf(word)),
    ),
  ]
})

export interface Vocabulary {
  /** The text with the playbook's own word behind each synonym used; for lexical search only. */
  expand(text: string): string
  /** Stems that mean the same as the given one, itself included. */
  same(stem: string): readonly string[]
}

/** Makes a vocabulary of groups of words that mean the same; each group's first is the playbook's own. */
export const createVocabulary = (groups: readonly string[][]): Vocabulary => {
  const patterns = groups.map(([own, ...others]) => ({
    own: own as string,
    // Plain letters on lower case: classes of Unicode would take a millisecond each to compile.
    others: new RegExp(
      `(?<![a-z0-9])(?:${others.map((word) => RegExp.escape(word.toLowerCase())).join('|')})s?(?![a-z0-9])`,
    ),
  }))
  const sameStems = new Map<string, Set<string>>()
  for (const group of groups) {
    const all = group.flatMap((word) => contentStems(word))
    for (const word of group) {
      const own = contentStems(word)
      if (own.length !== 1) continue
      const set = sameStems.get(own[0] as string) ?? new Set<string>()
      for (const stem of all) set.add(stem)
      sameStems.set(own[0] as string, set)
    }
  }
  return {
    expand: (text) => {
      const lower = text.toLowerCase()
      const added = patterns.filter(({ others }) => others.test(lower)).map(({ own }) => own)
      return [text, ...added].join(' ')
    },
    same: (stem) => [...(sameStems.get(stem) ?? [stem])],
  }
}
