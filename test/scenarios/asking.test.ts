import { expect } from 'vitest'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST, PHASE_2, SOURCE } from './questions.ts'

const PHASE_3 = /phase 3/

onEveryPlatform('asking', (story) => {
  story('a mention is answered in its thread, with sources', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    expect(question.isTaken).toBe(true)
    const answer = await ben.reads(question)
    expect(answer).toMatchObject({
      text: expect.stringMatching(PHASE_2),
      sources: [SOURCE],
      smallPrint: expect.stringContaining('AI-generated'),
      isPrivate: false,
    })
    expect(answer.buttons).toEqual([...answer.sources, 'Helpful', 'Not helpful', 'Delete'])
    expect(await ben.sees(question)).toHaveLength(1)
    expect(await ben.sees({ ...chat.channel('engineering'), after: question.after ?? 0 })).toEqual([])
  })

  story('what has to be read with care says so', async (chat) => {
    const ben = chat.person('ben')
    const { caveats } = await ben.reads(await ben.mentions('we are 23 developers: where do we stand?'))
    expect(caveats.join()).toMatch(/Transition zone: 23 is close to the boundary of 25/)
  })

  story('a private channel is one like any other', async (chat) => {
    const cleo = chat.person('cleo')
    const answer = await cleo.reads(await cleo.mentions(COST, { channel: 'leads' }), PHASE_2)
    expect(answer.isPrivate).toBe(false)
  })

  story('a direct message is answered below it', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.directs(COST)
    expect(await ben.reads(question)).toMatchObject({
      text: expect.stringMatching(PHASE_2),
      sources: [expect.stringContaining('Infrastructure cost')],
      isPrivate: true,
    })
    expect(await ben.reads(await ben.directs('and in phase 3?', question))).toMatchObject({
      text: expect.stringMatching(PHASE_3),
    })
    expect(await ben.sees(question)).toHaveLength(2)
  })

  story.needing('suggests questions')(
    'whoever opens the conversation finds questions that have answers',
    async (chat) => {
      const ben = chat.person('ben')
      const suggested = await ben.opensConversation()
      expect(suggested).toHaveLength(4)
      for (const question of suggested) {
        const { sources } = await ben.reads(await ben.directs(question))
        expect(sources, question).not.toEqual([])
      }
    },
  )

  story('small talk with Cairn alone is returned', async (chat) => {
    const ben = chat.person('ben')
    const { text, sources, buttons } = await ben.reads(await ben.directs('hi there'))
    expect({ text, sources, buttons }).toEqual({
      text: expect.stringMatching(/^Hello! I advise on scaling a company/),
      sources: [],
      buttons: [],
    })
  })

  story('what its sources do not hold is said plainly', async (chat) => {
    const ben = chat.person('ben')
    const answer = await ben.reads(await ben.mentions('how often do our squads rotate on-call?'))
    expect(answer.text).toMatch(/gives no on-call rotation/)
  })

  story.needing('hears what does not name it')(
    'a follow-up needs no mention, and is understood in its thread',
    async (chat) => {
      const ben = chat.person('ben')
      const question = await ben.mentions(COST)
      await ben.reads(question)
      const followUp = await ben.says('and in phase 3?', { thread: question })
      expect(await ben.reads(followUp)).toMatchObject({
        text: expect.stringMatching(/Infrastructure.* phase 3/s),
        conversation: question.conversation,
        thread: question.thread,
      })
      expect(await ben.sees(question)).toHaveLength(2)
    },
  )

  story.needing('hears what does not name it')('somebody else goes on in the thread', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await ben.mentions(COST)
    await ben.reads(question)
    const followUp = await cleo.says('and phase 3', { thread: question })
    await cleo.reads(followUp, PHASE_3)
    expect(await ben.sees(question)).toHaveLength(2)
  })

  story.needing('hears what does not name it')(
    'in a thread that Cairn takes part in, people talk to each other undisturbed',
    async (chat) => {
      const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
      const question = await ben.mentions(COST)
      await ben.reads(question)
      const traces = chat.traces(question).length
      const talk = [
        'thanks!',
        'hi everyone',
        'how are you?',
        'wow that is expensive',
        "let's discuss this on Monday",
        'I am at lunch',
        'did anybody watch the football?',
      ]
      for (const text of talk) await cleo.says(text, { thread: question })
      await ben.tells('cleo', 'what does phase 3 cost?', { thread: question })
      await chat.settled()
      expect(chat.traces(question)).toHaveLength(traces)
    },
  )

  story.needing('hears what does not name it')(
    'what is said in a channel and not to Cairn is not answered',
    async (chat) => {
      const ben = chat.person('ben')
      const alone = await ben.says(COST)
      await chat.person('cleo').says('good question, and in phase 3?', { thread: alone })
      await chat.settled()
      expect(chat.traces(alone)).toEqual([])
    },
  )

  story('neither its own messages nor those of other bots are answered', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    const answer = await ben.reads(question)
    await chat.echoes(answer)
    await chat.botMentions(COST, { thread: question })
    const alone = await chat.botMentions(COST)
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
    expect(chat.traces(alone)).toEqual([])
  })

  story('what is delivered twice is answered once', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await question.again()
    await ben.reads(question)
    await question.again()
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
  })

  story('what the platform did not sign is not taken in', async (chat) => {
    const forged = await chat.person('ben').isForged(COST)
    expect(forged.isTaken).toBe(false)
    await chat.settled()
    expect(chat.traces(forged)).toEqual([])
    expect(chat.troubles().join()).toMatch(/signature mismatch/i)
  })
})
