import { expect } from 'vitest'
import type { Lease } from '../../src/ports/thread-store.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST, PHASE_2, SOURCE } from './questions.ts'

/** For as long a thread is held by nobody who works on it. */
const HELD_S = 2

onEveryPlatform('a restart or a removal', (story) => {
  story('in the middle of a conversation changes nothing about it', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    const answer = await ben.reads(question, PHASE_2)
    await chat.restart()
    await ben.presses(SOURCE, answer)
    expect((await ben.dialog('Source')).text).toMatch(/\$200K a month/)
    await question.again()
    const followUp = await ben.mentions('and in phase 3?', { thread: question })
    expect((await ben.reads(followUp)).text).toMatch(/Infrastructure.* phase 3/s)
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(2)
  })

  story('before an answer delays it, and no more', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await ben.reads(question, PHASE_2)
    await chat.settled()
    const { app, tenantId } = chat
    await app.threads.lease({ tenantId, threadId: question.threadId }, HELD_S)
    const followUp = await ben.mentions('and in phase 3?', { thread: question })
    await chat.restart()
    expect((await ben.reads(followUp)).text).toMatch(/phase 3/)
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(2)
  })

  story.needing('home screen')('forgets neither roles nor settings', async (chat) => {
    const [ana, ben] = [chat.person('ana'), chat.person('ben')]
    await ana.presses('Choose for a channel', await ana.opensHome())
    const { conversation } = chat.channel('design')
    await ana.fillsIn(await ana.dialog('When Cairn speaks'), { channel: conversation, policy: 'off' })
    await chat.restart()
    const question = await ben.mentions(COST, { channel: 'design' })
    await chat.settled()
    expect(chat.traces(question)).toEqual([])
    expect((await ana.opensHome()).text).toMatch(/design/)
    expect((await ben.opensHome()).text).toMatch(/phase 2 cost/)
  })

  story.needing('commands')('lets a private answer still be used', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    const spot = await ben.commands(`ask ${COST}`)
    const answer = await ben.reads(spot, PHASE_2)
    await chat.restart()
    await ben.presses('Share to channel', answer)
    await ben.fillsIn(await ben.dialog('Share this answer'))
    const head = await cleo.reads(spot, /Ben Brown shared an answer/)
    await cleo.reads({ conversation: head.conversation, thread: head.id }, PHASE_2)
  })

  story('once Cairn was removed it says nothing more', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await ben.reads(question, PHASE_2)
    await chat.settled()
    const { app, tenantId, platform } = chat
    const lease = (await app.threads.lease({ tenantId, threadId: question.threadId }, 60)) as Lease
    await ben.mentions('and in phase 3?', { thread: question })
    await chat.isRemoved()
    await app.threads.release(lease, 0)
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
    const [workspace] = await app.people.workspaces(tenantId)
    expect(workspace).toMatchObject({ platform, uninstalledAt: expect.any(Date) })
    const [post] = await app.threads.troubled(tenantId)
    expect(post).toMatchObject({ threadId: question.threadId, state: 'dead' })
    expect(chat.troubles().join()).toMatch(/install/)
  })
})
