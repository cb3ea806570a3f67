import type { Understanding } from '../knowledge/understand.ts'
import type { Playbook, PlaybookEntry } from '../playbook/playbook.ts'
import { describePhase, describeStage } from '../playbook/render.ts'
import type { Phase } from '../playbook/schema.ts'
import type { Claim, Computed } from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { phaseOfArr, phaseOfMonth, stageOf } from '../strategy/stage.ts'

/** Where the figures that a question states put its asker, computed by the strategy functions. */
export interface Placement extends Computed {
  /** Texts of the calculations, whose figures the verifier lets stand. */
  statements: string[]
  caveats: string[]
  passages: Passage[]
}

const ASKED =
  /\b(?:(?:what|which) (?:scaling )?(?:stage|phase)\b|(?:in|at) (?:what|which) (?:stage|phase)|where (?:are|do) (?:we|i)\b|(?:stage|phase) (?:are|am|is|would) (?:we|i|that|this)|are we (?:still |already )?(?:a |in |at )?(?:stage|phase|small|medium|large|enterprise))/i

const passageOf = (entry: PlaybookEntry): Passage => ({
  id: entry.id,
  documentId: `playbook:${entry.origin}`,
  document: entry.document,
  origin: entry.origin,
  section: entry.section,
  body: entry.body,
  style: 'list',
  about: entry.about,
})

/** Figures of a company that stand on the axes. */
export interface Figures {
  developers?: number | undefined
  arrUsd?: number | undefined
  /** Months since the company's start, the first being 1. */
  month?: number | undefined
}

/** Places figures on the two axes; undefined when none of them stands there. */
export const placeFigures = (
  { developers, arrUsd, month }: Figures,
  { axes, entries }: Playbook,
): Omit<Placement, 'isAnswer'> | undefined => {
  const position = developers === undefined ? undefined : stageOf(developers, axes)
  const phase = arrUsd === undefined ? undefined : phaseOfArr(arrUsd, axes)
  const scheduled = month === undefined ? undefined : phaseOfMonth(month, axes)
  if (!position && !phase && !scheduled) return undefined

  const claims: Claim[] = []
  const statements: string[] = []
  const passages: Passage[] = []
  const caveats: string[] = []
  const state = (sentence: string, entry: PlaybookEntry | undefined) => {
    statements.push(sentence)
    const quote = entry?.body.split('\n')[0] as string
    claims.push({
      text: `${claims.length > 0 ? '\n' : ''}${sentence}`,
      cites: entry ? [{ passageId: entry.id, quote }] : [],
    })
    if (entry) passages.push(passageOf(entry))
  }
  const warn = (caveat: string) => {
    statements.push(caveat)
    caveats.push(caveat)
  }
  const describing = (topic: string, match: (entry: PlaybookEntry) => boolean) =>
    entries.find((entry) => entry.topic === topic && match(entry))
  const objectivesOf = ({ id }: Phase) => describing('objectives', ({ about }) => about.phase === id)

  if (position) {
    const { stage, zone } = position
    state(
      `${developers} developers is ${describeStage(stage)}.`,
      describing('characteristics', ({ about }) => about.stage === stage.id),
    )
    if (zone)
      warn(
        `Transition zone: ${developers} is close to the boundary of ${zone.boundary} with ${describeStage(zone.toward)}; read both stages (Cairn's rule).`,
      )
  }
  if (phase) state(`By ARR that is ${describePhase(phase)}.`, objectivesOf(phase))
  if (scheduled)
    state(`For month ${month} the plan schedules ${describePhase(scheduled)}.`, objectivesOf(scheduled))
  if (phase && scheduled && phase.id !== scheduled.id)
    warn(`ARR is ${phase.number < scheduled.number ? 'behind' : 'ahead of'} the schedule of the phases.`)
  return { claims, statements, caveats, passages }
}

/** Places a question's head count and ARR on the two axes; undefined when it states neither. */
export const placeOnAxes = (
  { question, entities: { developers, arrUsd } }: Understanding,
  playbook: Playbook,
): Placement | undefined => {
  const placed = placeFigures({ developers, arrUsd }, playbook)
  return placed && { isAnswer: ASKED.test(question), ...placed }
}
