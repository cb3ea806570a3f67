import { type Command, InvalidArgumentError } from 'commander'
import { type CommandContext, LOCAL_TENANT, OPERATOR } from '../context.ts'

const countOf = (text: string): number => {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 100)
    throw new InvalidArgumentError('Expected a whole number from 1 to 100.')
  return count
}

export const registerSearch = (program: Command, { terminal, app }: CommandContext): void => {
  program
    .command('search')
    .description('find passages without composing an answer')
    .argument('<query...>', 'words to search for')
    .option('-k <count>', 'how many passages', countOf, 5)
    .option('--json', 'print the passages as JSON')
    .action(async (words: string[], { k, json }: { k: number; json?: boolean }) => {
      const found = (await (await app()).search(LOCAL_TENANT, words.join(' '), OPERATOR)).slice(0, k)
      if (json) {
        const passages = found.map(({ passage, score }) => ({
          document: passage.document,
          section: passage.section,
          text: passage.body,
          score,
        }))
        terminal.line(JSON.stringify(passages))
        return
      }
      if (found.length === 0) terminal.line('No passage found.')
      for (const { passage, score } of found)
        terminal.line(
          `${score.toFixed(2)}  ${passage.document} > ${passage.section}\n${passage.body.replace(/^/gm, '      ')}\n`,
        )
    })
}
