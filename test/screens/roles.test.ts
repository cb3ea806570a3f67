import { describe, expect, test } from 'vitest'
import { aWorld, filled, shown } from '../support/screens.ts'

describe('people and roles', () => {
  test('the card lists up to twenty, those who may do more first', async () => {
    const { screens, actor } = await aWorld()
    const cardOf = async () => (await screens.home(admin)).find(({ id }) => id === 'roles')
    actor('member', {}, '')
    actor('executive', {}, '<@U1>Grace')
    const admin = actor('admin', {}, 'Ada')
    expect(await cardOf()).toMatchObject({
      text: '3 people have talked with Cairn. Whoever comes new is a member.',
      table: {
        rows: [
          ['Ada', 'admin'],
          ['Grace', 'executive'],
          ['someone without a name', 'member'],
        ],
      },
    })
    for (let n = 0; n < 30; n++) actor('member')
    const card = await cardOf()
    expect(card?.text).toMatch(/^33 people .* The first 20 are:$/)
    expect(card?.table?.rows).toHaveLength(20)
  })

  test('an admin changes the role of anyone, met or not', async () => {
    const asked: string[] = []
    const { screens, actor, people } = await aWorld({
      profileOf: async (_, userId) => {
        asked.push(userId)
        return { name: 'Linus', verifiedEmail: 'linus@acme.example' }
      },
    })
    const admin = actor('admin')
    const { form } = shown(await screens.act('role', admin, ''), 'form')
    const set = (person: string, role: string) =>
      screens.submit(form.action, admin, form.value, filled({ person, role }))
    expect(await set('U77', 'executive')).toEqual({ show: 'home', note: 'Linus is executive now.' })
    expect(asked).toEqual(['U77'])
    expect(people.at(-1)).toMatchObject({ personId: 'U77', role: 'executive' })
  })

  test('the last admin stays', async () => {
    const { screens, actor } = await aWorld()
    const admin = actor('admin')
    const outcome = await screens.submit('role', admin, '', filled({ person: admin.userId, role: 'member' }))
    expect(shown(outcome, 'errors').errors.role).toMatch(/No admin would be left/)
    expect(admin.person.role).toBe('admin')
  })

  test.each([{}, { person: 'U1' }, { person: 'U1', role: 'owner' }, { person: 'two words', role: 'admin' }])(
    'the form refuses %j, and nobody is made up',
    async (values) => {
      const { screens, actor, people } = await aWorld()
      const admin = actor('admin')
      expect(await screens.submit('role', admin, '', filled(values))).toMatchObject({ show: 'errors' })
      expect(people).toHaveLength(1)
    },
  )

  test.each(['member', 'manager', 'executive'] as const)('a %s makes nobody an admin', async (role) => {
    const { screens, actor, people } = await aWorld()
    const climber = actor(role)
    expect(await screens.act('role', climber, '')).toMatchObject({ show: 'note' })
    const outcome = await screens.submit(
      'role',
      climber,
      '',
      filled({ person: climber.userId, role: 'admin' }),
    )
    expect(shown(outcome, 'note').text).toBe('Only an admin may do this. Please ask whoever installed Cairn.')
    expect(people).toMatchObject([{ role }])
    expect((await screens.home(climber)).map(({ id }) => id)).not.toContain('roles')
  })
})
