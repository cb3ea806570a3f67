import { describe, expect, test } from 'vitest'
import { SETTING_NAMES, SETTINGS } from '../../src/org/settings.ts'
import { aWorld, filled, shown, type World } from '../support/screens.ts'

const opened = async ({ screens }: World, admin: ReturnType<World['actor']>, group: string) => {
  const { form } = shown(await screens.act('settings', admin, group), 'form')
  const values = Object.fromEntries(
    form.fields.map((field) => [field.name, 'initial' in field ? String(field.initial) : '']),
  )
  const save = (changes: Record<string, string> = {}, by = admin) =>
    screens.submit(form.action, by, form.value, filled({ ...values, ...changes }))
  return { form, values, save }
}

describe('settings on the screens', () => {
  test('every setting stands in one form, with what it means', async () => {
    const world = await aWorld()
    const admin = world.actor('admin')
    const card = (await world.screens.home(admin)).find(({ id }) => id === 'settings')
    const fields = []
    for (const { action, value } of card?.buttons ?? []) {
      expect(action).toBe('settings')
      fields.push(...(await opened(world, admin, value)).form.fields)
    }
    expect(fields.map(({ name }) => name)).toEqual(SETTING_NAMES)
    for (const name of SETTING_NAMES) expect(card?.text).toContain(SETTINGS[name].description)
    expect(fields.find(({ name }) => name === 'retention.inbox_days')).toEqual({
      kind: 'number',
      name: 'retention.inbox_days',
      label: 'Messages are kept for this long once they were answered',
      hint: 'a whole number of days from 1 to 3,650; 90 unless changed',
      initial: 90,
      bounds: [1, 3650],
      whole: true,
    })
    expect(fields.find(({ name }) => name === 'model.share_names')).toMatchObject({
      kind: 'switch',
      initial: false,
    })
  })

  test('the switches stand below what leaves for the provider', async () => {
    const world = await aWorld({ model: 'claude-x' })
    const { form } = await opened(world, world.actor('admin'), 'model')
    expect(form.text).toMatch(/claude-x[\s\S]*- The question, what was said before/)
  })

  test('only what changed is written, by whom, and a default is no change', async () => {
    const world = await aWorld()
    const admin = world.actor('admin')
    const by = admin.person.personId
    const first = await opened(world, admin, 'retention')
    expect(await first.save({ 'retention.inbox_days': '30' })).toEqual({
      show: 'home',
      note: 'Saved: retention.inbox_days is 30 days.',
    })
    expect(world.written).toEqual([`${by} put retention.inbox_days 30`])
    const second = await opened(world, admin, 'retention')
    expect(await second.save()).toEqual({ show: 'home', note: 'Nothing was changed.' })
    await second.save({ 'retention.inbox_days': '90' })
    expect(world.written.slice(1)).toEqual([`${by} reset retention.inbox_days`])
    expect(world.stored).toEqual({})
    const model = await opened(world, admin, 'model')
    await model.save({ 'model.share_documents': 'false', 'model.share_names': 'true' })
    expect(world.stored).toEqual({ 'model.share_documents': false, 'model.share_names': true })
  })

  test('what another admin changed meanwhile stays', async () => {
    const world = await aWorld()
    const admin = world.actor('admin')
    const { save } = await opened(world, admin, 'retention')
    world.stored['retention.audit_days'] = 365
    await save({ 'retention.inbox_days': '30' })
    expect(world.stored).toEqual({ 'retention.audit_days': 365, 'retention.inbox_days': 30 })
  })

  test.each(['0', '3651', '1.5', 'many', '', '1e2', '-5', '9'.repeat(400), '__proto__', 'true'])(
    'the value %j is refused at its field, and nothing is written',
    async (typed) => {
      const world = await aWorld()
      const { save } = await opened(world, world.actor('admin'), 'retention')
      const { errors } = shown(
        await save({ 'retention.inbox_days': typed, 'retention.audit_days': '5' }),
        'errors',
      )
      expect(Object.keys(errors)).toEqual(['retention.inbox_days'])
      expect(errors['retention.inbox_days']).toMatch(
        /^Expected a whole number of days from 1 to 3,650; found /,
      )
      expect(world.written).toEqual([])
    },
  )

  test.each([
    '',
    '{}',
    'null',
    '[]',
    '{"group":"retention"',
    '{"group":"__proto__","shown":{}}',
    '{"group":3,"shown":{}}',
  ])('a form of the forged value %j writes nothing', async (value) => {
    const world = await aWorld()
    const outcome = await world.screens.submit(
      'settings',
      world.actor('admin'),
      value,
      filled({ 'model.enabled': 'false' }),
    )
    expect(outcome.show).toBe('note')
    expect(world.written).toEqual([])
  })

  test.each(['member', 'manager', 'executive'] as const)('a %s is told whom to ask', async (role) => {
    const world = await aWorld()
    const admin = world.actor('admin', {}, 'Grace <!channel>')
    const { form } = await opened(world, admin, 'model')
    const other = world.actor(role)
    expect((await world.screens.home(other)).map(({ id }) => id)).not.toContain('settings')
    for (const outcome of [
      await world.screens.act('settings', other, 'model'),
      await world.screens.command(other, 'settings'),
      await world.screens.submit('settings', other, form.value, filled({ 'model.enabled': 'false' })),
    ])
      expect(shown(outcome, 'note').text).toBe('Only an admin may do this. Please ask Grace .')
    expect(world.written).toEqual([])
  })

  test('the command shows an admin all of them, an unknown group too', async () => {
    const { screens, actor } = await aWorld()
    const admin = actor('admin')
    for (const outcome of [
      await screens.command(admin, 'settings'),
      await screens.act('settings', admin, 'gone'),
    ])
      expect(shown(outcome, 'panel').panel.cards).toMatchObject([{ id: 'settings' }])
  })
})

describe('what becomes of the data', () => {
  const read = async (world: World) => {
    const outcome = await world.screens.command(world.actor('member'), 'privacy')
    return shown(outcome, 'panel')
      .panel.cards.map(({ text }) => text)
      .join('\n')
  }

  test('is for everyone to read', async () => {
    const world = await aWorld({ model: 'claude-x' })
    const text = await read(world)
    expect(text).toMatch(
      /Where claude-x composes answers[\s\S]*- Passages of your organization's own documents/,
    )
    expect(text).toMatch(/the transcript of threads, are kept for this long\. \*\*365 days\*\*/)
    world.stored['model.share_documents'] = false
    world.stored['retention.turns_days'] = 7
    expect(await read(world)).not.toMatch(/own documents that bear/)
    expect(await read(world)).toMatch(/\*\*7 days\*\*/)
    world.stored['model.enabled'] = false
    expect(await read(world)).toMatch(/No model is used: nothing leaves/)
  })

  test('says so when there is no model', async () => {
    expect(await read(await aWorld())).toMatch(/No model is configured: nothing leaves/)
  })
})
