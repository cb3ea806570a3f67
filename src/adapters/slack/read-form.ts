import { z } from 'zod'
import { AppError } from '../../errors.ts'

const option = z.object({ value: z.string() })

/** What an element of a dialog holds, as Slack tells it. Everything that was left empty is null or not there. */
const schema = z.object({
  values: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        type: z.string(),
        value: z.string().nullish(),
        selected_option: option.nullish(),
        selected_options: z.array(option).nullish(),
        selected_user: z.string().nullish(),
        selected_conversation: z.string().nullish(),
        files: z.array(z.object({ id: z.string() })).nullish(),
      }),
    ),
  ),
})

type Element = z.infer<typeof schema>['values'][string][string]

const filledIn = (element: Element): string => {
  if (element.type === 'checkboxes') return String((element.selected_options ?? []).length > 0)
  return (
    element.value ??
    element.selected_option?.value ??
    element.selected_user ??
    element.selected_conversation ??
    ''
  )
}

/** What was filled into a form, by the names of its fields; what was left empty is absent. */
export interface FilledForm {
  values: Record<string, string>
  fileIds: string[]
}

/** Reads the state of a submitted dialog. @throws AppError `bad_input` when it is none. */
export const readForm = (state: unknown): FilledForm => {
  const { data, error } = schema.safeParse(state)
  if (!data)
    throw new AppError('bad_input', 'What was filled in could not be read; open the form again.', {
      cause: error,
    })
  const elements = Object.values(data.values).flatMap((block) => Object.entries(block))
  return {
    values: Object.fromEntries(
      elements
        .map(([name, element]) => [name, filledIn(element).trim()] as const)
        .filter(([, value]) => value !== ''),
    ),
    fileIds: elements.flatMap(([, { files }]) => (files ?? []).map(({ id }) => id)),
  }
}
