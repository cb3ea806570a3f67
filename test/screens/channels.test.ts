import { describe, expect, test } from 'vitest'
import { aWorld, filled, shown } from '../support/screens.ts'

describe('when Cairn speaks where', () => {
  test('an admin chooses for the channel that they are in', async () => {
    const { screens, actor, policies } = await aWorld()
    const admin = actor('admin')
    const { form } = shown(await screens.command(admin, 'channel'), 'form')
    expect(form.text).toMatch(/\*\*When it is mentioned\*\*[\s\S]*\*\*Also unasked\*\*[\s\S]*\*\*Never\*\*/)
    expect(form.fields).toMatchObject([{ name: 'policy', initial: 'mentions' }])
    expect(
      await screens.submit(form.action, admin, form.value, filled({ policy: 'auto', channel: 'other' })),
    ).toEqual({
      show: 'home',
      note: 'In that channel Cairn also answers questions that nobody asked it, when it can cite a source for them.',
    })
    expect(policies).toEqual([{ platform: 'web', conversationId: 'room', policy: 'auto' }])
    const again = shown(await screens.command(admin, 'channel'), 'form')
    expect(again.form.fields).toMatchObject([{ initial: 'auto' }])
  })

  test('elsewhere the channel is a field', async () => {
    const { screens, actor, policies } = await aWorld()
    const admin = actor('admin', { room: 'private', conversationId: 'direct' })
    for (const outcome of [
      await screens.command(admin, 'channel'),
      await screens.act('channel', admin, 'forged'),
    ])
      expect(shown(outcome, 'form').form).toMatchObject({
        value: '',
        fields: [{ kind: 'channel' }, { kind: 'choice' }],
      })
    await screens.submit('channel', admin, '', filled({ channel: 'C1', policy: 'off' }))
    expect(policies).toEqual([{ platform: 'web', conversationId: 'C1', policy: 'off' }])
  })

  test('the card lists the channels for which somebody chose', async () => {
    const { screens, actor, policies } = await aWorld({
      nameOf: async (_, conversationId) => (conversationId === 'C1' ? '#general' : undefined),
    })
    const admin = actor('admin')
    const cardOf = async () => (await screens.home(admin)).find(({ id }) => id === 'channels')
    expect(await cardOf()).toMatchObject({ text: expect.stringMatching(/That holds in every channel\.$/) })
    policies.push(
      { platform: 'web', conversationId: 'C1', policy: 'off' },
      { platform: 'web', conversationId: 'C2', policy: 'mentions' },
      { platform: 'terminal', conversationId: 'C1', policy: 'auto' },
    )
    expect((await cardOf())?.table?.rows).toEqual([
      ['#general', 'web', 'Never'],
      ['C1', 'terminal', 'Also unasked'],
    ])
    for (let n = 0; n < 30; n++) policies.push({ platform: 'web', conversationId: `D${n}`, policy: 'off' })
    expect((await cardOf())?.table?.rows).toHaveLength(20)
    expect((await cardOf())?.text).toMatch(/first 20 of 32/)
  })

  test.each([{}, { policy: 'loud', channel: 'C1' }, { policy: 'off' }, { policy: 'off', channel: 'a b' }])(
    'the form refuses %j',
    async (values) => {
      const { screens, actor, policies } = await aWorld()
      expect(await screens.submit('channel', actor('admin'), '', filled(values))).toMatchObject({
        show: 'errors',
      })
      expect(policies).toEqual([])
    },
  )

  test.each(['member', 'manager', 'executive'] as const)(
    'a %s reads what holds, and changes nothing',
    async (role) => {
      const { screens, actor, policies } = await aWorld()
      const reader = actor(role)
      expect(shown(await screens.command(reader, 'channel'), 'note').text).toMatch(
        /^In this channel Cairn answers when it is mentioned/,
      )
      const alone = { ...reader, room: 'private' as const }
      expect(shown(await screens.command(alone, 'channel'), 'note').text).toMatch(
        /Here Cairn answers everything/,
      )
      expect(await screens.act('channel', reader, '')).toMatchObject({ show: 'note' })
      expect(await screens.submit('channel', reader, 'room', filled({ policy: 'off' }))).toMatchObject({
        show: 'note',
      })
      expect(policies).toEqual([])
      expect((await screens.home(reader)).map(({ id }) => id)).not.toContain('channels')
    },
  )
})
