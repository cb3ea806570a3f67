import { audiencesOf, UNKNOWN_VIEWER, type Viewer } from '../conversation/people.ts'
import type { Playbook } from '../playbook/playbook.ts'
import type { Axes } from '../playbook/schema.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { Candidate, KnowledgeStore } from '../ports/knowledge-store.ts'
import { createAffinity } from './affinity.ts'
import type { Entities } from './entities.ts'
import { type Ranked, rank, type Signals } from './ranking.ts'
import { spellOut } from './shorthand.ts'
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

/** Length of each list of candidates. */
const CANDIDATES = 100

/** What ends the present stage and how the move to the next one goes, for a question on what to prepare for. */
const aheadOf = (
  { ahead, entities, question }: Understanding,
  { transitions }: Axes,
): Omit<Facet, 'ranked'>[] => {
  const [stage, ...others] = entities.stages
  const move = transitions.find(({ from }) => from === stage)
  if (!ahead || !move || others.length > 0 || entities.transitions.length > 0) return []
  return [
    { text: `scaling triggers: ${question}`, entities },
    { text: 'implementation roadmap', entities: { ...entities, stages: [], transitions: [move.id] } },
  ]
}

/** The question once for each stage or phase that it compares, else once for each of its parts. */
const facetsOf = (understood: Understanding, axes: Axes): Omit<Facet, 'ranked'>[] => {
  const { parts, entities, question } = understood
  const ahead = aheadOf(understood, axes)
  if (ahead.length > 0) return ahead
  if (parts.length === 1) {
    const split = <K extends 'stages' | 'phases' | 'transitions'>(axis: K) =>
      (entities[axis] as string[]).map((id) => ({
        text: question,
        entities: { ...entities, [axis]: [id] } as Entities,
      }))
    if (entities.stages.length > 1 && entities.transitions.length === 0)
      return [{ text: question, entities }, ...split('stages')]
    if (entities.phases.length > 1) return [{ text: question, entities }, ...split('phases')]
    if (entities.transitions.length > 1) return [{ text: question, entities }, ...split('transitions')]
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

/** Finds passages for an understood question, among the shared ones and those of the tenant's own that the viewer may see. */
export const createRetriever = ({ store, embedder, playbook, vocabulary, weights }: RetrieverOptions) => {
  const search = async (
    tenantId: string,
    viewer: Viewer,
    understood: Understanding,
    text: string,
    entities: Entities,
  ): Promise<Ranked[]> => {
    const spelled = spellOut(text)
    const vector = await embedder.embedQuery(spelled)
    const set = await store.candidates(tenantId, {
      text: vocabulary.expand(spelled),
      vector,
      limit: CANDIDATES,
      audiences: audiencesOf(viewer),
    })
    const moved = createAffinity(understood, text, entities, playbook)
    const affinity = ({ passage }: Candidate) => moved(passage)
    return rank(set, { affinity, ...(weights ? { weights } : {}) })
  }

  return async (
    tenantId: string,
    understood: Understanding,
    viewer: Viewer = UNKNOWN_VIEWER,
  ): Promise<Retrieval> => {
    const asked = facetsOf(understood, playbook.axes)
    const facets: Facet[] = []
    for (const facet of asked)
      facets.push({
        ...facet,
        ranked: await search(tenantId, viewer, understood, facet.text, facet.entities),
      })
    return { facets, merged: interleave(facets.map(({ ranked }) => ranked)) }
  }
}

export type Retriever = ReturnType<typeof createRetriever>
