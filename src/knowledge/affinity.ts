import type { Playbook, PlaybookEntry } from '../playbook/playbook.ts'
import type { About } from '../playbook/schema.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import type { Entities } from './entities.ts'
import { topicsOf } from './topics.ts'
import type { Understanding } from './understand.ts'

/**
 * How much what a question names and how it asks moves a passage, on the scale of a score from 0 to 1. Chosen with
 * `npm run bench:retrieval`; only their order of size matters much.
 */
const AFFINITY = {
  /** About the stage, phase or transition named; about another one. */
  same: 0.12,
  other: -0.2,
  /** A transition from or to the stage named. */
  touching: 0.05,
  /** Of the kind that the question's wording points to. */
  topic: 0.15,
  /** Of the topic that a follow-up goes on with. */
  continued: 0.5,
  /** Agent orchestration is a topic of its own. */
  agentsAsked: 0.12,
  agentsUnasked: -0.35,
  /** All stages or phases side by side, when one is asked for. */
  allForOne: -0.1,
  /** Conflicts reach an answer as its caveats, benchmarks when they are asked for or nothing else is there. */
  conflict: -0.1,
  benchmark: -0.15,
  /** A company's own documents have no asked lines to be found by, and mean the asker's own case. */
  own: 0.15,
}

const ASKS_BENCHMARK =
  /\b(?:benchmarks?|industry|published|dora|space|elite|median|average|typical(?:ly)?|others|peers|quick check|rule of 40|burn multiple|magic number|quick ratio|formula|definition|defined?|what (?:is|does|are) (?:a |an |the )?[\w -]{2,30}(?:mean)?\??$)\b/i

const asList = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const onAxis = (asked: readonly string[], about: readonly string[]): number => {
  if (asked.length === 0 || about.length === 0) return 0
  if (!about.some((id) => asked.includes(id))) return AFFINITY.other
  return about.length === 1 ? AFFINITY.same : 0
}

/** An entry that puts several or all stages or phases side by side. */
const isComparison = ({ stage, phase, transition }: About): boolean =>
  [stage, phase, transition].every((ids) => ids === undefined || asList(ids).length > 1)

/** A move is judged by the moves named; where only stages are named, by whether it touches one of them. */
const onMoves = ({ stages, transitions }: Entities, about: string[], { axes }: Playbook): number => {
  if (transitions.length > 0 || about.length === 0) return onAxis(transitions, about)
  if (stages.length === 0) return 0
  const touches = axes.transitions.some(
    ({ id, from, to }) => about.includes(id) && (stages.includes(from) || stages.includes(to)),
  )
  return touches ? AFFINITY.touching : AFFINITY.other
}

/** A move is started by the triggers of the stage that it leaves. */
const onStages = ({ stages, transitions }: Entities, { topic, about }: PlaybookEntry, { axes }: Playbook) => {
  if (transitions.length === 0) return onAxis(stages, asList(about.stage))
  if (topic !== 'triggers') return 0
  const left = axes.transitions.filter(({ id }) => transitions.includes(id)).map(({ from }) => from)
  return onAxis(left, asList(about.stage))
}

const ofAbout = (entities: Entities, entry: PlaybookEntry, playbook: Playbook): number =>
  onAxis(entities.phases, asList(entry.about.phase)) +
  onStages(entities, entry, playbook) +
  onMoves(entities, asList(entry.about.transition), playbook)

/** Makes the function that says how much a question moves each passage. */
export const createAffinity = (
  understood: Understanding,
  text: string,
  entities: Entities,
  playbook: Playbook,
) => {
  const topics = topicsOf(text)
  const named = entities.stages.length + entities.phases.length + entities.transitions.length
  const benchmarkAsked = ASKS_BENCHMARK.test(text)
  return (passage: Passage): number => {
    if (passage.origin === 'file') return AFFINITY.own
    const entry = playbook.entry(passage.id)
    if (!entry) return 0
    const { kind, topic, about } = entry
    let moved = ofAbout(entities, entry, playbook)
    if (topics.includes(topic)) moved += AFFINITY.topic
    if (topic === understood.continues?.topic) moved += AFFINITY.continued
    if (topic.startsWith('agents')) moved += understood.agents ? AFFINITY.agentsAsked : AFFINITY.agentsUnasked
    if (named === 1 && (kind === 'overview' || topic.startsWith('compare')) && isComparison(about))
      moved += AFFINITY.allForOne
    if (kind === 'conflict') moved += AFFINITY.conflict
    if (kind === 'benchmark' && !benchmarkAsked) moved += AFFINITY.benchmark
    return moved
  }
}
