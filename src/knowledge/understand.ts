import { cleanText } from '../conversation/clean-text.ts'
import type { Axes } from '../playbook/schema.ts'
import { type Entities, readEntities } from './entities.ts'
import { contentStems } from './vocabulary.ts'

/** What kind of answer the question wants; it decides how long an answer may be. */
type Form = 'figure' | 'list' | 'comparison' | 'procedure' | 'other'

/** A question, read. Pure data: the advisor, the retrieval and the composers all work from it. */
export interface Understanding {
  /** The question as it was read: clean, on the thread's subject when it was a follow-up. */
  question: string
  entities: Entities
  /** Questions in it, each complete enough to search for; one for a plain question. */
  parts: string[]
  /** What each part names itself. */
  partEntities: Entities[]
  form: Form
  /** Asks about AI agents and their orchestration, a topic of its own. */
  agents: boolean
  /** Asks for the organisation's own figures or standing. */
  ours: boolean
  /** Asks what to prepare for: what ends the present stage, and how the move to the next one goes. */
  ahead: boolean
  /** Set on a follow-up: the topic that the thread is on. */
  continues?: { topic: string }
}

const AGENTS =
  /\b(?:agents?|bots?|AI (?:helpers|assistants|workers))\b|\bagentic (?:config|set-?up|workflow|orchestrat)|\bclaude[- ]?flow\b|\btopolog(?:y|ies)\b|\borchestrat(?:or|ors|ion|ing)\b|\bswarm\b|\bmax_agents\b|\bpeer[- ]to[- ]peer\b/i

const COMPARISON =
  /\b(?:compare[ds]?|comparison|versus|vs\.?|differ(?:s|ence|ences|ent)?|between .+ and |side by side|(?:per|by|across|for each|in each|each) (?:phases?|stages?)|all (?:the )?(?:four |five )?(?:phases|stages|risks|transitions)|every (?:phase|stage)|from .+ to .+ (?:phase|stage))\b/i
const FIGURE =
  /\b(?:how (?:many|much|long|big|large|often|high)|what (?:percentage|percent|number|size|share|amount)|size of|number of|budget|cost|costs|spend|price|target|targets|headcount|when|which month|what month|by when|count)\b/i
const PROCEDURE =
  /\b(?:steps?|how do (?:we|i|you)|how to|how should|roadmap|road map|to-?dos?|what (?:comes|happens) (?:now|next)|plan for|sequence|first thing|critical path|procedure|playbook for)\b/i
const LIST =
  /\b(?:which|what are|what were|list|name|who|roles?|characteri[sz]|traits|features|practices|principles|triggers?|signs?|risks?|challenges|objectives|kpis?|metrics)\b/i

const formOf = (text: string): Form => {
  if (COMPARISON.test(text)) return 'comparison'
  if (FIGURE.test(text)) return 'figure'
  if (PROCEDURE.test(text)) return 'procedure'
  return LIST.test(text) ? 'list' : 'other'
}

/** Where one question ends and the next begins. */
const JOINTS = [
  /\?+\s+(?=\S)/,
  /;\s+/,
  /\.\s+(?=(?:what|which|who|how|when|where|why|is|are|do|does|should|can|and|also)\b)/i,
  /,?\s+(?:and|plus|\+|&|as well as|also)\s+(?=(?:what|which|who|whom|how|when|where|why|is|are|do|does|did|should|can|could|would|will|by when)\b)/i,
  /,\s+(?=(?:what|which|who|how|when|where|why)\b)/i,
  /\s+\+\s+/,
  /,?\s+plus\s+/i,
]

/** Parts of one message that are looked up by themselves; more than that is asked as one. */
const MOST_PARTS = 4

/** "After the assessment, what …": the first clause only sets the scene of the second. */
const SETTING = /^(?:after|before|when|if|in|at|for|with|once|during|since|as|while|given|now that)\b/i

/** "…? shape?": a word or two that ask nothing without the piece beside them. */
const isFragment = (piece: string): boolean =>
  contentStems(piece).length === 0 || piece.split(' ').length <= FRAGMENT_WORDS
const FRAGMENT_WORDS = 2

const splitParts = (question: string): string[] => {
  const pieces = JOINTS.reduce<string[]>(
    (all, joint) => all.flatMap((piece) => piece.split(joint)),
    [question],
  )
    .map((part) => part?.trim().replace(/^(?:and|also|plus)\s+/i, ''))
    .filter((part) => part)
  const parts: string[] = []
  for (const piece of pieces) {
    const before = parts.pop()
    // "…, and how many people?" names no subject of its own: it belongs to what stands before it.
    if (before === undefined) parts.push(piece)
    else if (isFragment(piece) || isFragment(before) || SETTING.test(before)) parts.push(`${before} ${piece}`)
    else parts.push(before, piece)
  }
  return parts.length > 1 ? parts.slice(0, MOST_PARTS) : [question]
}

/** Figures or standing of the asker's own organisation, which no document can hold. */
const OURS =
  /\b(?:our|my) (?:own |current |actual |real |latest )*(?:arr|mrr|revenue|runway|burn(?: rate)?|churn|nrr|headcount|head count|growth(?: rate)?|margins?|deployment frequency|lead time|change fail(?:ure)? rate|dora|cac|ltv|kpis?|metrics|numbers|figures|velocity|cycle time|turnover|attrition|satisfaction|engagement|maturity|score|readiness|data|stage)\b(?! (?:should|target|goal|need|must))|\bwhat (?:stage|phase) are we\b|\bwhere are we\b|\bare we (?:ready|on track|behind|ahead|there)\b|\bhow (?:are|did|do) we (?:doing|do|compare|score|perform)\b|\b(?:arr|mrr|revenue|runway|burn|churn|growth|deployments?|lead time|incidents?|velocity|numbers|figures|metrics|kpis?|digest)\b[^.?!]{0,40}\b(?:last|this) (?:week|month|quarter)\b|\b(?:last|this) (?:week|month|quarter)(?:'s)? (?:numbers|figures|metrics|kpis?|digest|growth|revenue)\b/i

const AHEAD =
  /\b(?:prepar(?:e|ed|ing) for|get(?:ting)? ready|brace for|(?:lies|comes|is|what's|whats) (?:ahead|coming|next)|ahead of us|next steps?|look(?:ing)? ahead)\b/i

/** Reads a question. `axes` gives the bands; the thread is resolved before (see `resolveFollowUp`). */
export const understand = (raw: string, axes: Axes): Understanding => {
  const question = cleanText(raw).replace(/\s+/g, ' ')
  const parts = splitParts(question)
  return {
    question,
    entities: readEntities(question, axes),
    parts,
    partEntities: parts.map((part) => readEntities(part, axes)),
    form: formOf(question),
    agents: AGENTS.test(question),
    ours: OURS.test(question),
    ahead: AHEAD.test(question),
  }
}
