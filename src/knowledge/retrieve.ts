import type { Playbook } from '../playbook/playbook.ts'
import type { About } from '../playbook/schema.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { Candidate, KnowledgeStore } from '../ports/knowledge-store.ts'
import type { Entities } from './entities.ts'
import { type Ranked, rank, type Signals } from './ranking.ts'
import type { Understanding } from './understand.ts'
import type { Vocabulary } from './vocabulary.ts'

/** One thing that a question asks, with the passages found for it, best first. */
export interface Facet {
  text: string
  entities: Entities
  ranked: Ranked[]
}

export interface Retrieval {
  facets: Facet[]
  /** Passages of all facets, each facet's best first, without repetition. */
  merged: Ranked[]
}

export interface RetrieverOptions {
  store: KnowledgeStore
  embedder: Embedder
  playbook: Playbook
  vocabulary: Vocabulary
  /** Fixed weights in place of the configured ones; for measuring. */
  weights?: Signals
}

/**
 * How much what a question names moves a passage that is about the same, or about something else. A company's own
 * documents have no asked lines to be found by, and speak of what is meant when they fit: they are moved up.
 */
const AFFINITY = {
  same: 0.12,
  other: -0.2,
  near: 0.05,
  agentsUnasked: -0.35,
  agentsAsked: 0.12,
  sameTopic: 0.5,
  allForOne: -0.1,
  own: 0.15,
}
const CANDIDATES = 100

const asList = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const onAxis = (asked: readonly string[], about: readonly string[]): number => {
  if (asked.length === 0 || about.length === 0) return 0
  return about.some((id) => asked.includes(id)) ? AFFINITY.same : AFFINITY.other
}

const aboutAffinity = (entities: Entities, about: About, playbook: Playbook): number => {
  const stages = asList(about.stage)
  const transitions = asList(about.transition)
  const ends = playbook.axes.transitions.filter(({ id }) => transitions.includes(id))
  const touches = ends.some(({ from, to }) => entities.stages.includes(from) || entities.stages.includes(to))
  const fromMoves = playbook.axes.transitions.filter(({ id }) => entities.transitions.includes(id))
  const stageOfMove = fromMoves.some(({ from, to }) => stages.includes(from) || stages.includes(to))
  return (
    onAxis(entities.phases, asList(about.phase)) +
    (entities.transitions.length > 0 && stages.length > 0
      ? stageOfMove
        ? AFFINITY.near
        : 0
      : onAxis(entities.stages, stages)) +
    (entities.transitions.length > 0
      ? onAxis(entities.transitions, transitions)
      : touches
        ? AFFINITY.near
        : entities.stages.length > 0 && transitions.length > 0
          ? AFFINITY.other
          : 0)
  )
}

/** The question once for each stage or phase that it compares, else once for each of its parts. */
const facetsOf = (understood: Understanding): Omit<Facet, 'ranked'>[] => {
  const { parts, entities, question } = understood
  if (parts.length === 1) {
    const split = <K extends 'stages' | 'phases' | 'transitions'>(axis: K) =>
      (entities[axis] as string[]).map((id) => ({
        text: question,
        entities: { ...entities, [axis]: [id] } as Entities,
      }))
    if (entities.stages.length > 1 && entities.transitions.length === 0)
      return [{ text: question, entities }, ...split('stages')]
    if (entities.phases.length > 1) return [{ text: question, entities }, ...split('phases')]
    return [{ text: question, entities }]
  }
  return understood.partEntities.map((own, index) => {
    const named = own.stages.length + own.phases.length + own.transitions.length > 0
    return { text: parts[index] as string, entities: named ? own : { ...entities, months: own.months } }
  })
}

/** Takes each list's best in turn, so that every part of a question is among the first. */
const interleave = (lists: Ranked[][]): Ranked[] => {
  const seen = new Map<string, Ranked>()
  const depth = Math.max(0, ...lists.map((list) => list.length))
  for (let position = 0; position < depth; position++)
    for (const list of lists) {
      const item = list[position]
      if (item && !seen.has(item.passage.id)) seen.set(item.passage.id, item)
    }
  return [...seen.values()]
}

/** Finds passages for an understood question, among the tenant's own and the shared ones. */
export const createRetriever = ({ store, embedder, playbook, vocabulary, weights }: RetrieverOptions) => {
  const search = async (
    tenantId: string,
    understood: Understanding,
    text: string,
    entities: Entities,
  ): Promise<Ranked[]> => {
    const vector = await embedder.embedQuery(text)
    const set = await store.candidates(tenantId, { text: vocabulary.expand(text), vector, limit: CANDIDATES })
    const affinity = ({ passage }: Candidate) => {
      const { topic, kind, about } = playbook.entry(passage.id) ?? {}
      const named = entities.stages.length + entities.phases.length + entities.transitions.length
      const allForOne =
        kind === 'overview' && named === 1 && about && Object.keys(about).length === 0
          ? AFFINITY.allForOne
          : 0
      const agents = topic?.startsWith('agents')
        ? understood.agents
          ? AFFINITY.agentsAsked
          : AFFINITY.agentsUnasked
        : 0
      const continued = topic !== undefined && topic === understood.continues?.topic ? AFFINITY.sameTopic : 0
      return (
        aboutAffinity(entities, passage.about, playbook) +
        agents +
        continued +
        allForOne +
        (passage.origin === 'file' ? AFFINITY.own : 0)
      )
    }
    return rank(set, { affinity, ...(weights ? { weights } : {}) })
  }

  return async (tenantId: string, understood: Understanding): Promise<Retrieval> => {
    const asked = facetsOf(understood)
    const facets: Facet[] = []
    for (const facet of asked)
      facets.push({ ...facet, ranked: await search(tenantId, understood, facet.text, facet.entities) })
    if (facets.length === 1) return { facets, merged: (facets[0] as Facet).ranked }
    const isWhole = facets[0]?.text === understood.question
    const whole = isWhole
      ? []
      : [await search(tenantId, understood, understood.question, understood.entities)]
    return { facets, merged: interleave([...facets.map(({ ranked }) => ranked), ...whole]) }
  }
}

export type Retriever = ReturnType<typeof createRetriever>
