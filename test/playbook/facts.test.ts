import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { projectPlaybook } from '../support/playbook.ts'

/** The checklist of facts and figures, made from the founding documents line by line. */
const checklist = z
  .array(
    z.object({
      document: z.enum(['charter', 'phases', 'stages']),
      section: z.string(),
      within: z.string().optional(),
      together: z.array(z.string()),
    }),
  )
  .parse(load(readFileSync('test/fixtures/facts.yaml', 'utf8')))

const { entries } = await projectPlaybook()
const passages = entries.map(({ origin, section, body }) => ({ origin, text: `${section}\n${body}` }))

describe('every fact of the founding documents is in a passage', () => {
  test('the checklist is whole', () => {
    expect(checklist.length).toBeGreaterThanOrEqual(228)
  })

  test.each(checklist)('$document: $section', ({ document, together }) => {
    const own = passages.filter(({ origin }) => origin === document)
    const misses = own.map(({ text }) => together.filter((pattern) => !new RegExp(pattern, 'i').test(text)))
    const fewest = misses.sort((a, b) => a.length - b.length)[0]
    expect(fewest).toEqual([])
  })
})
