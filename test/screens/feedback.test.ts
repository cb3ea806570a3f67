import { describe, expect, test } from 'vitest'
import { aTurn, aWorld, filled, shown } from '../support/screens.ts'

describe('feedback', () => {
  test('a good rating is recorded and thanked for', async () => {
    const { screens, actor, turns, feedback } = await aWorld()
    const reader = actor('member')
    const turn = aTurn()
    turns.push(turn)
    expect(shown(await screens.act('feedback', reader, `up:${turn.turnId}`), 'note').text).toMatch(
      /Thank you/,
    )
    expect(feedback).toEqual([{ turnId: turn.turnId, personId: reader.person.personId, rating: 'up' }])
  })

  test('a bad one is recorded at once, and its reason may follow from anywhere', async () => {
    const { screens, actor, turns, feedback } = await aWorld()
    const reader = actor('member')
    const turn = aTurn()
    turns.push(turn)
    const { form } = shown(await screens.act('feedback', reader, `down:${turn.turnId}`), 'form')
    expect(feedback).toMatchObject([{ rating: 'down' }])
    expect(form.fields).toMatchObject([{ kind: 'text', multiline: true, optional: true }])

    const { conversationId: _, ...elsewhere } = reader
    const send = (reason: string) => screens.submit(form.action, elsewhere, form.value, filled({ reason }))
    expect(await send('  ')).toMatchObject({ show: 'note' })
    expect(feedback).toHaveLength(1)
    expect(await send('Wrong stage.')).toMatchObject({ show: 'note' })
    expect(feedback.at(-1)).toMatchObject({ rating: 'down', reason: 'Wrong stage.' })
    expect(shown(await send('x'.repeat(1_001)), 'errors').errors.reason).toMatch(/1,001 characters; 1,000/)
    expect(feedback).toHaveLength(2)
  })

  test.each(['', 'up', 'up:', 'sideways:ID', 'up:ID extra', 'up:../../ID', "up:' or 1=1", 'up:up:ID'])(
    'a forged value %j rates nothing',
    async (value) => {
      const { screens, actor, turns, feedback } = await aWorld()
      const turn = aTurn()
      turns.push(turn)
      const given = value.replace('ID', turn.turnId)
      expect(shown(await screens.act('feedback', actor('admin'), given), 'note').text).toMatch(
        /not here any more/,
      )
      expect(
        await screens.submit('feedback_reason', actor('admin'), given, filled({ reason: 'x' })),
      ).toMatchObject({
        show: 'note',
      })
      expect(feedback).toEqual([])
    },
  )

  test('nobody rates an answer that was given elsewhere', async () => {
    const { screens, actor, turns, feedback } = await aWorld()
    const turn = aTurn({ conversationId: 'private-talk' })
    turns.push(turn)
    expect(await screens.act('feedback', actor('admin'), `up:${turn.turnId}`)).toMatchObject({ show: 'note' })
    expect(
      await screens.act('feedback', { ...actor('admin'), tenantId: 'other' }, `up:${turn.turnId}`),
    ).toMatchObject({
      show: 'note',
    })
    expect(feedback).toEqual([])
  })
})
