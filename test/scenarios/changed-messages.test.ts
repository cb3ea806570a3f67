import { expect } from 'vitest'
import type { Lease } from '../../src/ports/thread-store.ts'
import type { Chat, Written } from '../support/chat-driver.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { COST } from './questions.ts'

const PHASE_2 = /phase 2 /
const ON_CALL = 'how often do our squads rotate on-call?'

/** Keeps Cairn from a thread while something happens to what waits in it. */
const whileBusy = async (
  { app, tenantId }: Chat,
  { threadId }: Written,
  work: () => Promise<void>,
): Promise<void> => {
  let lease: Lease | undefined
  while (!lease) lease = await app.threads.lease({ tenantId, threadId }, 60)
  await work()
  await app.threads.release(lease, 0)
}

onEveryPlatform('changed messages', (story) => {
  const edited = story.needing('hears of edits')
  const deleted = story.needing('hears of deletions')

  edited('an answer follows its question in its place', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    const before = await ben.reads(question, PHASE_2)
    await ben.edits(question, 'what does phase 3 cost in infrastructure?')
    const after = await ben.reads(question, /phase 3 /)
    expect(after.id).toBe(before.id)
    expect(after.text).not.toMatch(PHASE_2)
    expect(after.sources.join()).toMatch(/Phase 3/)
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
  })

  edited('what is asked next is understood by what the question says now', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.directs(COST)
    await ben.reads(question, PHASE_2)
    await ben.edits(question, 'which KPIs should a team of 8 to 25 developers watch?')
    await ben.reads(question, /KPI/)
    const followUp = await ben.directs('and for the next stage?', question)
    const { text } = await ben.reads(followUp, /stage 4/)
    expect(text).not.toMatch(/phase|infrastructure cost/i)
  })

  edited('an edit that changes no word changes nothing', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await ben.reads(question)
    const traces = chat.traces(question).length
    await ben.edits(question, COST)
    await chat.settled()
    expect(chat.traces(question)).toHaveLength(traces)
  })

  edited('an answer gives way to the word that there is none', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    const before = await ben.reads(question, PHASE_2)
    await ben.edits(question, ON_CALL)
    const after = await ben.reads(question, /gives no on-call rotation/)
    expect(after.id).toBe(before.id)
    expect(await ben.sees(question)).toHaveLength(1)
  })

  edited('a question that was changed before its answer is answered as it is now', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await ben.reads(question)
    await chat.settled()
    let followUp: Written | undefined
    await whileBusy(chat, question, async () => {
      followUp = await ben.mentions('and in phase 3?', { thread: question })
      await ben.edits(followUp, 'and in phase 1?')
    })
    await chat.settled()
    const answers = await ben.sees(question)
    expect(answers).toHaveLength(2)
    expect(answers[1]?.text).toMatch(/phase 1 /)
    expect(answers[1]?.text).not.toMatch(/phase 3/)
  })

  edited('edits of edits end with the last', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    for (const phase of [3, 2, 1])
      await ben.edits(question, `what does phase ${phase} cost in infrastructure?`)
    await chat.settled()
    const answers = await ben.sees(question)
    expect(answers).toHaveLength(1)
    expect(answers[0]).toMatchObject({ isFinal: true, text: expect.stringMatching(/phase 1 /) })
  })

  deleted('with its question an answer goes, and is not remembered', async (chat) => {
    const ben = chat.person('ben')
    const kept = await ben.directs(COST)
    await ben.reads(kept)
    const question = await ben.directs('which KPIs should a team of 8 to 25 developers watch?', kept)
    await ben.reads(question, /KPI/)
    await ben.deletes(question)
    await chat.settled()
    expect(await ben.sees(kept)).toHaveLength(1)
    const followUp = await ben.directs('and in phase 3?', kept)
    expect((await ben.reads(followUp)).text).toMatch(/Infrastructure.*phase 3/s)
  })

  deleted('a question that was deleted before its answer is not answered', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await ben.reads(question)
    await chat.settled()
    await whileBusy(chat, question, async () =>
      ben.deletes(await ben.mentions('and in phase 3?', { thread: question })),
    )
    await chat.settled()
    expect(await ben.sees(question)).toHaveLength(1)
  })

  deleted('the head of a thread may go while it is answered', async (chat) => {
    const ben = chat.person('ben')
    const question = await ben.mentions(COST)
    await ben.deletes(question)
    await chat.settled()
    const { conversation, after = 0 } = question
    expect(await ben.sees({ conversation, after })).toEqual([])
  })
})
