import { cleanText } from '../conversation/clean-text.ts'
import { AppError } from '../errors.ts'
import { helpCommand, helpNote, unknownNote } from './help.ts'
import { note } from './note.ts'
import type { Feature, Outcome, Screens, Subcommand } from './screens.ts'

/** Failures whose message is meant for whoever did it; any other concerns the operator. */
const FOR_THE_PERSON = new Set(['bad_input', 'not_found'])

const OUTDATED =
  'This comes from an older message and does not work any more; open it anew from the home screen.'

/** Everything by its name; what two features call the same is a mistake in the program. */
const byName = <T>(what: string, entries: [string, T][]): ReadonlyMap<string, T> => {
  const all = new Map<string, T>()
  for (const [name, entry] of entries) {
    if (all.has(name)) throw new Error(`Two features have ${what} "${name}"; rename one of them.`)
    all.set(name, entry)
  }
  return all
}

const orNote = async (work: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && FOR_THE_PERSON.has(error.code)) return note(error.message)
    throw error
  }
}

/**
 * Joins what the capabilities add: their cards in this order, and the help over all of their subcommands.
 * @throws Error when two of them use the same name.
 */
export const createScreens = (features: Feature[]): Screens => {
  const subcommands: Subcommand[] = features.flatMap((feature) => feature.subcommands ?? [])
  subcommands.push(helpCommand(() => subcommands))
  const actions = byName(
    'an action',
    features.flatMap((feature) => Object.entries(feature.actions ?? {})),
  )
  const submissions = byName(
    'a submission',
    features.flatMap((feature) => Object.entries(feature.submissions ?? {})),
  )
  const commands = byName(
    'a subcommand',
    subcommands.map((subcommand): [string, Subcommand] => [subcommand.name, subcommand]),
  )

  return {
    subcommands,
    home: async (actor) => (await Promise.all(features.map(({ cards }) => cards?.(actor) ?? []))).flat(),
    act: async (action, actor, value) => {
      const act = actions.get(action)
      return act ? orNote(() => act(actor, value)) : note(OUTDATED)
    },
    submit: async (action, actor, value, filled) => {
      const submit = submissions.get(action)
      return submit ? orNote(() => submit(actor, value, filled)) : note(OUTDATED)
    },
    command: async (actor, text) => {
      const [, typed = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(cleanText(text)) ?? []
      if (typed === '') return helpNote(subcommands)
      const subcommand = commands.get(typed.toLowerCase())
      return subcommand
        ? orNote(() => subcommand.run(actor, rest))
        : unknownNote(typed.toLowerCase(), subcommands)
    },
  }
}
