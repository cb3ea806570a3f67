import { describe, expect, test } from 'vitest'
import type { Role, Room } from '../../src/conversation/people.ts'
import { passage } from '../support/knowledge.ts'
import { aReply, aTurn, aWorld, shown, type World } from '../support/screens.ts'

const turnIn = ({ turns }: World) => {
  const turn = aTurn()
  turns.push(turn)
  return turn
}

describe('the passage behind a citation', () => {
  test('is shown whole, with what was quoted, its place and its origin', async () => {
    const world = await aWorld()
    const { turnId } = turnIn(world)
    world.addPlan('everyone')
    const { panel } = shown(
      await world.screens.act('open_passage', world.actor('member'), `${turnId}:1`),
      'panel',
    )
    expect(panel.cards).toEqual([
      {
        id: 'passage',
        title: 'Plan',
        text: "Teams\n\n**Squads come first.**\nThen tribes.\n\n_Source: your organization's own document._",
        buttons: [],
      },
    ])
  })

  test.each<[string, string, string]>([
    ['a list line', '- one\n- two\n- three', '- one\n- **two**\n- three'],
    ['lines of a list', '- one\n- two', '- **one**\n- **two**'],
    ['markup of its own', '- one\n- *two*', '> *two*\n\n- one\n- *two*'],
    ['signs of a replacement', 'costs $& and $1', '**costs $& and $1**'],
  ])('the quote is marked in %s', async (_, body, marked) => {
    const world = await aWorld()
    const quote = { 'a list line': 'two', 'lines of a list': body, 'markup of its own': '*two*' }[_] ?? body
    const reply = aReply()
    const turn = aTurn({
      reply: { ...reply, citations: reply.citations.map((cited) => ({ ...cited, quote })) },
    })
    world.turns.push(turn)
    world.passages.push(passage('squads', body))
    const { panel } = shown(
      await world.screens.act('open_passage', world.actor('member'), `${turn.turnId}:1`),
      'panel',
    )
    expect(panel.cards[0]?.text).toBe(
      `Phase 2\n\n${marked}\n\n_Source: the growth phases, a founding document of the knowledge base._`,
    )
  })

  test('a document that was changed since says so', async () => {
    const world = await aWorld()
    const { turnId } = turnIn(world)
    world.addPlan('everyone', 'Tribes come first.')
    const { panel } = shown(
      await world.screens.act('open_passage', world.actor('member'), `${turnId}:1`),
      'panel',
    )
    expect(panel.cards[0]?.text).toMatch(/^Teams\n\nTribes come first\.\n\n_The document was changed/)
  })

  test('nothing of a document acts in the chat', async () => {
    const world = await aWorld()
    const { turnId } = turnIn(world)
    world.addPlan(
      'everyone',
      'Squads come first. <!channel> ![](https://evil.example/x) <@U1> [go](https://evil.example)',
    )
    const { panel } = shown(
      await world.screens.act('open_passage', world.actor('member'), `${turnId}:1`),
      'panel',
    )
    expect(panel.cards[0]?.text).not.toMatch(/<!|<@|evil/)
  })

  test.each<[Role, Room, string, boolean]>([
    ['member', 'organization', 'everyone', true],
    ['member', 'organization', 'managers', false],
    ['manager', 'organization', 'managers', true],
    ['manager', 'private', 'executives', false],
    ['executive', 'organization', 'executives', true],
    ['admin', 'outsiders', 'executives', true],
    ['member', 'private', 'everyone', true],
    ['member', 'outsiders', 'everyone', false],
  ])('a %s in a room of %s opens what is for %s: %s', async (role, room, audience, opens) => {
    const world = await aWorld()
    const { turnId } = turnIn(world)
    world.addPlan(audience as 'everyone')
    const outcome = await world.screens.act('open_passage', world.actor(role, { room }), `${turnId}:1`)
    expect(outcome.show).toBe(opens ? 'panel' : 'note')
    if (!opens) expect(JSON.stringify(outcome)).not.toMatch(/Squads|Plan|Teams/)
  })

  test('the shared knowledge is for everyone, outsiders too', async () => {
    const world = await aWorld()
    const { turnId } = turnIn(world)
    world.passages.push(passage('squads', 'Squads come first.'))
    const guest = world.actor('member', { room: 'outsiders' })
    expect(await world.screens.act('open_passage', guest, `${turnId}:1`)).toMatchObject({ show: 'panel' })
  })

  test.each(['', 'ID', 'ID:', 'ID:2', 'ID:-1', 'ID:1:1', 'ID:9999', 'x:1', '__proto__:1', 'ID:1 '])(
    'a forged value %j opens nothing',
    async (value) => {
      const world = await aWorld()
      const { turnId } = turnIn(world)
      world.addPlan('everyone')
      const outcome = await world.screens.act(
        'open_passage',
        world.actor('admin'),
        value.replace('ID', turnId),
      )
      expect(outcome.show).toBe('note')
    },
  )

  test('nor does that of an answer that was given elsewhere, whoever asks', async () => {
    const world = await aWorld()
    world.addPlan('everyone')
    const turn = aTurn({ conversationId: 'private-talk', personId: 'someone' })
    world.turns.push(turn)
    for (const where of [
      {},
      { platform: 'terminal' as const, conversationId: 'private-talk' },
      { tenantId: 'other' },
    ])
      expect(
        shown(
          await world.screens.act('open_passage', world.actor('admin', where), `${turn.turnId}:1`),
          'note',
        ).text,
      ).toBe('That answer is not here any more.')
  })
})
