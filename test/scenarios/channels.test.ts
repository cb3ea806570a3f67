import { expect } from 'vitest'
import type { ChannelName, Chat } from '../support/chat-driver.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST, PHASE_2 } from './questions.ts'

const UNCITABLE = 'which colour should our office chairs have?'

/** Ana chooses on the home screen when Cairn speaks in a channel. */
const choose = async (chat: Chat, channel: ChannelName, policy: string): Promise<void> => {
  const ana = chat.person('ana')
  await ana.presses('Choose for a channel', await ana.opensHome())
  const form = await ana.dialog('When Cairn speaks')
  expect(form.fields.policy).toMatchObject({ options: ['mentions', 'auto', 'off'], value: 'mentions' })
  await ana.fillsIn(form, { channel: chat.channel(channel).conversation, policy })
}

onEveryPlatform('channels', (story) => {
  const heard = story.needing('hears what does not name it', 'home screen')

  heard('in a channel set to auto, what can be cited is answered unasked', async (chat) => {
    await choose(chat, 'product', 'auto')
    const ben = chat.person('ben')
    const question = await ben.says(COST, { channel: 'product' })
    expect(await ben.reads(question)).toMatchObject({
      text: expect.stringMatching(PHASE_2),
      sources: [expect.stringContaining('Infrastructure cost')],
    })
  })

  heard('what cannot be cited leaves no trace there', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.says(UNCITABLE, { channel: 'product' })
    const remark = await ben.says('we ship on Friday', { channel: 'product' })
    const smallTalk = await ben.says('good morning, how are you?', { channel: 'product' })
    const toSomeone = await ben.tells('cleo', COST, { channel: 'product' })
    await chat.settled()
    for (const written of [question, remark, smallTalk, toSomeone]) expect(chat.traces(written)).toEqual([])
  })

  heard(
    'an answer that nobody asked for goes when the question becomes one without an answer',
    async (chat) => {
      const ben = chat.person('ben')
      const question = await ben.says(COST, { channel: 'product' })
      await ben.reads(question)
      await ben.edits(question, UNCITABLE)
      await chat.settled()
      expect(await ben.sees(question)).toEqual([])
    },
  )

  heard('and comes when it becomes one that has one', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.says(UNCITABLE, { channel: 'product' })
    await chat.settled()
    await ben.edits(question, COST)
    expect((await ben.reads(question)).text).toMatch(PHASE_2)
  })

  story.needing('home screen')('where Cairn is switched off it says nothing', async (chat) => {
    await choose(chat, 'design', 'off')
    const ben = chat.person('ben')
    const question = await ben.mentions(COST, { channel: 'design' })
    await chat.settled()
    expect(chat.traces(question)).toEqual([])
  })

  story.needing('home screen', 'commands')('but to somebody alone, who is told why', async (chat) => {
    const ben = chat.person('ben')
    await ben.reads(await ben.commands(`ask ${COST}`, 'design'), PHASE_2)
    const told = await ben.reads(await ben.commands(`ask --share ${COST}`, 'design'), /switched off/)
    expect(told.isPrivate).toBe(true)
  })

  story.needing('home screen')('what was chosen stands on the home screen of admins alone', async (chat) => {
    const home = await chat.person('ana').opensHome()
    expect(home.text).toMatch(/product.*Also unasked/)
    expect(home.text).toMatch(/design.*Never/)
    const { text, buttons } = await chat.person('ben').opensHome()
    expect(text).not.toMatch(/Also unasked/)
    expect(buttons).not.toContain('Choose for a channel')
  })

  story.needing('commands')('anyone may ask when it speaks here', async (chat) => {
    const ben = chat.person('ben')
    await ben.reads(await ben.commands('channel', 'product'), /also answers questions that nobody asked/)
  })

  story.needing('commands', 'hears what does not name it')(
    'an admin changes it where they are',
    async (chat) => {
      const [ana, ben] = [chat.person('ana'), chat.person('ben')]
      await ana.commands('channel', 'leads')
      await ana.fillsIn(await ana.dialog('When Cairn speaks'), { policy: 'auto' })
      const cleo = chat.person('cleo')
      await cleo.reads(await cleo.says(COST, { channel: 'leads' }), PHASE_2)
      expect(ben.hasDialog()).toBe(false)
    },
  )
})
