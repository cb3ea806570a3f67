import { expect } from 'vitest'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST, PHASE_2, SOURCE } from './questions.ts'

onEveryPlatform('commands', (all) => {
  const story = all.needing('commands')
  const about = all.needing('message actions')

  story('ask answers for one person alone', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const spot = await ben.commands(`ask ${COST}`)
    const answer = await ben.reads(spot, PHASE_2)
    expect(answer).toMatchObject({ isPrivate: true, sources: [SOURCE] })
    expect(answer.buttons).toContain('Share to channel')
    await chat.settled()
    // What is said while it is looked up comes before the answer, not after it.
    expect((await ben.sees(spot)).map(({ text }) => text.slice(0, 10))).toEqual(['Looking it', 'Infrastruc'])
    expect(await cleo.sees(spot)).toEqual([])
    expect(chat.traces(spot)).toEqual([])
  })

  story('what stands under such an answer works as anywhere', async (chat) => {
    const ben = chat.person('ben')
    const spot = await ben.commands(`ask ${COST}`)
    const answer = await ben.reads(spot, PHASE_2)
    await ben.presses(SOURCE, answer)
    expect((await ben.dialog('Source')).text).toMatch(/\$200K a month/)
    await ben.presses('Helpful', answer)
    await ben.reads(spot, /Thank you/)
    await ben.presses('Delete', answer)
    await ben.reads(spot, /^Deleted/)
    await chat.settled()
    expect((await ben.sees(spot)).filter(({ text }) => PHASE_2.test(text))).toEqual([])
  })

  story('it is shared to the channel in which it was asked', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const spot = await ben.commands(`ask ${COST}`, 'product')
    await ben.presses('Share to channel', await ben.reads(spot, PHASE_2))
    const form = await ben.dialog('Share this answer')
    expect(form.fields.channel?.value).toBe(spot.conversation)
    await ben.fillsIn(form)
    const head = await cleo.reads(spot, /Ben Brown shared an answer/)
    await cleo.reads({ conversation: head.conversation, thread: head.id }, PHASE_2)
  })

  story('ask --share answers for all', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const spot = await ben.commands(`ask --share ${COST}`)
    const head = await cleo.reads(spot, /Ben Brown asked/)
    expect(head.text).toContain(COST)
    const answer = await cleo.reads({ conversation: head.conversation, thread: head.id }, PHASE_2)
    expect(answer).toMatchObject({ sources: [SOURCE], isPrivate: false })
  })

  story('where Cairn is no member it answers one person alone, and says why not all', async (chat) => {
    const ben = chat.person('ben')
    await ben.reads(await ben.commands(`ask ${COST}`, 'elsewhere'), PHASE_2)
    await ben.reads(await ben.commands(`ask --share ${COST}`, 'elsewhere'), /not a member of that channel/)
  })

  story('in the conversation with Cairn it answers there', async (chat) => {
    const ben = chat.person('ben')
    const spot = await ben.commands(`ask ${COST}`, await ben.withCairn())
    const head = await ben.reads(spot, /You asked/)
    await ben.reads({ conversation: head.conversation, thread: head.id }, PHASE_2)
  })

  story('between two people it answers the one who asked', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const between = await ben.withPerson('cleo')
    const spot = await ben.commands(`ask ${COST}`, between)
    expect(await ben.reads(spot, PHASE_2)).toMatchObject({ isPrivate: true, sources: [SOURCE] })
    await ben.reads(await ben.commands(`ask --share ${COST}`, between), /not a member/)
    await chat.settled()
    expect(await cleo.sees(spot)).toEqual([])
  })

  story('stage tells where figures stand', async (chat) => {
    const ben = chat.person('ben')
    const placed = await ben.reads(await ben.commands('stage 23 developers, $4.2M ARR, month 30'), /stage 3/)
    expect(placed).toMatchObject({
      isPrivate: true,
      table: {
        caption: 'Where these figures stand',
        rows: [
          ['Axis', 'Value', 'Where that is', 'Transition zone'],
          ['Developers', '23', expect.stringMatching(/stage 3/), expect.stringMatching(/stage 4/)],
          ['ARR', '$4.2M', expect.stringMatching(/phase 1/), 'no'],
          ['Month', '30', expect.stringMatching(/phase 2/), 'no'],
        ],
      },
    })
  })

  story('stage asks for the figures when it is given none', async (chat) => {
    const ben = chat.person('ben')
    const spot = await ben.commands('stage')
    const form = await ben.dialog('Where are we?')
    await ben.fillsIn(form)
    const again = await ben.dialog(({ errors }) => errors.developers !== undefined)
    expect(again.errors.developers).toMatch(/at least one/)
    await ben.fillsIn(again, { developers: '23' })
    const placed = await ben.reads(spot, /stage 3/)
    expect(placed.table?.rows).toHaveLength(2)
  })

  story('stage says what it expects of what it cannot read, and offers the form', async (chat) => {
    const ben = chat.person('ben')
    const note = await ben.reads(await ben.commands('stage as big as possible'), /no figure/)
    await ben.presses('Open the form', note)
    await ben.dialog('Where are we?')
  })

  story('help lists everything that can be typed, and each of it exists', async (chat) => {
    const ben = chat.person('ben')
    const { text } = await ben.reads(await ben.commands('help'))
    const named = [...text.matchAll(/^\W*`(\w+)/gm)].map(([, name]) => name as string)
    expect(named).toEqual(expect.arrayContaining(['ask', 'stage', 'settings', 'help']))
    for (const name of named) {
      await ben.commands(name)
      await chat.settled()
    }
    const replies = await ben.sees(chat.channel('engineering'))
    expect(replies.filter(({ text }) => /do not know that command/.test(text))).toEqual([])
    expect((await ben.reads(await ben.commands(''))).text).toBe(text)
  })

  story('an unknown word is answered with what may have been meant', async (chat) => {
    const ben = chat.person('ben')
    const { text } = await ben.reads(await ben.commands('stgae 23'))
    expect(text).toMatch(/Did you mean `?stage/)
  })

  story('settings are for admins, who are named to others', async (chat) => {
    const [ana, ben] = [chat.person('ana'), chat.person('ben')]
    await ana.commands('settings')
    expect((await ana.dialog('Settings')).buttons).toEqual(['Retention', 'Budgets', 'Model and disclosure'])
    await ben.reads(await ben.commands('settings'), /Only an admin may do this\. Please ask Ana Adams/)
    expect(ben.hasDialog()).toBe(false)
  })

  about('what somebody wrote is asked about for oneself', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const written = await cleo.says('I wonder what phase 2 costs')
    await ben.asksAbout(written)
    const form = await ben.dialog('Ask Cairn about this')
    expect(form.fields).toMatchObject({
      question: { value: 'I wonder what phase 2 costs' },
      where: { options: ['private', 'thread'], value: 'private' },
    })
    const after = performance.now()
    await ben.fillsIn(form, { question: COST })
    const { conversation } = written
    expect(await ben.reads({ conversation, after }, PHASE_2)).toMatchObject({ isPrivate: true })
    await chat.settled()
    expect(await cleo.sees({ conversation, after })).toEqual([])
    expect(await cleo.sees(written)).toEqual([])
  })

  about('or for everyone, in the thread of the message', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const written = await cleo.says('I wonder what phase 2 costs')
    await ben.asksAbout(written)
    await ben.fillsIn(await ben.dialog('Ask Cairn about this'), { question: COST, where: 'thread' })
    await cleo.reads(written, /Ben Brown asked/)
    expect(await cleo.reads(written, PHASE_2)).toMatchObject({ thread: written.thread, isPrivate: false })
  })

  about('where Cairn is no member, the answer comes to their conversation with it', async (chat) => {
    const ben = chat.person('ben')
    const written = await chat.person('ana').says('I wonder what phase 2 costs', { channel: 'elsewhere' })
    const alone = { ...(await ben.withCairn()), after: performance.now() }
    await ben.asksAbout(written)
    await ben.fillsIn(await ben.dialog('Ask Cairn about this'), { question: COST })
    const answer = await ben.reads(alone, PHASE_2)
    expect(answer).toMatchObject({ isPrivate: true, sources: [SOURCE] })
    await ben.presses('Delete', answer)
    await chat.settled()
    expect((await ben.sees(alone)).map(({ id }) => id)).not.toContain(answer.id)
    await ben.asksAbout(written)
    await ben.fillsIn(await ben.dialog('Ask Cairn about this'), { question: COST, where: 'thread' })
    await ben.reads(alone, /not a member of that channel/)
  })
})
