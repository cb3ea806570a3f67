import { type Command, InvalidArgumentError } from 'commander'
import { AppError } from '../../errors.ts'
import { describePhase, describeStage, formatQuantity } from '../../playbook/render.ts'
import { phaseOfArr, phaseOfMonth, stageOf } from '../../strategy/stage.ts'
import type { CommandContext } from '../context.ts'

const SCALES: Record<string, number> = { '': 1, k: 1e3, m: 1e6, b: 1e9 }

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number from 1 up.')
  return value
}

const amount = (text: string): number => {
  const match = /^\$?(\d+(?:\.\d+)?)([kmb]?)$/i.exec(text.replace(/[,_ ]/g, ''))
  if (!match) throw new InvalidArgumentError('Expected an amount such as 4200000, 4.2M or 800K.')
  return Number(match[1]) * (SCALES[(match[2] ?? '').toLowerCase()] as number)
}

export const registerStage = (program: Command, { terminal, playbook }: CommandContext): void => {
  program
    .command('stage')
    .description('place a head count, an ARR and a month on the stages and phases')
    .option('--developers <count>', 'number of developers', wholeNumber)
    .option('--arr <amount>', 'annual recurring revenue in US dollars: 4200000, 4.2M, 800K', amount)
    .option('--month <number>', "months since the company's start, the first being 1", wholeNumber)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  npx cairn stage --developers 23 --arr 4.2M --month 20')
    .action(
      async ({
        developers,
        arr,
        month,
        json,
      }: {
        developers?: number
        arr?: number
        month?: number
        json?: boolean
      }) => {
        if (developers === undefined && arr === undefined && month === undefined)
          throw new AppError(
            'bad_input',
            'No figure was given; expected at least one of --developers, --arr and --month. Example: npx cairn stage --developers 23 --arr 4.2M',
          )
        const { axes } = await playbook()
        const position = developers === undefined ? undefined : stageOf(developers, axes)
        const phase = arr === undefined ? undefined : phaseOfArr(arr, axes)
        const scheduled = month === undefined ? undefined : phaseOfMonth(month, axes)
        if (json) {
          terminal.line(
            JSON.stringify({
              stage: position?.stage.id ?? null,
              transition_zone: position?.zone
                ? { toward: position.zone.toward.id, boundary: position.zone.boundary }
                : null,
              phase: phase?.id ?? null,
              scheduled_phase: scheduled?.id ?? null,
            }),
          )
          return
        }
        if (position) terminal.line(`${developers} developers: ${describeStage(position.stage)}`)
        if (position?.zone)
          terminal.line(
            `  transition zone to ${describeStage(position.zone.toward)}: within reach of the boundary at ${position.zone.boundary}`,
          )
        if (phase) terminal.line(`${formatQuantity('usd', arr as number)} ARR: ${describePhase(phase)}`)
        if (scheduled) terminal.line(`Month ${month}: the plan schedules ${describePhase(scheduled)}`)
        if (phase && scheduled && phase.id !== scheduled.id)
          terminal.line(
            `  ARR is ${phase.number < scheduled.number ? 'behind' : 'ahead of'} the schedule of the phases`,
          )
      },
    )
}
