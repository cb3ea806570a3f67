import type { Command } from 'commander'
import { z } from 'zod'
import { lookUp } from '../../advisor/look-up.ts'
import { AppError } from '../../errors.ts'
import { type CommandContext, LOCAL_TENANT, OPERATOR } from '../context.ts'

const parseInput = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError(
      'bad_input',
      `The input ${text.slice(0, 80)} is not JSON; expected an object such as {"developers": 23}.`,
      {
        cause,
      },
    )
  }
}

export const registerTools = (program: Command, { terminal, app }: CommandContext): void => {
  const command = program.command('tools').description('what a language model may look up while it answers')
  command
    .command('list')
    .description('list the tools with their inputs')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const tools = (await app())
        .tools(LOCAL_TENANT, OPERATOR)
        .map(({ name, description, input }) => ({ name, description, input: z.toJSONSchema(input) }))
      if (json) terminal.line(JSON.stringify(tools))
      else
        for (const { name, description, input } of tools)
          terminal.line(`${name}  ${Object.keys(input.properties ?? {}).join(', ')}\n    ${description}`)
    })
  command
    .command('run')
    .description('run one tool, as a model would')
    .argument('<name>', 'name of the tool')
    .argument('[input]', 'its input as JSON', '{}')
    .addHelpText('after', `\nExample:\n  npx cairn tools run place_on_axes '{"developers": 23}'`)
    .action(async (name: string, input: string) => {
      const outcome = await lookUp((await app()).tools(LOCAL_TENANT, OPERATOR), name, parseInput(input))
      if ('fault' in outcome) throw new AppError('bad_input', outcome.fault)
      const { passages, computed } = outcome.result
      terminal.line(
        JSON.stringify(
          {
            computed,
            passages: passages.map(({ document, section, body }) => ({ document, section, text: body })),
          },
          undefined,
          2,
        ),
      )
    })
}
