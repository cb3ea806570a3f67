import { z } from 'zod'
import { describePhase, describeStage, formatQuantity } from '../../playbook/render.ts'
import type { Axes } from '../../playbook/schema.ts'
import type { Tool } from '../../ports/toolbox.ts'
import { phaseOfArr, stageOf } from '../../strategy/stage.ts'

const input = z.strictObject({
  developers: z.number().optional().describe('Number of developers.'),
  arr_usd: z.number().optional().describe('Annual recurring revenue in US dollars.'),
})

/** Computes stage and phase from figures, with the transition zone when one is near. */
export const placeTool = (axes: Axes): Tool<typeof input> => ({
  name: 'place_on_axes',
  description:
    'Computes the stage of a number of developers and the growth phase of an annual recurring revenue.',
  input,
  run: async ({ developers, arr_usd: arr }) => {
    const computed: string[] = []
    const position = developers === undefined ? undefined : stageOf(Math.round(developers), axes)
    if (position) {
      const { stage, zone } = position
      computed.push(`${developers} developers is ${describeStage(stage)}.`)
      if (zone)
        computed.push(
          `Transition zone: ${developers} is close to the boundary of ${zone.boundary} with ${describeStage(zone.toward)}.`,
        )
    } else if (developers !== undefined) computed.push('Without developers there is no stage.')
    const phase = arr === undefined ? undefined : phaseOfArr(arr, axes)
    if (phase) computed.push(`${formatQuantity('usd', arr as number)} ARR is ${describePhase(phase)}.`)
    return { passages: [], computed }
  },
})
