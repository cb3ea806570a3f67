import type { Understanding } from '../knowledge/understand.ts'
import type { Playbook, PlaybookEntry } from '../playbook/playbook.ts'
import { describePhase, describeStage } from '../playbook/render.ts'
import type { Claim, Computed } from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { phaseOfArr, stageOf } from '../strategy/stage.ts'

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

/** Places a question's head count and ARR on the two axes; undefined when it states neither. */
export const placeOnAxes = (
  { question, entities }: Understanding,
  playbook: Playbook,
): Placement | undefined => {
  const { axes } = playbook
  const position = entities.developers === undefined ? undefined : stageOf(entities.developers, axes)
  const phase = entities.arrUsd === undefined ? undefined : phaseOfArr(entities.arrUsd, axes)
  if (!position && !phase) return undefined

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
  const describing = (topic: string, match: (entry: PlaybookEntry) => boolean) =>
    playbook.entries.find((entry) => entry.topic === topic && match(entry))

  if (position) {
    const { stage, zone } = position
    state(
      `${entities.developers} developers is ${describeStage(stage)}.`,
      describing('characteristics', ({ about }) => about.stage === stage.id),
    )
    if (zone) {
      const caveat = `Transition zone: ${entities.developers} is close to the boundary of ${zone.boundary} with ${describeStage(zone.toward)}; read both stages (Cairn's rule).`
      statements.push(caveat)
      caveats.push(caveat)
    }
  }
  if (phase)
    state(
      `By ARR that is ${describePhase(phase)}.`,
      describing('objectives', ({ about }) => about.phase === phase.id),
    )
  return { isAnswer: ASKED.test(question), claims, statements, caveats, passages }
}
