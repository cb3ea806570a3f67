import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import {
  type CaseScore,
  caseSchema,
  type EvaluationCase,
  scoreCase,
  summarize,
} from '../../evaluation/score.ts'
import { type CommandContext, LOCAL_TENANT, OPERATOR } from '../context.ts'

interface Options {
  json?: boolean
  failures?: boolean
  composer?: string
}

const readCases = async (path: string, file: string): Promise<EvaluationCase[]> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'not_found',
      `The file ${file} cannot be read. Check the path; it should hold one JSON case a line.`,
      { cause },
    )
  })
  return text.split('\n').flatMap((line, position) => {
    if (line.trim() === '') return []
    try {
      return [caseSchema.parse(JSON.parse(line))]
    } catch (cause) {
      throw new AppError(
        'bad_input',
        `${file}, line ${position + 1} is no evaluation case; expected {id, question, must, type}, {id, text, expect}, {id, question, why} or {id, surface, input, must_not}. Correct the line.`,
        { cause },
      )
    }
  })
}

export const registerEval = (program: Command, { terminal, app }: CommandContext): void => {
  program
    .command('eval')
    .description('score a question set: evidence, answers, declines, honesty, attacks, citations')
    .argument('<file...>', 'JSON Lines files of evaluation cases')
    .option('--json', 'print the summary and every case as JSON')
    .option('--composer <name>', 'extractive, or claude for the configured model; else what is configured')
    .option('--failures', 'list the cases that missed a measure')
    .action(async (files: string[], { json, failures, composer }: Options) => {
      const { advise, passages, withPlantedDocument, model } = await app()
      if (composer !== undefined && composer !== 'extractive' && model?.name.split(':')[0] !== composer)
        throw new AppError(
          'bad_config',
          `No composer "${composer}" is configured (${model ? `${model.name} is` : 'only extractive is'}); set MODEL, and its key, or choose another.`,
        )
      const withoutModel = composer === 'extractive'
      const bodies = new Map((await passages(LOCAL_TENANT)).map(({ id, body }) => [id, body]))
      for (const file of files) {
        const cases = await readCases(resolve(terminal.folder, file), file)
        const scores: CaseScore[] = []
        for (const [position, line] of cases.entries()) {
          terminal.progress(`${file}: ${position + 1} of ${cases.length}`)
          const turn = async (tenantId: string, question: string) =>
            scoreCase(line, await advise({ tenantId, question, viewer: OPERATOR, withoutModel }), bodies)
          if (line.kind !== 'attack')
            scores.push(await turn(LOCAL_TENANT, line.kind === 'scope' ? line.text : line.question))
          else if (line.surface === 'message') scores.push(await turn(LOCAL_TENANT, line.input))
          else
            scores.push(
              await withPlantedDocument(line.input, (tenantId) =>
                turn(tenantId, line.user_message ?? line.input),
              ),
            )
        }
        const summary = summarize(scores)
        if (json) {
          terminal.line(JSON.stringify({ file, cases: cases.length, summary, scores }))
          continue
        }
        terminal.line(`${file}: ${cases.length} cases`)
        for (const { measure, held, of } of summary)
          terminal.line(
            `  ${measure.padEnd(16)} ${String(held).padStart(4)} of ${String(of).padEnd(4)} ${(held / of).toFixed(3)}`,
          )
        for (const { id, measures } of failures ? scores : []) {
          const missed = Object.entries(measures).filter(([, held]) => !held)
          if (missed.length > 0)
            terminal.line(`  ${id} missed ${missed.map(([measure]) => measure).join(', ')}`)
        }
      }
    })
}
