import type { Axes, PhaseId, StageId, TransitionId } from '../playbook/schema.ts'
import { PHASE_IDS, STAGE_IDS, TRANSITION_IDS } from '../playbook/schema.ts'
import { phaseOfArr, phaseOfMonth, stageOf } from '../strategy/stage.ts'
import { ORDINALS, SCALES, WORDS } from './number-words.ts'

/** What a question names on the two axes, and the figures that it names it by. */
export interface Entities {
  stages: StageId[]
  phases: PhaseId[]
  transitions: TransitionId[]
  /** Developers that the question states, when it states one number. */
  developers?: number
  arrUsd?: number
  /** Months named, counted from the start of the company or of the transition. */
  months: number[]
  /** True when the question asks about the stage or phase after the one talked about. */
  next: boolean
}

const ROMAN: Record<string, number> = { i: 1, ii: 2, iii: 3, iv: 4, v: 5 }
const number = (word: string): number => WORDS[word] ?? ORDINALS[word] ?? ROMAN[word] ?? Number(word)

const COUNT_WORD =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred'
const DEVELOPERS =
  '(?:full[- ]?time |senior |junior |software |product )*(?:devs?|developers?|engineers?|engs?|programmers?|coders?|swes?|techies|technical people|people (?:in|on) (?:engineering|dev|tech)|(?:person|people|man|head) (?:dev|engineering|eng|tech)(?:eloper|eng)?s?(?: team| org)?|(?:dev|engineer|developer)[- ](?:team|org|shop|company|organi[sz]ation))\\b'

const DEVELOPER_COUNT = new RegExp(
  `(?<![\\w$.,])(\\d{1,5}|${COUNT_WORD})(?:\\s?(?:-|to|or)\\s?(\\d{1,5}))?\\s?\\+?[- ](?:or so |odd |something )?${DEVELOPERS}`,
  'g',
)
/** "From 25 to 75 devs" names a way, not a band. */
const GROWING = new RegExp(
  `\\bfrom (\\d{1,5})(?: ${DEVELOPERS})? (?:to|->) (\\d{1,5})\\+?[- ]${DEVELOPERS}`,
  'g',
)
const TEAM_OF =
  /\b(?:team|org|crew|group|engineering|department|shop) of (?:about |around |roughly |~ ?)?(\d{1,5})\b|\b(\d{1,5})[- ](?:person|people|strong|man) (?:team|engineering|dev|org)/g
const ARR =
  /\$ ?(\d+(?:[.,]\d+)?) ?(k|m|mm|mn|mio|million|b|bn|billion)?\b(?:[^.?!;]{0,14}?\b(?:arr|annual recurring|recurring revenue|in revenue|of revenue|revenue|run[- ]?rate))?|\b(\d+(?:[.,]\d+)?) ?(k|m|mm|mn|mio|million|b|bn|billion)\b[^.?!;]{0,14}?\b(?:arr|annual recurring|recurring revenue|revenue|run[- ]?rate)|\barr (?:of|is|at|=|:)? ?\$? ?(\d+(?:[.,]\d+)?) ?(k|m|million)\b/g
/** An amount in millions without the word ARR: "past 25M now", "between 5 and 25 million", "at 12m". */
const BARE_AMOUNT =
  /(?<![\w.])\$?(\d{1,3}|zero)(?: ?m| million)? ?(?:-|to|and) ?(?:an? )?\$?(\d{1,3}) ?(?:m|mm|million|mil)\b|(?<![\w.])\$?(\d{1,3}(?:\.\d)?) ?(?:m|mm|million|mil)\b/g
const OTHER_MONEY =
  /\b(?:fund\w*|rais\w+|round|series|valu\w+|customers?|deal|contract|cost\w*|budget|spend\w*|infra\w*|invest\w*|exit|acqui\w+|price|salary|loan|cash|users?)\b/
/** Words that put a boundary value into the band above it. */
const BEYOND = '(?:past|over|above|post|beyond|exceed\\w*|more than|crossed|passed|after|north of|>)'
/** Size of the whole company; the phases state 25, 85 and 200 employees. */
const EMPLOYEES =
  /\b(\d{2,4})[- ]?(?:employees?|staff|ppl|people|folks|heads|headcount)\b(?! (?:in|on) (?:engineering|dev|tech))|\bheadcount (?:of|is|at) (\d{2,4})\b/g
