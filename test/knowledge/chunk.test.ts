import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunkMarkdown } from '../../src/knowledge/chunk.ts'

describe('chunks', () => {
  test('carry their headings and keep a list with the sentence that opens it', () => {
    const chunks = chunkMarkdown(
      'Intro.\n\n# Plan\n\n## Hiring\n\nWe hire:\n\n- two engineers\n- one *designer*\n\n## Money\n\nEnough.',
    )
    expect(chunks).toEqual([
      { section: '', body: 'Intro.', style: 'prose' },
      { section: 'Plan > Hiring', body: 'We hire:\n- two engineers\n- one designer', style: 'list' },
      { section: 'Plan > Money', body: 'Enough.', style: 'prose' },
    ])
  })

  test('print tables row by row with their column names', () => {
    const [chunk] = chunkMarkdown('| Role | Count |\n|---|---|\n| Coach | 8 |\n| Lead | 1 |')
    expect(chunk).toEqual({
      section: '',
      body: '- Role: Coach; Count: 8\n- Role: Lead; Count: 1',
      style: 'list',
    })
  })

  test('lose links, markup and what cannot be seen', () => {
    const [chunk] = chunkMarkdown(
      'Read [our plan](https://evil.example) <b>now</b>\u200b, `code` and **bold**. ![x](y.png)',
    )
    expect(chunk?.body).toBe('Read our plan now, code and bold.')
  })

  test('end at sentences', () => {
    const sentence = 'This sentence has exactly fifty characters, I hope. '
    for (const { body } of chunkMarkdown(sentence.repeat(60))) {
      expect(body.length).toBeLessThanOrEqual(600)
      expect(body.endsWith('I hope.')).toBe(true)
    }
  })

  const word = fc.stringMatching(/^[a-zA-Z]{1,12}$/)
  const sentence = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => `${words.join(' ')}.`)
  const block = fc.oneof(
    fc.array(sentence, { minLength: 1, maxLength: 12 }).map((sentences) => sentences.join(' ')),
    fc
      .array(sentence, { minLength: 1, maxLength: 12 })
      .map((items) => items.map((item) => `- ${item}`).join('\n')),
    word.map((title) => `## ${title}`),
  )

  test('hold every word of the text, in order, within their limits', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 8 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        const chunks = chunkMarkdown(markdown)
        const kept = chunks.flatMap(({ body }) => body.match(/[a-zA-Z]+/g) ?? [])
        const texts = blocks
          .filter((text) => !text.startsWith('## '))
          .flatMap((text) => text.match(/[a-zA-Z]+/g) ?? [])
        expect(kept).toEqual(texts)
        for (const { body, style } of chunks)
          expect(body.length).toBeLessThanOrEqual(style === 'list' ? 1_000 : 600)
      }),
      { numRuns: 300 },
    )
  })

  test('take a large text in reasonable time', () => {
    const started = performance.now()
    const chunks = chunkMarkdown('A plain sentence about growth and people. '.repeat(125_000))
    expect(chunks.length).toBeGreaterThan(8_000)
    expect(performance.now() - started).toBeLessThan(30_000)
  })
})
