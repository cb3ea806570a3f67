import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toMarkdown } from '../../../src/adapters/slack/escape.ts'
import { asMarkdownFile } from '../../../src/adapters/slack/markdown-file.ts'
import { renderReply } from '../../../src/adapters/slack/render-reply.ts'
import { splitMarkdown } from '../../../src/adapters/slack/split-markdown.ts'
import { splitReply, tooLongForMessages } from '../../../src/adapters/slack/split-reply.ts'
import type { Citation, Reply } from '../../../src/conversation/reply.ts'
import { hostileText } from '../../support/slack/hostile-text.ts'
import { validateMessage } from '../../support/slack/validate-blocks.ts'

const citation = (n: number): Citation => ({
  n,
  type: 'passage',
  passageId: `p${n}`,
  document: 'Growth phases',
  section: `Phase ${n} > Milestones`,
  quote: `quote ${n}`,
})
const replyOf = (text: string, extra: Partial<Reply> = {}): Reply => ({
  kind: 'answer',
  text,
  citations: [],
  caveats: [],
  ...extra,
})
const sentence = 'A team of eight has one lead and knows what comes next.'
const paragraph = Array.from({ length: 20 }, () => sentence).join(' ')

describe('a Markdown text in parts', () => {
  test('stays whole when it fits', () => {
    expect(splitMarkdown('one\n\ntwo', 8)).toEqual(['one\n\ntwo'])
    expect(splitMarkdown('', 8)).toEqual([])
  })

  test('is cut between paragraphs', () => {
    expect(splitMarkdown('one\n\ntwo\n\nthree', 10)).toEqual(['one\n\ntwo', 'three'])
  })

  test('is cut between items, and those that go over several lines stay together', () => {
    expect(splitMarkdown('- one\n  more\n- two\n- three', 18)).toEqual(['- one\n  more\n- two', '- three'])
  })

  test('is cut between sentences, whose marks stay with them', () => {
    expect(splitMarkdown('First one. [1] Second one. [2]', 16)).toEqual(['First one. [1]', 'Second one. [2]'])
  })

  test('is cut between words, and within one that is too long', () => {
    expect(splitMarkdown('aaa bbb ccccccccccc', 8)).toEqual(['aaa bbb', 'cccccc', 'ccccc'])
    expect(splitMarkdown('😀'.repeat(5), 5).join('')).toBe('😀'.repeat(5))
  })

  test('has its code fenced in every part', () => {
    expect(splitMarkdown('```ts\none\ntwo\nthree\n```', 18)).toEqual([
      '```ts\none\ntwo\n```',
      '```ts\nthree\n```',
    ])
    expect(splitMarkdown('~~~~\na\n```\nbbbbbbbb', 18)).toEqual([
      '~~~~\na\n```\n~~~~',
      '~~~~\nbbbbbbbb\n~~~~',
    ])
  })

  test('has the heading of a table in every part', () => {
    expect(splitMarkdown('|a|b|\n|-|-|\n|1|2|\n|3|4|\n|5|6|', 24)).toEqual([
      '|a|b|\n|-|-|\n|1|2|\n|3|4|',
      '|a|b|\n|-|-|\n|5|6|',
    ])
  })

  test('counts what escaping adds', () => {
    expect(splitMarkdown('<<<<<<<<', 16)).toEqual(['<<<<', '<<<<'])
  })

  test('never goes beyond the limit, and loses nothing', () => {
    const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 40, max: 4_000 }), (text, limit) => {
        const parts = splitMarkdown(text, limit)
        for (const part of parts) expect(toMarkdown(part).length).toBeLessThanOrEqual(limit)
        if (!/[`~]{3}|\|/.test(text))
          expect(letters(parts.join(''))).toBe(letters(parts.length > 0 ? text : ''))
      }),
      { numRuns: 300 },
    )
  })
})

describe('a reply in messages', () => {
  test('is one while it fits', () => {
    const reply = replyOf(`${paragraph} [1]`, { citations: [citation(1)] })
    expect(splitReply(reply)).toEqual([reply])
    expect(tooLongForMessages(reply)).toBe(false)
  })

  test('has each part with its own sources, and all else under the last one', () => {
    const text = Array.from({ length: 24 }, (_, at) => `${paragraph} [${at < 12 ? 1 : 2}]`).join('\n\n')
    const reply = replyOf(text, {
      citations: [citation(1), citation(2), citation(3)],
      caveats: ['Figures differ.'],
      choices: [{ label: 'Next', question: 'What is next?' }],
      table: { caption: 'T', columns: [{ name: 'a', kind: 'text' }], rows: [['1']] },
    })
    const parts = splitReply(reply)
    expect(parts).toHaveLength(3)
    expect(parts.map(({ citations }) => citations.map(({ n }) => n))).toEqual([[1], [1, 2], [2, 3]])
    expect(
      parts.map(({ caveats, table, choices }) => [caveats.length, Boolean(table), Boolean(choices)]),
    ).toEqual([
      [0, false, false],
      [0, false, false],
      [1, true, true],
    ])
    expect(parts.map((part) => part.text).join('\n\n')).toBe(text)
    for (const part of parts)
      expect(validateMessage(renderReply(part, { turnId: 't', isPrivate: true, mayShare: true }))).toEqual([])
  })

  test('leaves room for what stands under the text', () => {
    const citations = Array.from({ length: 40 }, (_, at) => citation(at + 1))
    const marks = citations.map(({ n }) => `[${n}]`).join('')
    const reply = replyOf(`${Array.from({ length: 9 }, () => paragraph).join('\n\n')} ${marks}`, {
      citations,
      caveats: Array.from({ length: 5 }, () => 'x'.repeat(400)),
    })
    const parts = splitReply(reply)
    expect(parts.length).toBeGreaterThan(1)
    const shown = parts.flatMap(
      (part) => renderReply(part, { turnId: 't', isPrivate: true, mayShare: true }).blocks,
    )
    expect(JSON.stringify(shown).match(/open_passage/g)).toHaveLength(40)
  })

  test('is its beginning, with a word on the file, when it is too long for messages', () => {
    const reply = replyOf(Array.from({ length: 60 }, () => `${paragraph} [1]`).join('\n\n'), {
      citations: [citation(1)],
      caveats: ['Figures differ.'],
    })
    expect(tooLongForMessages(reply)).toBe(true)
    const [only, ...others] = splitReply(reply)
    expect(others).toEqual([])
    expect(only?.text).toMatch(/\n\n\*The whole answer is in the file\.\*$/)
    expect(only?.caveats).toEqual(['Figures differ.'])
    expect(validateMessage(renderReply(only as Reply, { isPrivate: false, mayShare: false }))).toEqual([])
  })
})

test('a reply as a file has everything', () => {
  const file = asMarkdownFile(
    replyOf('**Ten** people. [1]', {
      citations: [citation(1)],
      caveats: ['Figures differ.'],
      table: {
        caption: 'Sizes',
        columns: [
          { name: 'Stage', kind: 'text' },
          { name: 'Size', kind: 'number' },
        ],
        rows: [
          ['a | b', 3],
          ['c', null],
        ],
      },
      chart: { kind: 'gauge', title: 'Done', unit: '%', value: 4, min: 0, max: 10 },
    }),
  )
  expect(file).toBe(
    [
      '**Ten** people. [1]',
      '**Sizes**',
      '| Stage | Size |\n| --- | --: |\n| a \\| b | 3 |\n| c | no data |',
      'Done: 4% on a scale from 0% to 10%.',
      '## Be careful\n\n- Figures differ.',
      '## Sources',
      '[1] Growth phases › Phase 1 › Milestones',
      '> quote 1\n',
    ].join('\n\n'),
  )
})