const HEADCOUNT_PHASES: [number, PhaseId][] = [
  [25, 'foundation'],
  [85, 'growth'],
  [200, 'scale'],
  [Number.POSITIVE_INFINITY, 'market_leadership'],
]
const MONTHS =
  /\b(?:months?|mo|m)[ #]?(\d{1,3})(?:\s?(?:-|to|through|until|and)\s?(?:months? )?(\d{1,3}))?\b|\b(\d{1,2})(?:st|nd|rd|th) month\b|\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) month\b/g
const ORDINAL_MONTHS: Record<string, number> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
}

const ORDINAL = '(1|2|3|4|5|one|two|three|four|five|i{1,3}|iv|v)'
const NTH = '(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)'

/** Names that people give the stages, beside number and head count. */
const STAGE_NAMES: [RegExp, StageId][] = [
  [
    /\b(?:individual|solo|single|lone|sole|one[- ]?(?:person|man|dev|woman)) (?:stage|dev|developer|founder|engineer|coder|programmer|shop)|\bsolo\b|\b(?:i'?m|we'?re|working|coding|building|developing|dev) (?:all )?(?:alone|by myself|solo)\b|\bjust me\b|\bon my own\b|\bby myself\b|\bone[- ]person\b|\bfirst stage\b/,
    'individual',
  ],
  [
    /\bsmall[- ]?(?:dev |developer |engineering )?(?:team|stage|squad|group)s?(?: stage)?\b(?! \(5)/,
    'small_team',
  ],
  [
    /\b(?:medium|mid|middle)[- ]?(?:sized?[- ]?)?(?:dev |developer |engineering )?(?:team|stage|org)s?\b/,
    'medium_team',
  ],
  [/\blarge[- ]?(?:dev |developer |engineering )?(?:team|stage|tribe org)s?\b/, 'large_team'],
  [
    /\benterprise[- ](?:stage|scale|level|org|organi[sz]ation|setup|size|dev|developer|phase|governance|engineering)s?\b|\b(?:at|to|for|in|into|becoming|reach(?:ing)?) (?:an |the )?enterprise\b(?! (?:sales|customers?|clients?|teams?|deals?|market|security|segment|accounts?|buyers?|jenkins))|\bfinal stage\b|\blast stage\b|\b(?:in|across) (?:many|several|different|multiple|various) (?:countries|continents|time ?zones|regions)\b/,
    'enterprise',
  ],
]

const PHASE_NAMES: [RegExp, PhaseId][] = [
  [
    /\bfoundation(?:al)? (?:phase|period|stage)\b|\bfoundation\b|\bfirst phase\b|\binitial phase\b|\bpre[- ]?(?:revenue|series[- ]?a|product)\b|\b(?:no|zero|without) revenue\b|\b(?:at|in) the (?:very )?(?:start|beginning|outset)\b|\bstart-?up phase\b|\bfirst (?:year and a half|18 months|eighteen months)\b/,
    'foundation',
  ],
  [
    /\bgrowth[- ]phase\b|\bphase of growth\b|\b(?:after|post|since|with) (?:the |our )?series[- ]?a\b|\b(?:closed|raised|got|landed|finished|signed)\b[^.?!]{0,15}\bseries[- ]?a\b|\bseries[- ]?a (?:is )?(?:done|closed|raised|behind|landed|in the bank)\b|\bpre[- ]?series[- ]?b\b|\bbetween series[- ]?a and\b/,
    'growth',
  ],
  [
    /\bscale[- ]phase\b|\bscaling phase\b|\bscale-up phase\b|\b(?:after|post|since|with) (?:the |our )?series[- ]?b\b|\b(?:closed|raised|got|landed|finished|signed)\b[^.?!]{0,15}\bseries[- ]?b\b|\bseries[- ]?b (?:is )?(?:done|closed|raised|behind|landed|in the bank)\b|\bpre[- ]?series[- ]?c\b|\bbetween series[- ]?b and\b/,
    'scale',
  ],
  [/\bmarket[- ]leadership(?: phase)?\b|\bleadership phase\b|\b(?:last|final) phase\b/, 'market_leadership'],
]

/** Ways to say that one is moving from one stage to the next. */
const TRANSITION_NAMES: [RegExp, TransitionId][] = [
  [
    /\b(?:hir\w+|add\w*|onboard\w*|bring\w*|after)\b[^.?!]{0,30}\b(?:first (?:extra |other |additional )?(?:dev|developer|engineer|team ?member|hire|teammate|colleague)|second (?:dev|developer|engineer|person|coder))|\bsolo to (?:a )?(?:small )?team|\bfrom (?:solo|alone|individual|one|1)\b[^.?!]{0,20}\bto\b/,
    'individual_to_small_team',
  ],
  [
    /\bsmall(?: team)?(?:-| )to(?:-| )(?:a )?medium|\b(?:into|to|form(?:ing)?|introduc\w+|switch\w* to|split\w* (?:in)?to) (?:the |our )?(?:first )?(?:specialized )?squads\b/,
    'small_to_medium_team',
  ],
  [
    /\bmedium(?: team)?(?:-| )to(?:-| )(?:a )?large|\bsquads? (?:in)?to tribes?\b|\btribes?\b[^.?!]{0,12}\b(?:roll[- ]?out|transition|introduc\w+|migration|move|adoption)|\b(?:to|into|introduc\w+|roll\w* out|adopt\w*|mov\w+ to|form\w*) (?:a )?tribes?\b/,
    'medium_to_large_team',
  ],
  [
    /\blarge(?: team)?(?:-| )to(?:-| )(?:an )?enterprise|\b(?:mov\w+|transition\w*|step|jump|path|shift|becom\w+|grow\w*|going|road ?map|journey|way) (?:in)?to (?:an? |the )?enterprise\b(?! (?:sales|customers?|clients?|deals?|market))/,
    'large_team_to_enterprise',
  ],
]

const unique = <T>(items: T[]): T[] => [...new Set(items)]

const stagesByCount = (text: string, axes: Axes): { stages: StageId[]; counts: number[] } => {
  const stages: StageId[] = []
  const counts: number[] = []
  const found = [...text.matchAll(DEVELOPER_COUNT)]
    .map((m) => [m[1], m[2]])
    .concat([...text.matchAll(TEAM_OF)].map((m) => [m[1] ?? m[2], undefined]))
  for (const [first, second] of found) {
    const low = number(first as string)
    if (second !== undefined) {
      const high = Number(second)
      const band = axes.stages.find(({ developers: { from, to } }) => from === low && to === high)
      const position = band ?? stageOf(Math.round((low + high) / 2), axes)?.stage
      if (position) stages.push(position.id)
      continue
    }
    const beyond = new RegExp(`\\b${first}\\s?\\+|\\b${BEYOND} ${first}\\b`).test(text)
    const open = beyond && axes.stages.find(({ developers: { from } }) => from === low)
    const position = open || stageOf(low, axes)?.stage
    if (position) stages.push(position.id)
    counts.push(low)
  }
  return { stages, counts }
}

/** Tribes and guilds come with stage 4, squads alone with stage 3. */
const stagesByStructure = (text: string): StageId[] => {
  if (/\b(?:tribes?|guilds?)\b/.test(text)) return ['large_team']
  return /\bsquads?\b/.test(text) ? ['medium_team'] : []
}

const parseAmount = (digits: string, scale: string | undefined): number =>
  Number(digits.replace(',', '.')) * (scale ? (SCALES[scale] ?? 1) : 1)

/** Reads stages, phases, transitions and figures out of a question. Pure; the text is already clean. */
export const readEntities = (question: string, axes: Axes): Entities => {
  const text = question.toLowerCase().replace(/[–—]/g, '-').replace(/[’`]/g, "'")
  const byCount = stagesByCount(text, axes)
  const stages: StageId[] = [...byCount.stages]
  const phases: PhaseId[] = []
  const transitions: TransitionId[] = []

  for (const match of text.matchAll(
    new RegExp(
      `\\bstages?[ #-]?${ORDINAL}\\b(?:\\s?(?:->|to|→|-|=>|into|and|vs\\.?|versus|or|&|,)\\s?(?:stage )?${ORDINAL}\\b)?`,
      'g',
    ),
  )) {
    const [from, to] = [number(match[1] as string), match[2] ? number(match[2]) : undefined]
    if (to === from + 1 && /(->|to|→|-|=>|into)/.test(match[0].slice(6)))
      transitions.push(TRANSITION_IDS[from - 1] as TransitionId)
    for (const n of [from, to]) if (n) stages.push(STAGE_IDS[n - 1] as StageId)
  }
  for (const match of text.matchAll(new RegExp(`\\b(?:very )?${NTH} (?:\\w+ )?stage\\b`, 'g')))
    stages.push(STAGE_IDS[number(match[1] as string) - 1] as StageId)
  for (const match of text.matchAll(
    new RegExp(
      `\\bphases?[ #-]?${ORDINAL}\\b(?:\\s?(?:to|-|and|vs\\.?|versus|or|&|,)\\s?(?:phase )?${ORDINAL}\\b)?`,
      'g',
    ),
  ))
    for (const word of [match[1], match[2]])
      if (word && PHASE_IDS[number(word) - 1]) phases.push(PHASE_IDS[number(word) - 1] as PhaseId)
  for (const match of text.matchAll(/\bp([1-4])\b/g)) phases.push(PHASE_IDS[Number(match[1]) - 1] as PhaseId)
  for (const match of text.matchAll(new RegExp(`\\b${NTH} (?:\\w+ )?phase\\b`, 'g'))) {
    const phase = PHASE_IDS[number(match[1] as string) - 1]
    if (phase) phases.push(phase)
  }
  for (const [, from, to] of text.matchAll(GROWING)) {
    const [here, there] = [stageOf(Number(from), axes)?.stage.id, stageOf(Number(to), axes)?.stage.id]
    const move = axes.transitions.find((known) => known.from === here && known.to === there)
    if (move) transitions.push(move.id)
  }
  for (const [pattern, id] of STAGE_NAMES) if (pattern.test(text)) stages.push(id)
  for (const [pattern, id] of PHASE_NAMES) if (pattern.test(text)) phases.push(id)
  for (const [pattern, id] of TRANSITION_NAMES) if (pattern.test(text)) transitions.push(id)

  if (stages.length + transitions.length + phases.length === 0) stages.push(...stagesByStructure(text))

  let arrUsd: number | undefined
  for (const match of text.matchAll(ARR)) {
    const digits = match[1] ?? match[3] ?? match[5]
    const scale = match[2] ?? match[4] ?? match[6]
    const named = /arr|recurring|revenue|run[- ]?rate/.test(match[0])
    if (!digits || !(named || /\barr\b|revenue/.test(text)) || !scale) continue
    const amount = parseAmount(digits, scale)
    if (arrUsd === undefined && amount >= 1e5) arrUsd = amount
    const beyond =
      new RegExp(`${BEYOND}\\s?$`).test(text.slice(0, match.index)) ||
      /^\s?\+/.test(text.slice(match.index + match[0].length))
        ? 1
        : 0
    const phase = phaseOfArr(amount + beyond, axes)
    if (phase && amount >= 1e5) phases.push(phase.id)
  }

  for (const match of text.matchAll(BARE_AMOUNT)) {
    if (arrUsd !== undefined || OTHER_MONEY.test(text)) break
    const range = match[1]
      ? [match[1] === 'zero' ? 0 : Number(match[1]), Number(match[2])]
      : [Number(match[3])]
    const beyond = new RegExp(`${BEYOND}\\s?\\$?${range[0]} ?(?:m|million|mil)`).test(text) ? 1 : 0
    const [low, high] = [range[0] as number, range.at(-1) as number].map((n) => n * 1e6) as [number, number]
    // "5 to 25 million" is a band; a range over several bands names none.
    const [from, to] = [phaseOfArr(low + (range.length > 1 ? 1 : beyond), axes), phaseOfArr(high, axes)]
    if (range.length === 1) arrUsd = low
    if (from && (range.length === 1 || from.id === to?.id)) phases.push(from.id)
  }
  for (const match of text.matchAll(EMPLOYEES)) {
    const staff = Number(match[1] ?? match[2])
    const phase = HEADCOUNT_PHASES.find(([most]) => staff <= most)?.[1]
    if (phase && staff >= 20 && stages.length === 0) phases.push(phase)
  }

  const months = [...text.matchAll(MONTHS)].flatMap((m) =>
    [m[1] ?? m[3], m[2]]
      .filter((n) => n !== undefined)
      .map(Number)
      .concat(m[4] ? [ORDINAL_MONTHS[m[4]] as number] : []),
  )
  if (transitions.length === 0 && stages.length === 0 && phases.length === 0)
    for (const month of months) {
      const phase = phaseOfMonth(month, axes)
      if (phase) phases.push(phase.id)
    }

  const counts = unique(byCount.counts)
  return {
    stages: unique(stages),
    phases: unique(phases),
    transitions: unique(transitions),
    ...(counts.length === 1 ? { developers: counts[0] as number } : {}),
    ...(arrUsd === undefined ? {} : { arrUsd }),
    months: unique(months),
    next: /\bnext (?:stage|phase|step|level|one)\b|\b(?:stage|phase|one|what comes) after (?:that|this)\b|\bthe following (?:stage|phase)\b/.test(
      text,
    ),
  }
}
