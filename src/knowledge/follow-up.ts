import type { Thread } from '../conversation/thread.ts'
import type { Playbook } from '../playbook/playbook.ts'
import { PHASE_IDS, STAGE_IDS } from '../playbook/schema.ts'
import type { Entities } from './entities.ts'
import { type Understanding, understand } from './understand.ts'
import { contentStems } from './vocabulary.ts'

const LEADS_ON =
  /^(?:and|but|so|also|ok(?:ay)?|what about|how about|same|then|now|or|for|at|in)\b|\b(?:that|this|those|these|it|they|them|there|the same|previous|former)\b/i
/** Words of a follow-up that only move along an axis: "and for the next stage?" */
const MOVES = new Set([
  'next',
  'follow',
  'previou',
  'prior',
  'later',
  'earlier',
  'befor',
  'after',
  'larg',
  'small',
  'medium',
  'enterpris',
  'individu',
  'growth',
  'scale',
  'foundat',
  'solo',
])

const names = ({ stages, phases, transitions }: Entities): boolean =>
  stages.length + phases.length + transitions.length > 0

const shift = <T extends string>(ids: T[], axis: readonly T[], by: number): T[] =>
  ids.map((id) => axis[axis.indexOf(id) + by]).filter((id) => id !== undefined)

/**
 * Reads a question in its thread. A question that names no subject of its own ("and for the next stage?") takes the
 * subject of the turn before, moved to the stage or phase that it names; any other is read by itself.
 */
export const understandInThread = (raw: string, playbook: Playbook, thread: Thread): Understanding => {
  const alone = understand(raw, playbook.axes)
  const last = thread.findLast((turn) => turn.kind === 'answer' || turn.kind === 'unanswerable')
  if (!last) return alone
  const subject = contentStems(alone.question).filter((stem) => !MOVES.has(stem))
  const short = alone.question.split(' ').length <= 9
  if (!short || (subject.length > 0 && !LEADS_ON.test(alone.question)) || subject.length > 2) return alone

  const before = understand(last.question, playbook.axes)
  const back = /\b(?:previous|prior|earlier|before)\b/i.test(alone.question)
  const by = alone.entities.next ? 1 : back ? -1 : 0
  const entry = last.cited.map((id) => playbook.entry(id)).find((found) => found !== undefined)
  const stagesBefore =
    before.entities.stages.length > 0 ? before.entities.stages : [entry?.about.stage ?? []].flat()
  const phasesBefore =
    before.entities.phases.length > 0 ? before.entities.phases : [entry?.about.phase ?? []].flat()
  const entities: Entities = names(alone.entities)
    ? alone.entities
    : {
        ...before.entities,
        stages: by === 0 ? stagesBefore : shift(stagesBefore, STAGE_IDS, by),
        phases: by === 0 ? phasesBefore : shift(phasesBefore, PHASE_IDS, by),
        next: false,
      }
  const question = subject.length > 0 ? `${last.question} ${alone.question}` : last.question
  return {
    ...before,
    question,
    entities,
    parts: [question],
    partEntities: [entities],
    agents: before.agents || alone.agents,
    ...(entry && subject.length === 0 ? { continues: { topic: entry.topic } } : {}),
  }
}
