import type { Axes, Phase, Stage } from '../playbook/schema.ts'

/** Where a head count stands on the stage axis. */
export interface StagePosition {
  stage: Stage
  /** The neighbouring stage when the head count is near the boundary between them. */
  zone?: { toward: Stage; boundary: number; distance: number }
}

/**
 * Stage of a developer count. 8, 25 and 75 belong to two bands in the source document; Cairn's rule is that a
 * boundary value ends the lower stage.
 * A count within 10 % of such a boundary, or one person, whichever is more, is in the transition zone
 * between the two (Cairn's rule too); there is none between 1 and 2.
 * @param developers whole number of developers; below 1 there is no stage.
 */
export const stageOf = (developers: number, { stages }: Axes): StagePosition | undefined => {
  if (!Number.isFinite(developers) || developers < 1) return undefined
  const index = stages.findIndex(({ developers: { to } }) => to === undefined || developers <= to)
  const stage = stages[index] as Stage
  const neighbours = [
    { toward: stages[index + 1], boundary: stage.developers.to },
    { toward: stages[index - 1], boundary: stages[index - 1]?.developers.to },
  ]
  const near = neighbours
    .filter(
      (n): n is { toward: Stage; boundary: number } =>
        n.toward !== undefined && n.boundary !== undefined && n.boundary > 1,
    )
    .map((n) => ({ ...n, distance: Math.abs(developers - n.boundary) }))
    .filter(({ boundary, distance }) => distance <= Math.max(1, boundary * 0.1))
    .sort((a, b) => a.distance - b.distance)[0]
  return near ? { stage, zone: near } : { stage }
}

/** Phase of an annual recurring revenue in US dollars; a boundary value ends the lower phase. */
export const phaseOfArr = (arrUsd: number, { phases }: Axes): Phase | undefined =>
  Number.isFinite(arrUsd) && arrUsd >= 0
    ? phases.find(({ arr_usd: { to } }) => to === undefined || arrUsd <= to)
    : undefined

/** Phase that the plan schedules for a month since the company's start (month 1 is the first). */
export const phaseOfMonth = (month: number, { phases }: Axes): Phase | undefined =>
  Number.isFinite(month) && month >= 1
    ? phases.find(({ months: { to } }) => to === undefined || month <= to)
    : undefined
