import { load } from 'js-yaml'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { type Origin, originSchema } from '../playbook/schema.ts'

/** An article of the shared knowledge: prose in sections, each a passage with the questions that it answers. */
export interface Article {
  id: string
  title: string
  origin: Origin
  sections: { id: string; section: string; body: string; asked: string[] }[]
}

const frontMatter = z.strictObject({ title: z.string().min(3), origin: originSchema, reviewed: z.iso.date() })
const LONGEST = 600
const FEWEST_ASKED = 3

/**
 * Parses `knowledge/articles/NAME.md`: front matter (title, origin, reviewed), then `##` sections that each end with a
 * line `asked:` and a list of questions.
 * @throws AppError `bad_knowledge` that names file, section and what is wrong.
 */
export const parseArticle = (name: string, text: string): Article => {
  const reject = (what: string): never => {
    throw new AppError(
      'bad_knowledge',
      `knowledge/articles/${name}: ${what}. Correct the file and start again.`,
    )
  }
  const [, head, rest] =
    /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ??
    reject('it does not begin with front matter between --- lines')
  const parsed = frontMatter.safeParse(parseYaml(head as string, reject))
  if (!parsed.success)
    return reject(`field "${parsed.error.issues[0]?.path.join('.')}": ${parsed.error.issues[0]?.message}`)
  const id = name.replace(/\.md$/, '')
  const sections = (rest as string)
    .split(/^## /m)
    .slice(1)
    .map((part, position) => {
      const [heading = '', ...lines] = part.split('\n')
      const [body = '', questions = ''] = lines.join('\n').split(/^asked:\s*$/m)
      const asked = [...questions.matchAll(/^- (.+)$/gm)].map(([, question]) => (question as string).trim())
      const flowing = body
        .trim()
        .replace(/(?<!\n)\n(?![\n-])/g, ' ')
        .replace(/\n{2,}/g, '\n')
      if (flowing === '') reject(`section "${heading}" has no text`)
      if (flowing.length > LONGEST)
        reject(`section "${heading}" has ${flowing.length} characters; the most is ${LONGEST}`)
      if (asked.length < FEWEST_ASKED)
        reject(`section "${heading}" has ${asked.length} lines under "asked:"; the fewest is ${FEWEST_ASKED}`)
      return { id: `${id}.${position + 1}`, section: heading.trim(), body: flowing, asked }
    })
  if (sections.length === 0) reject('it has no "## " section')
  return { id, title: parsed.data.title, origin: parsed.data.origin, sections }
}

const parseYaml = (text: string, reject: (what: string) => never): unknown => {
  try {
    return load(text)
  } catch {
    return reject('its front matter is not valid YAML')
  }
}
