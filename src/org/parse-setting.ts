import { AppError } from '../errors.ts'
import type { SettingValue } from '../ports/settings-store.ts'
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts'

/** Share of what was typed, in runs of three letters, that a name has to have to be suggested. */
const ALIKE = 0.4
const MOST_SUGGESTED = 3
const LONGEST_SHOWN = 60

const trigrams = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 2) }, (_, at) => text.slice(at, at + 3)))

/** Names that a person may have meant, the likeliest first; a part of a name is enough. */
const namesLike = (typed: string): SettingName[] => {
  const wanted = trigrams(typed.toLowerCase())
  return SETTING_NAMES.map((name) => ({ name, alike: wanted.intersection(trigrams(name)).size }))
    .filter(({ alike }) => alike > wanted.size * ALIKE)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, MOST_SUGGESTED)
    .map(({ name }) => name)
}

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)

/** The setting that a person named. @throws AppError `not_found` that suggests the nearest names. */
export const parseSettingName = (typed: string): SettingName => {
  const name = typed.trim()
  if (isSettingName(name)) return name
  const near = namesLike(name.slice(0, LONGEST_SHOWN))
  const suggestion = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'nothing is named like it.'
  throw new AppError(
    'not_found',
    `There is no setting "${name.slice(0, LONGEST_SHOWN)}"; ${suggestion} "npx cairn settings list" shows all.`,
  )
}

const readTyped = (text: string): unknown => {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}

/** The value that a person typed for a setting; undefined when it does not fit. */
export const readSettingValue = (name: SettingName, typed: string): SettingValue | undefined =>
  SETTINGS[name].schema.safeParse(readTyped(typed.trim())).data

/** The value that a person typed for a setting. @throws AppError `bad_input` with what was found and expected. */
export const parseSettingValue = (name: SettingName, typed: string): SettingValue => {
  const { expected, default: initial } = SETTINGS[name]
  const value = readSettingValue(name, typed)
  if (value !== undefined) return value
  throw new AppError(
    'bad_input',
    `"${typed.slice(0, LONGEST_SHOWN)}" does not fit ${name}; expected ${expected}, such as ${initial}.`,
  )
}
