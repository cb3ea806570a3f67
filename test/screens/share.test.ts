import { describe, expect, test } from 'vitest'
import { mayBeShown } from '../../src/knowledge/may-be-shown.ts'
import { passage } from '../support/knowledge.ts'
import { aReply, aTurn, aWorld, filled, shown } from '../support/screens.ts'

const asked = async (audience: 'everyone' | 'executives' = 'everyone') => {
  const world = await aWorld()
  const asker = world.actor('executive', { room: 'private', conversationId: 'direct' })
  const turn = aTurn({ personId: asker.person.personId, conversationId: 'direct' })
  world.turns.push(turn)
  world.addPlan(audience)
  return { ...world, asker, turn }
}

describe('sharing an answer', () => {
  test('says what is shared, and shares it with its question', async () => {
    const { screens, asker, turn } = await asked()
    const { form } = shown(await screens.act('share', asker, turn.turnId), 'form')
    expect(form.text).toContain('> What comes first?')
    // A talk with Cairn alone is nowhere to share.
    expect(form.fields).toEqual([{ kind: 'channel', name: 'channel', label: 'Channel' }])
    expect(await screens.submit(form.action, asker, form.value, filled({ channel: 'all-hands' }))).toEqual({
      show: 'ask',
      question: 'What comes first?',
      where: 'channel',
      conversationId: 'all-hands',
      sharesTurnId: turn.turnId,
    })
  })

  test('offers the channel that one is in', async () => {
    const { screens, asker, turn } = await asked()
    const inChannel = { ...asker, room: 'organization' as const, conversationId: 'room' }
    const { form } = shown(await screens.act('share', inChannel, turn.turnId), 'form')
    expect(form.fields).toMatchObject([{ initial: 'room' }])
  })

  test('is for who asked alone, however the form was come by', async () => {
    const { screens, actor, turn } = await asked()
    for (const other of [actor('admin'), actor('executive', { conversationId: 'direct' })]) {
      expect(shown(await screens.act('share', other, turn.turnId), 'note').text).toMatch(/Only who asked/)
      expect(
        await screens.submit('share', other, turn.turnId, filled({ channel: 'all-hands' })),
      ).toMatchObject({
        show: 'note',
      })
    }
  })

  test('keeps documents that are not for everyone where they are', async () => {
    const { screens, asker, turn } = await asked('executives')
    expect(shown(await screens.act('share', asker, turn.turnId), 'note').text).toMatch(/not for everyone/)
    expect(await screens.submit('share', asker, turn.turnId, filled({ channel: 'all-hands' }))).toMatchObject(
      {
        show: 'note',
      },
    )
  })

  test.each([{}, { channel: ' ' }, { channel: 'two words' }, { channel: 'x'.repeat(300) }])(
    'wants a channel: %j',
    async (values) => {
      const { screens, asker, turn } = await asked()
      expect(await screens.submit('share', asker, turn.turnId, filled(values))).toEqual({
        show: 'errors',
        errors: { channel: 'Choose the channel.' },
      })
    },
  )

  test('does not go where Cairn is switched off', async () => {
    const { screens, asker, turn, policies } = await asked()
    policies.push({ platform: 'web', conversationId: 'quiet', policy: 'off' })
    const outcome = await screens.submit('share', asker, turn.turnId, filled({ channel: 'quiet' }))
    expect(shown(outcome, 'note').text).toMatch(/switched off/)
  })

  test.each(['', 'x', '__proto__', '00000000-0000-4000-8000-000000000000'])(
    '%j shares nothing',
    async (value) => {
      const { screens, asker } = await asked()
      expect(await screens.act('share', asker, value)).toMatchObject({ show: 'note' })
      expect(await screens.submit('share', asker, value, filled({ channel: 'x' }))).toMatchObject({
        show: 'note',
      })
    },
  )
})

test('among outsiders only the shared knowledge may be shown', async () => {
  const { options, addPlan, passages } = await aWorld()
  addPlan('everyone')
  expect(await mayBeShown(options.knowledge, 'acme', aReply(), 'organization')).toBe(true)
  expect(await mayBeShown(options.knowledge, 'acme', aReply(), 'outsiders')).toBe(false)
  passages.splice(0, 1, passage('squads', 'Squads come first.'))
  expect(await mayBeShown(options.knowledge, 'acme', aReply(), 'outsiders')).toBe(true)
  passages.pop()
  expect(await mayBeShown(options.knowledge, 'acme', aReply(), 'organization')).toBe(false)
})
