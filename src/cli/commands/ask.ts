import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { LONGEST_QUESTION, type TurnResult } from '../../advisor/turn.ts'
import { AppError } from '../../errors.ts'
import { type CommandContext, LOCAL_TENANT, OPERATOR } from '../context.ts'
import { renderReply } from '../render-reply.ts'
import { showSteps } from '../show-steps.ts'

const PASSAGES_SHOWN = 10

/** A turn as `ask --json` prints it. */
const turnAsJson = (id: string, question: string, { reply, passages, timings }: TurnResult) => ({
  id,
  question,
  answer: reply.text,
  kind: reply.kind,
  citations: reply.citations.map(({ n, type, document, section, quote }) => ({
    n,
    type,
    document,
    section,
    quote,
  })),
  passages: passages.slice(0, PASSAGES_SHOWN).map(({ passage, score }) => ({
    document: passage.document,
    section: passage.section,
    text: passage.body,
    score: Number(score.toFixed(4)),
  })),
  caveats: reply.caveats,
  timings: Object.fromEntries(Object.entries(timings).map(([step, ms]) => [step, Number(ms.toFixed(1))])),
})

const lineSchema = z.object({ id: z.coerce.string(), question: z.string() })

/** One line of a batch file. @throws AppError naming the file, the line and what is wrong with it. */
const parseLine = (file: string, line: string, position: number): z.infer<typeof lineSchema> => {
  const where = `${file}, line ${position + 1}`
  try {
    return lineSchema.parse(JSON.parse(line))
  } catch (cause) {
    const found = cause instanceof SyntaxError ? 'is not JSON' : 'has no "id" and "question"'
    throw new AppError(
      'bad_input',
      `${where} ${found}; expected one {"id": "…", "question": "…"} a line. The questions before it were answered.`,
      { cause },
    )
  }
}

const readBatch = async (path: string, file: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new AppError(
      'not_found',
      `The file ${file} cannot be read. Check the path; it should hold one JSON question a line.`,
      { cause },
    )
  }
}

/** @throws AppError when there is nothing to ask, or more than is read. */
const checkQuestion = (question: string): void => {
  const most = LONGEST_QUESTION.toLocaleString('en')
  if (question.trim() === '')
    throw new AppError(
      'bad_input',
      `No question was given; expected one of up to ${most} characters. Ask like this: npx cairn ask "what comes after 8 developers?"`,
    )
  if (question.length > LONGEST_QUESTION)
    throw new AppError(
      'bad_input',
      `The question has ${question.length.toLocaleString('en')} characters; expected up to ${most}. Ask the question by itself, and add a long text with: npx cairn ingest FILE`,
    )
}

export const registerAsk = (program: Command, { terminal, app }: CommandContext): void => {
  program
    .command('ask')
    .description('answer one question, or a file of questions, with citations')
    .argument('[question...]', 'the question; quotes are optional')
    .option('--json', 'print the answer with its passages and timings as JSON')
    .option(
      '--batch <file>',
      'answer each {id, question} of a JSON Lines file; prints one JSON line per question',
    )
    .addHelpText('after', '\nExample:\n  npx cairn ask "which roles does a team of 20 developers need?"')
    .action(async (words: string[], { json, batch }: { json?: boolean; batch?: string }) => {
      if (batch === undefined) {
        const question = words.join(' ')
        checkQuestion(question)
        const result = await (await app()).advise({
          tenantId: LOCAL_TENANT,
          question,
          viewer: OPERATOR,
          onProgress: showSteps(terminal),
        })
        terminal.line(json ? JSON.stringify(turnAsJson('1', question, result)) : renderReply(result.reply))
        return
      }
      const lines = (await readBatch(resolve(terminal.folder, batch), batch)).split('\n')
      const { advise } = await app()
      for (const [position, line] of lines.entries()) {
        if (line.trim() === '') continue
        const { id, question } = parseLine(batch, line, position)
        terminal.line(
          JSON.stringify(
            turnAsJson(id, question, await advise({ tenantId: LOCAL_TENANT, question, viewer: OPERATOR })),
          ),
        )
      }
    })
}
