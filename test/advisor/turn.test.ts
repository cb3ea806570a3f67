import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { renderReply } from '../../src/cli/render-reply.ts'
import { readConfig } from '../../src/config.ts'
import type { Turn } from '../../src/conversation/thread.ts'
import { makeDirectory } from '../support/test-database.ts'

describe('a turn', () => {
  const folder = makeDirectory()
  let app: App
  beforeAll(async () => {
    app = await createApp(readConfig({ CAIRN_DATA_DIR: folder.path }, '/'))
  })
  afterAll(async () => {
    await app.close()
    folder.remove()
  })

  const ask = async (question: string, thread: Turn[] = []) => {
    const { reply } = await app.advise({ tenantId: 'local', question, thread })
    return { ...reply, cited: [...new Set(reply.citations.map(({ passageId }) => passageId))] }
  }

  test('what to prepare for: the triggers of the present stage, the way to the next, and the zone', async () => {
    const { cited, caveats, text } = await ask('we are 23 developers: what should we prepare for?')
    expect(cited).toEqual(['stage.medium_team.triggers', 'transition.medium_to_large_team.roadmap'])
    expect(text).toContain('Months 7-9')
    expect(caveats.join()).toMatch(/Transition zone: 23 is close to the boundary of 25/)
  })

  test('the transcript in the README is what is answered', async () => {
    const readme = readFileSync('README.md', 'utf8')
    const [, question = ''] = /npx cairn ask "(we are [^"]+)"/.exec(readme) ?? []
    const [, transcript] = /```text\n([\s\S]*?)\n```/.exec(readme) ?? []
    const { reply } = await app.advise({ tenantId: 'local', question })
    expect(renderReply(reply)).toBe(transcript)
  })

  test('every part of a question is answered', async () => {
    const { text } = await ask('what does phase 2 cost in infrastructure, and when is the Series B?')
    expect(text).toMatch(/\$200K a month/)
    expect(text).toMatch(/Month 33: Series B/)
  })

  test('a list that an overview has shown is not shown again', async () => {
    const { text } = await ask('what does it cost to run the platform at 20M ARR?')
    expect(text.match(/\$120K a month/g)).toHaveLength(1)
  })

  test.each([
    ['headcount past 50M arr?', /gives no .*head ?count|no head ?count/i],
    ['which month does the London office open?', /no month/],
    ['what is the target deployment frequency for a small team?', /no target/],
  ])('says plainly what the sources lack: %s', async (question, said) => {
    const { kind, text } = await ask(question)
    expect(kind).toBe('unanswerable')
    expect(text).toMatch(said)
  })

  test('a disagreement between the sources stands in the answer or behind it', async () => {
    const { text, caveats } = await ask('how fast must revenue grow each year?')
    const all = [text, ...caveats].join('\n')
    expect(all).toContain('30%')
    expect(all).toContain('100%')
  })

  test('a follow-up goes on with the subject of the thread', async () => {
    const question = 'what are the scaling triggers of stage 2?'
    const first = await ask(question)
    const { cited } = await ask('and for the next stage?', [
      { question, kind: first.kind, cited: first.cited },
    ])
    expect(cited).toEqual(['stage.medium_team.triggers'])
  })
})
