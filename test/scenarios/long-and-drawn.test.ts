import { expect } from 'vitest'
import type { Chart } from '../../src/conversation/chart.ts'
import type { Reply } from '../../src/conversation/reply.ts'
import { answeredWith } from '../support/answered-with.ts'
import type { Chat, Shown } from '../support/chat-driver.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST, SOURCE } from './questions.ts'

const RUNWAY: Chart = {
  kind: 'gauge',
  title: 'Runway',
  unit: 'months',
  value: 14,
  min: 0,
  max: 24,
  target: { value: 18, label: 'Target' },
}

/**
 * Lets Ben be answered with something else than an answer had, in a thread of its own; gives all that he sees there in
 * the end.
 */
const shown = async (chat: Chat, given: Partial<Reply>): Promise<Shown[]> => {
  const ben = chat.person('ben')
  const head = await ben.says('I am curious.')
  const { reply } = await chat.app.advise({ tenantId: chat.tenantId, question: COST })
  await answeredWith(chat, 'ben', head, { ...reply, text: 'Here it is. [1]', ...given })
  await ben.reads(head)
  await chat.settled()
  return ben.sees(head)
}

const paragraph = (n: number): string =>
  `Paragraph ${n}. ${'Squads plan together and ship on their own. '.repeat(12).trim()} [1]`

onEveryPlatform('long answers, tables and charts', (story) => {
  story('a long answer comes in parts, in order, with what belongs below it at the end', async (chat) => {
    const text = Array.from({ length: 40 }, (_, n) => paragraph(n)).join('\n\n')
    const parts = await shown(chat, { text, caveats: ['Read with care.'] })
    expect(parts.length).toBeGreaterThan(1)
    const all = parts.map((part) => part.text).join('\n\n')
    const numbers = [...all.matchAll(/Paragraph (\d+)\./g)].map(([, n]) => Number(n))
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, n) => n))
    const [last, ...before] = parts.toReversed()
    expect(last).toMatchObject({ caveats: ['Read with care.'], buttons: expect.arrayContaining(['Helpful']) })
    for (const part of before) expect(part.buttons).not.toContain('Helpful')
    for (const part of parts) expect(part.sources).toEqual([SOURCE])
  })

  story('one that nobody would read in messages comes as a file', async (chat) => {
    const text = Array.from({ length: 200 }, (_, n) => paragraph(n)).join('\n\n')
    const parts = await shown(chat, { text })
    expect(parts.length).toBeLessThanOrEqual(3)
    expect(parts.flatMap(({ files }) => files)).toEqual(['answer.md'])
    expect(parts[0]?.text).toMatch(/The whole answer is in the file/)
  })

  story('a table is drawn', async (chat) => {
    const [only] = await shown(chat, {
      table: {
        caption: 'Infrastructure by phase',
        columns: [
          { name: 'Phase', kind: 'text' },
          { name: 'Cost a month', kind: 'number' },
        ],
        rows: [
          ['Foundation', 50_000],
          ['Growth', 200_000],
          ['Market leadership', null],
        ],
      },
    })
    expect(only?.table).toEqual({
      caption: 'Infrastructure by phase',
      rows: [
        ['Phase', 'Cost a month'],
        ['Foundation', '50,000'],
        ['Growth', '200,000'],
        ['Market leadership', 'no data'],
      ],
    })
  })

  story('a table of many rows is shown as far as there is room, and says what is not', async (chat) => {
    const [only] = await shown(chat, {
      table: {
        caption: 'Teams',
        columns: [{ name: 'Team', kind: 'text' }],
        rows: Array.from({ length: 250 }, (_, n) => [`Team ${n}`]),
      },
    })
    const rows = only?.table?.rows.length ?? 0
    expect(rows).toBeGreaterThan(50)
    expect(only?.smallPrint).toContain(`${250 - (rows - 1)} more rows`)
  })

  story.needing('draws charts')('a chart is drawn', async (chat) => {
    const [only, ...others] = await shown(chat, {
      chart: {
        kind: 'bar',
        title: 'Infrastructure by phase',
        unit: '$K a month',
        categories: ['Foundation', 'Growth', 'Scale'],
        series: [{ name: 'Cost', values: [50, 200, 500] }],
        annotations: [],
      },
    })
    expect(only?.chart).toEqual({
      title: 'Infrastructure by phase',
      categories: ['Foundation', 'Growth', 'Scale'],
      series: { Cost: [50, 200, 500] },
    })
    expect(others).toEqual([])
  })

  story('what the platform cannot draw is told, with an image', async (chat) => {
    const messages = await shown(chat, { chart: RUNWAY })
    expect(messages[0]?.smallPrint).toMatch(/Runway: 14 months/)
    expect(messages.flatMap(({ files }) => files)).toEqual(['chart.png'])
  })

  story('with an answer all of its parts go, its files too', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const text = Array.from({ length: 40 }, (_, n) => paragraph(n)).join('\n\n')
    const parts = await shown(chat, { text, chart: RUNWAY })
    expect(parts.length).toBeGreaterThan(2)
    const [below] = parts.filter(({ buttons }) => buttons.includes('Delete'))
    await ben.presses('Delete', below as Shown)
    await chat.settled()
    const { conversation, thread } = below as Shown
    expect(await cleo.sees({ conversation, ...(thread === undefined ? {} : { thread }) })).toEqual([])
  })

  story.needing('shows something to one person among others')(
    'the files of an answer for one person come to that person alone',
    async (chat) => {
      const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
      const alone = chat.aloneIn('engineering', 'ben')
      const own = { ...(await ben.withCairn()), after: performance.now() }
      const { reply } = await chat.app.advise({ tenantId: chat.tenantId, question: COST })
      await answeredWith(chat, 'ben', alone, { ...reply, chart: RUNWAY })
      await ben.reads(alone)
      await chat.settled()
      expect(await cleo.sees(alone)).toEqual([])
      expect((await ben.sees(own)).flatMap(({ files }) => files)).toEqual(['chart.png'])
    },
  )
})
