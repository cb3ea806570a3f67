import { expect } from 'vitest'
import type { Audience } from '../../src/conversation/people.ts'
import type { Chat } from '../support/chat-driver.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'

const ABROAD = 'How many days a year may we work from abroad?'
const BONUS = 'How large is the bonus of team leads?'
const HANDBOOK = `# Handbook

## Working from abroad

Everyone may work from abroad for 45 days a year, after telling their lead.
`
const PAY = `# Pay

## Bonus of team leads

The bonus of team leads is 12 percent of their yearly salary.
`
const WITHHELD = /left out what your organization does not share/

const add = (chat: Chat, name: string, audience: Audience, text: string) =>
  chat.app.addDocument(chat.tenantId, name, Buffer.from(text), audience)

const prepared = new WeakSet<Chat>()
/** An organization with a document for everyone and one for managers, of whom Cleo is one. */
const withDocuments = async (chat: Chat): Promise<Chat> => {
  if (prepared.has(chat)) return chat
  prepared.add(chat)
  const { app, platform, tenantId } = chat
  await add(chat, 'handbook.md', 'everyone', HANDBOOK)
  await add(chat, 'pay.md', 'managers', PAY)
  const { personId } = await app.people.meet(tenantId, { platform, userId: chat.person('cleo').id })
  await app.people.setRole(tenantId, personId, 'manager', undefined)
  return chat
}

onEveryPlatform('who reads along', (all) => {
  const story = (title: string, tell: (chat: Chat) => Promise<void>) =>
    all(title, async (chat) => tell(await withDocuments(chat)))

  story('among members, a document for everyone is cited', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(ABROAD)
    expect(await ben.reads(question)).toMatchObject({
      text: expect.stringMatching(/45 days/),
      sources: expect.arrayContaining([expect.stringMatching(/Working from abroad/)]),
    })
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
  })

  story('where a guest reads along none is, and whoever asked is told so alone', async (chat) => {
    const [ana, ben] = [chat.person('ana'), chat.person('ben')]
    const question = await ben.mentions(ABROAD, { channel: 'lobby' })
    const notice = await ben.reads(question, WITHHELD)
    expect(notice.isPrivate).toBe(true)
    const answers = await ana.sees(question)
    expect(answers).toHaveLength(1)
    expect(answers[0]?.text).not.toMatch(/45/)
  })

  story('in a direct message it is', async (chat) => {
    const ben = chat.person('ben')
    expect((await ben.reads(await ben.directs(ABROAD))).text).toMatch(/45 days/)
  })

  story('a guest learns nothing of it, wherever they ask', async (chat) => {
    const gus = chat.person('gus')
    const asked = await gus.mentions(ABROAD, { channel: 'lobby' })
    const direct = await gus.directs(ABROAD)
    await gus.reads(direct)
    await chat.settled()
    for (const { text } of [...(await gus.sees(asked)), ...(await gus.sees(direct))])
      expect(text).not.toMatch(/45 days|left out/)
  })

  story('what is for managers is kept from a channel of members, also when a manager asks', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await cleo.mentions(BONUS)
    await cleo.reads(question, WITHHELD)
    const answers = await ben.sees(question)
    expect(answers).toHaveLength(1)
    expect(answers[0]?.text).not.toMatch(/12 percent/)
  })

  story('and told to a manager alone, not to a member', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    expect((await cleo.reads(await cleo.directs(BONUS))).text).toMatch(/12 percent/)
    const question = await ben.directs(BONUS)
    expect((await ben.reads(question)).text).not.toMatch(/12 percent/)
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
  })

  story('an answer that rests on it cannot be shared', async (chat) => {
    const cleo = chat.person('cleo')
    const answer = await cleo.reads(await cleo.directs(BONUS))
    await cleo.presses('Share to channel', answer)
    await cleo.reads(answer, /cites documents that are not for everyone/)
    expect(cleo.hasDialog()).toBe(false)
  })

  story(
    'one that rests on the organization’s documents is not shared where a guest reads along',
    async (chat) => {
      const [ben, gus] = [chat.person('ben'), chat.person('gus')]
      const answer = await ben.reads(await ben.directs(ABROAD))
      const after = performance.now()
      await ben.presses('Share to channel', answer)
      const lobby = chat.channel('lobby')
      await ben.fillsIn(await ben.dialog('Share this answer'), { channel: lobby.conversation })
      const head = await gus.reads({ ...lobby, after }, /Ben Brown shared an answer/)
      await chat.settled()
      const below = await gus.sees({ conversation: head.conversation, thread: head.id })
      expect(below.map(({ text }) => text).join()).not.toMatch(/45 days/)
    },
  )

  story('a source is opened only by whoever may read it', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const question = await ben.mentions(ABROAD)
    const answer = await ben.reads(question)
    await add(chat, 'handbook.md', 'managers', HANDBOOK)
    const [source] = answer.sources.filter((label) => /abroad/.test(label))
    await ben.presses(String(source), answer)
    await ben.reads(question, /cannot be opened/)
    expect(ben.hasDialog()).toBe(false)
    await cleo.presses(String(source), await cleo.reads(question, /45/))
    expect((await cleo.dialog('Source')).text).toMatch(/45 days/)
  })

  all.needing('commands')(
    'a private answer in such a channel uses what that person may see',
    async (chat) => {
      const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
      const spot = await cleo.commands(`ask ${BONUS}`, 'engineering')
      await cleo.reads(spot, /12 percent/)
      await chat.settled()
      expect(await ben.sees(spot)).toEqual([])
    },
  )

  all.needing('hears what does not name it')(
    'a guest who joins changes what is said from then on',
    async (chat) => {
      await chat.joins('gus', 'product')
      const ben = chat.person('ben')
      const question = await ben.mentions(ABROAD, { channel: 'product' })
      await chat.settled()
      expect((await ben.sees(question)).map(({ text }) => text).join()).not.toMatch(/45 days/)
    },
  )

  all.needing('commands')('everybody lists the documents that they may see, and no others', async (chat) => {
    await add(chat, 'handbook.md', 'everyone', HANDBOOK)
    const [ben, cleo, gus] = [chat.person('ben'), chat.person('cleo'), chat.person('gus')]
    await ben.commands('documents')
    const { text } = await ben.dialog('Documents')
    expect(text).toMatch(/handbook/)
    expect(text).not.toMatch(/pay/)
    await cleo.commands('documents')
    expect((await cleo.dialog('Documents')).text).toMatch(/handbook.*pay/s)
    await gus.reads(await gus.commands('documents', 'lobby'), /no documents .* that you may see/)
  })
})
