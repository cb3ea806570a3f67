import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { renderEntry } from './render.ts'
import {
  type Axes,
  axesSchema,
  type Entry,
  entryFileSchema,
  entrySchema,
  type Origin,
  vocabularySchema,
} from './schema.ts'

/** An entry with the document it belongs to and its rendered passage. */
export interface PlaybookEntry extends Entry {
  body: string
  document: string
  origin: Origin
  file: string
}

/** Everything that the advisor knows as data, validated. */
export interface Playbook {
  axes: Axes
  entries: PlaybookEntry[]
  entry(id: string): PlaybookEntry | undefined
  synonyms: string[][]
}

/** A file of the playbook folder: its name and its parsed YAML. */
export interface PlaybookFile {
  name: string
  data: unknown
}

const reject = (file: string, entry: string | undefined, field: string, reason: string): never => {
  const where = [
    `knowledge/playbook/${file}`,
    entry && `entry "${entry}"`,
    field && `field "${field}"`,
  ].filter(Boolean)
  throw new AppError('bad_knowledge', `${where.join(', ')}: ${reason}. Correct the file and start again.`)
}

const parse = <T extends z.ZodType>(schema: T, data: unknown, file: string, entry?: string): z.infer<T> => {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  return reject(file, entry, issue?.path.join('.') ?? '', issue?.message ?? 'not what the schema expects')
}

const idOf = (raw: unknown, position: number): string =>
  raw !== null && typeof raw === 'object' && 'id' in raw && typeof raw.id === 'string'
    ? raw.id
    : `number ${position + 1}`

/**
 * Validates the playbook and renders its passages.
 * @param files every YAML file of `knowledge/playbook`; `axes.yaml` and `vocabulary.yaml` have schemas of their own.
 * @throws AppError `bad_knowledge` that names file, entry and field.
 */
export const parsePlaybook = (files: PlaybookFile[]): Playbook => {
  const special = (name: string) => files.find((file) => file.name === name)?.data
  const axes = parse(axesSchema, special('axes.yaml'), 'axes.yaml')
  const { synonyms } = parse(vocabularySchema, special('vocabulary.yaml'), 'vocabulary.yaml')

  const parsed = files
    .filter((file) => file.name !== 'axes.yaml' && file.name !== 'vocabulary.yaml')
    .flatMap((file) => {
      const { document, origin, entries } = parse(entryFileSchema, file.data, file.name)
      return entries.map((raw, position) => ({
        ...parse(entrySchema, raw, file.name, idOf(raw, position)),
        document,
        origin,
        file: file.name,
      }))
    })

  const byId = new Map<string, (typeof parsed)[number]>()
  for (const entry of parsed) {
    if (byId.has(entry.id))
      reject(entry.file, entry.id, 'id', `the id stands in ${byId.get(entry.id)?.file} already`)
    byId.set(entry.id, entry)
  }
  for (const entry of parsed) {
    for (const id of entry.between)
      if (!byId.has(id)) reject(entry.file, entry.id, 'between', `no entry has the id "${id}"`)
  }

  const rendered = new Map<string, PlaybookEntry>()
  for (const entry of parsed) {
    try {
      rendered.set(entry.id, { ...entry, body: renderEntry(entry, axes, (id) => byId.get(id)) })
    } catch (cause) {
      reject(entry.file, entry.id, 'lead, facts or note', (cause as Error).message)
    }
  }
  return { axes, entries: [...rendered.values()], entry: (id) => rendered.get(id), synonyms }
}
