import { z } from 'zod'
import type { Filled, Outcome } from './screens.ts'

/** What a form holds, or what is wrong with which of its fields. */
export type Read<T> = { data: T; wrong?: undefined } | { data?: undefined; wrong: Outcome }

/** What was filled in, read by a schema whose messages are for the person; blanks count as left empty. */
export const readFilled = <S extends z.ZodObject>(schema: S, { values }: Filled): Read<z.infer<S>> => {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value.trim() === '' ? [] : [[name, value.trim()] as const],
  )
  const { success, data, error } = schema.safeParse(Object.fromEntries(given))
  if (success) return { data }
  const errors: Record<string, string> = {}
  for (const { path, message } of error.issues) errors[String(path[0])] ??= message
  return { wrong: { show: 'errors', errors } }
}

/** A number as it was typed, within bounds that both count. */
export const typedNumber = ([least, most]: readonly [number, number], whole: boolean) => {
  const range = `from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`
  const told = { error: `Expected a ${whole ? 'whole ' : ''}number ${range}, without separators.` }
  const size = z.number(told).min(least, told).max(most, told)
  return z
    .string(told)
    .regex(/^-?\d{1,15}(?:\.\d{1,6})?$/, told)
    .transform(Number)
    .pipe(whole ? size.refine(Number.isInteger, told) : size)
}

/** One of the options of a field. */
export const chosen = <const Options extends readonly [string, ...string[]]>(options: Options) =>
  z.enum(options, { error: 'Choose one of the options.' })

/** Text of at most so many characters. */
export const typedText = (most: number, empty = 'Write something here.') =>
  z.string({ error: empty }).max(most, {
    error: ({ input }) =>
      `This has ${String(input).length.toLocaleString('en')} characters; ${most.toLocaleString('en')} are the most.`,
  })

/** The id of a user or a conversation, as its platform writes it. */
export const platformId = (missing: string) =>
  z.string({ error: missing }).regex(/^\S{1,255}$/, { error: missing })
