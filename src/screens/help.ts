import { nearestNames } from './nearest-names.ts'
import { note } from './note.ts'
import type { Outcome, Subcommand } from './screens.ts'

const WAYS = `**Ways to talk with Cairn**
- Mention it in a channel, and go on in the thread without mentioning it.
- Write it a direct message.
- Choose "Ask Cairn about this" in the menu of any message.`

const listed = ({ name, arguments: after, description }: Subcommand): string =>
  `- \`${[name, after].filter(Boolean).join(' ')}\`: ${description}`

/** What can be typed behind the command's name, and how else to talk with Cairn. */
export const helpNote = (subcommands: readonly Subcommand[]): Outcome =>
  note(`**What you can type behind the command**\n${subcommands.map(listed).join('\n')}\n\n${WAYS}`)

/** What is said to a word that is no subcommand: what may have been meant. */
export const unknownNote = (typed: string, subcommands: readonly Subcommand[]): Outcome => {
  const near = nearestNames(
    typed,
    subcommands.map(({ name }) => name),
  )
  const meant = near.length > 0 ? ` Did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?` : ''
  return note(
    `I do not know that command.${meant} To ask a question, type \`ask\` in front of it; \`help\` shows all that I know.`,
  )
}

/** The subcommand that shows the help; it is one of those that it lists. */
export const helpCommand = (subcommands: () => readonly Subcommand[]): Subcommand => ({
  name: 'help',
  arguments: '',
  description: 'show this',
  run: async () => helpNote(subcommands()),
})
