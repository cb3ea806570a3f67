import { describe, expect, test } from 'vitest'
import { parseArticle } from '../../src/knowledge/articles.ts'

const article = (parts: { head?: string; body?: string } = {}): string =>
  `---\n${parts.head ?? 'title: On teams\norigin: cairn\nreviewed: 2026-01-31'}\n---\n\n${parts.body ?? '## Size\n\nSmall teams\ntalk more.\n\nLarge ones write.\n\nasked:\n- how big\n- what size\n- team size?\n'}`

test('an article becomes sections with their questions, which are no part of the text', () => {
  expect(parseArticle('teams.md', article())).toEqual({
    id: 'teams',
    title: 'On teams',
    origin: 'cairn',
    sections: [
      {
        id: 'teams.1',
        section: 'Size',
        body: 'Small teams talk more.\nLarge ones write.',
        asked: ['how big', 'what size', 'team size?'],
      },
    ],
  })
})

describe('a broken article is named with what is wrong', () => {
  test.each([
    ['no front matter', 'just text', /front matter/],
    [
      'unknown origin',
      article({ head: 'title: On teams\norigin: nowhere\nreviewed: 2026-01-31' }),
      /"origin"/,
    ],
    ['no date', article({ head: 'title: On teams\norigin: cairn\nreviewed: soon' }), /"reviewed"/],
    ['no section', article({ body: 'text' }), /no "## " section/],
    ['no text', article({ body: '## Size\n\nasked:\n- a\n- b\n- c\n' }), /"Size" has no text/],
    ['few questions', article({ body: '## Size\n\nText.\n\nasked:\n- a\n' }), /1 lines under "asked:"/],
    [
      'long section',
      article({ body: `## Size\n\n${'word '.repeat(200)}\n\nasked:\n- a\n- b\n- c\n` }),
      /the most is 600/,
    ],
  ])('%s', (_, text, message) => {
    expect(() => parseArticle('teams.md', text)).toThrow(message)
    expect(() => parseArticle('teams.md', text)).toThrow(/knowledge\/articles\/teams\.md/)
  })
})
