import { describe, expect, test } from 'vitest'
import { aReply, aTurn, aWorld, shown } from '../support/screens.ts'

const withTurns = async (count: number) => {
  const world = await aWorld()
  const asker = world.actor('member', { room: 'private' })
  const { personId } = asker.person
  for (let n = 1; n <= count; n++)
    world.turns.push(aTurn({ personId, conversationId: 'direct', question: `Question ${n}?` }))
  const cards = async () => (await world.screens.home(asker)).filter(({ id }) => id.startsWith('answer'))
  return { ...world, asker, cards, turnId: world.turns[0]?.turnId ?? '' }
}

describe('answers on the home screen', () => {
  test('before the first one, there is something to try, privately', async () => {
    const { cards, screens, asker } = await withTurns(0)
    const [card] = await cards()
    expect(card?.buttons).toHaveLength(3)
    for (const { action, value } of card?.buttons ?? [])
      expect(await screens.act(action, asker, value)).toEqual({
        show: 'ask',
        question: value,
        where: 'private',
      })
  })

  test('the last five, with their first line and day', async () => {
    const { cards } = await withTurns(7)
    const [head, first, ...others] = await cards()
    expect(head).toMatchObject({ title: 'Your last answers', buttons: [] })
    expect(first).toMatchObject({ title: 'Question 1?', text: 'Squads come first.\n_2026-03-01_' })
    expect(first?.buttons.map(({ label }) => label)).toEqual(['Open', 'Delete'])
    expect(others).toHaveLength(4)
  })

  test('long and odd questions have a title', async () => {
    const { cards, turns } = await withTurns(2)
    const [long, empty] = turns
    Object.assign(long ?? {}, { question: `${'👍 '.repeat(200)}\nwhy?` })
    Object.assign(empty ?? {}, { question: ' \n ', reply: aReply({ text: '' }) })
    const [, first, second] = await cards()
    expect(first?.title.length).toBeLessThanOrEqual(120)
    expect(first?.title.isWellFormed()).toBe(true)
    expect(second?.title).toBe('A message without words')
  })

  test("nobody sees another's", async () => {
    const { screens, actor } = await withTurns(3)
    expect(JSON.stringify(await screens.home(actor('admin')))).not.toContain('Question 1?')
  })
})

describe('an answer', () => {
  test('opens whole, with its sources, to who asked', async () => {
    const { screens, asker, turns, turnId } = await withTurns(1)
    Object.assign(turns[0] ?? {}, { reply: aReply({ caveats: ['Read both.'] }) })
    const { panel } = shown(await screens.act('open_answer', asker, turnId), 'panel')
    expect(panel.cards).toMatchObject([
      {
        title: 'Question 1?',
        text: 'Squads come first. [1]\n- one squad each\n\n_Read both._',
        buttons: [{ action: 'share' }, { action: 'delete_answer' }],
      },
      {
        title: '[1] Plan',
        text: 'Teams\n\n> Squads come first.',
        buttons: [{ action: 'open_passage', value: `${turnId}:1` }],
      },
    ])
  })

  test('opens to nobody who was not there, and to those who were without what is not theirs to do', async () => {
    const { screens, actor, turnId } = await withTurns(1)
    expect(await screens.act('open_answer', actor('admin'), turnId)).toMatchObject({ show: 'note' })
    const present = actor('member', { conversationId: 'direct' })
    const { panel } = shown(await screens.act('open_answer', present, turnId), 'panel')
    expect(panel.cards[0]?.buttons).toEqual([])
  })

  test('is deleted by who asked, and by an admin', async () => {
    const { screens, asker, actor, turns } = await withTurns(2)
    const [one, two] = turns.map(({ turnId }) => turnId)
    expect(await screens.act('delete_answer', asker, one as string)).toEqual({
      show: 'home',
      note: 'Deleted.',
    })
    expect(await screens.act('delete_answer', actor('admin'), two as string)).toMatchObject({ show: 'home' })
    expect(turns).toEqual([])
    expect(shown(await screens.act('delete_answer', asker, one as string), 'note').text).toMatch(/not here/)
  })

  test.each(['member', 'manager', 'executive'] as const)(
    'is not deleted by a %s who did not ask',
    async (role) => {
      const { screens, actor, turns, turnId } = await withTurns(1)
      const other = actor(role, { conversationId: 'direct' })
      expect(shown(await screens.act('delete_answer', other, turnId), 'note').text).toMatch(/Only who asked/)
      expect(turns).toHaveLength(1)
    },
  )

  test('of another organization is out of reach', async () => {
    const { screens, actor, turns, turnId } = await withTurns(1)
    const stranger = actor('admin', { tenantId: 'other', conversationId: 'direct' })
    for (const action of ['open_answer', 'delete_answer', 'share'])
      expect(await screens.act(action, stranger, turnId)).toMatchObject({ show: 'note' })
    expect(turns).toHaveLength(1)
  })
})
