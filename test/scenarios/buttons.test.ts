import { expect } from 'vitest'
import { answeredWith } from '../support/answered-with.ts'
import type { Chat, ChatPerson, Shown } from '../support/chat-driver.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST, PHASE_2, SOURCE } from './questions.ts'

const answered = async (person: ChatPerson): Promise<Shown> => person.reads(await person.mentions(COST))
const direct = async (person: ChatPerson): Promise<Shown> => person.reads(await person.directs(COST))

/** What was stored of people's opinions on answers, newest last. */
const opinions = async ({ app, tenantId }: Chat) => {
  const rows: Record<string, unknown>[] = []
  for await (const { table, row } of app.data.rows(tenantId)) if (table === 'feedback') rows.push(row)
  return rows.sort((a, b) => String(a.at).localeCompare(String(b.at)))
}

onEveryPlatform('buttons under an answer', (story) => {
  story('a source opens its passage with the words that the answer rests on', async (chat) => {
    const ben = chat.person('ben')
    await ben.presses(SOURCE, await answered(ben))
    const { title, text, fields } = await ben.dialog()
    expect({ title, fields }).toEqual({ title: 'Source', fields: {} })
    expect(text).toMatch(/^Growth phases\n/)
    expect(text).toContain('Phase 2 Growth > Technology > Infrastructure cost')
    expect(text).toMatch(/Total: \$200K a month/)
    expect(text).toMatch(/founding document of the knowledge base/)
  })

  story('whoever reads along may open it too', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await ben.mentions(COST)
    await ben.reads(question)
    await cleo.presses(SOURCE, await cleo.reads(question))
    expect((await cleo.dialog('Source')).text).toMatch(/\$200K a month/)
    expect(ben.hasDialog()).toBe(false)
  })

  story('a suggested question is asked in the thread, in the name of whoever chose it', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await ben.mentions('hello')
    await ben.reads(question)
    await answeredWith(chat, 'ben', question, {
      kind: 'answer',
      text: 'Costs differ by phase.',
      citations: [],
      caveats: [],
      choices: [{ label: 'Phase 2', question: COST }],
    })
    await cleo.presses('Phase 2', await cleo.reads(question, /differ/))
    const asked = await ben.reads(question, /Cleo Clark asked/)
    expect(asked.text).toContain(COST)
    expect(await ben.reads(question, PHASE_2)).toMatchObject({ conversation: question.conversation })
  })

  story.needing('shows something to one person among others')(
    'chosen under an answer for one person alone, it stays with that person',
    async (chat) => {
      const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
      const alone = chat.aloneIn('engineering', 'ben')
      await answeredWith(chat, 'ben', alone, {
        kind: 'answer',
        text: 'Costs differ by phase.',
        citations: [],
        caveats: [],
        choices: [{ label: 'Phase 2', question: COST }],
      })
      await ben.presses('Phase 2', await ben.reads(alone, /differ/))
      expect(await ben.reads(alone, PHASE_2)).toMatchObject({ isPrivate: true })
      await chat.settled()
      expect(await cleo.sees(alone)).toEqual([])
    },
  )

  story('praise is kept, and thanked for where only its author sees it', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await ben.mentions(COST)
    await cleo.presses('Helpful', await cleo.reads(question))
    expect(await cleo.reads(question, /Thank you/)).toMatchObject({ isPrivate: true })
    expect(await ben.sees(question)).toHaveLength(1)
    expect((await opinions(chat)).at(-1)).toMatchObject({ rating: 'up', reason: null })
  })

  story('blame is kept at once, with its reason when one is given', async (chat) => {
    const ben = chat.person('ben')
    const before = (await opinions(chat)).length
    await ben.presses('Not helpful', await answered(ben))
    const form = await ben.dialog('What was wrong?')
    expect((await opinions(chat)).slice(before)).toMatchObject([{ rating: 'down', reason: null }])
    await ben.fillsIn(form, { reason: 'We are in phase 3 by now.' })
    expect((await ben.dialog(({ text }) => text !== form.text)).text).toMatch(/Thank you/)
    expect((await opinions(chat)).slice(before)).toMatchObject([
      { rating: 'down', reason: 'We are in phase 3 by now.' },
    ])
  })

  story('who asked takes the answer back, and nobody else', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await ben.mentions(COST)
    const answer = await ben.reads(question)
    expect(answer.buttons).toContain('Delete')
    expect((await cleo.reads(question)).buttons).not.toContain('Delete')
    await ben.presses('Delete', answer)
    await ben.reads(question, /^Deleted/)
    await chat.settled()
    expect(await cleo.sees(question)).toEqual([])
    const followUp = await ben.mentions('and in phase 3?', { thread: question })
    expect((await ben.reads(followUp)).text).not.toMatch(/Infrastructure/)
  })

  story.needing('home screen')('an answer of long ago is read again and deleted at home', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.directs('which KPIs should a team of 8 to 25 developers watch?')
    await ben.reads(question)
    await ben.presses('Open', await ben.opensHome())
    const whole = await ben.dialog('Answer')
    expect(whole.text).toMatch(/which KPIs should a team/)
    expect(whole.buttons).toContain('Read the passage')
    await ben.presses('Read the passage', whole)
    await ben.dialog('Source')
    await ben.presses('Delete', await ben.opensHome())
    await ben.home(({ text }) => !text.includes('which KPIs should a team'))
    await chat.settled()
    expect(await ben.sees(question)).toEqual([])
  })

  story('a private answer is shared to a channel, under the name of who asked', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const after = performance.now()
    await ben.presses('Share to channel', await direct(ben))
    const form = await ben.dialog('Share this answer')
    expect(form.text).toContain(COST)
    await ben.fillsIn(form, { channel: chat.channel('product').conversation })
    expect(ben.hasDialog()).toBe(false)
    const head = await cleo.reads({ ...chat.channel('product'), after }, /Ben Brown shared an answer/)
    expect(head.text).toContain(COST)
    const shared = await cleo.reads({ conversation: head.conversation, thread: head.id }, PHASE_2)
    expect(shared).toMatchObject({ sources: [SOURCE], isPrivate: false })
    await cleo.presses(SOURCE, shared)
    await cleo.dialog('Source')
  })

  story.needing('tells what people look at')(
    'the channel that somebody looks at is where they would share',
    async (chat) => {
      const ben = chat.person('ben')
      await ben.looksAt('product')
      await ben.presses('Share to channel', await direct(ben))
      const { fields } = await ben.dialog('Share this answer')
      expect(fields.channel?.value).toBe(chat.channel('product').conversation)
    },
  )

  story('to a channel without Cairn it is not shared, and its author is told', async (chat) => {
    const ben = chat.person('ben')
    const answer = await direct(ben)
    await ben.presses('Share to channel', answer)
    const form = await ben.dialog('Share this answer')
    await ben.fillsIn(form, { channel: chat.channel('elsewhere').conversation })
    expect((await ben.reads(answer, /not a member of that channel/)).isPrivate).toBe(true)
  })
})
