import { describe, expect, test } from 'vitest'
import { aDocument } from '../support/knowledge.ts'
import { aWorld, filled, shown } from '../support/screens.ts'

const file = (name: string, text = 'text') => ({ name, bytes: Buffer.from(text) })

describe('documents of the organization', () => {
  test('an admin adds them, and is told what became of each', async () => {
    const { screens, actor, added, audited } = await aWorld()
    const admin = actor('admin')
    const { form } = shown(await screens.act('add_document', admin, ''), 'form')
    expect(form.fields).toMatchObject([
      { kind: 'file', endings: ['md', 'txt', 'html', 'pdf', 'docx'] },
      { kind: 'choice', options: [{ value: 'everyone' }, { value: 'managers' }, { value: 'executives' }] },
    ])
    const files = [file('plan.md'), file('broken.pdf', '')]
    const outcome = await screens.submit(
      form.action,
      admin,
      form.value,
      filled({ audience: 'managers' }, files),
    )
    expect(outcome).toEqual({
      show: 'home',
      note: 'Added plan.md: 3 passages, for managers, executives and admins.\nbroken.pdf was not added: the file is empty.',
    })
    expect(added).toMatchObject([{ outcome: 'added', audience: 'managers' }, { outcome: 'failed' }])
    expect(audited).toEqual([
      {
        personId: admin.person.personId,
        action: 'document.added',
        subject: 'chat:plan.md',
        detail: { outcome: 'added', passages: 3, audience: 'managers' },
      },
    ])
  })

  test('when none could be read the form stays open and says why', async () => {
    const { screens, actor, audited } = await aWorld()
    const given = filled({ audience: 'everyone' }, [file('broken.pdf', '')])
    expect(await screens.submit('add_document', actor('admin'), '', given)).toEqual({
      show: 'errors',
      errors: { file: 'broken.pdf was not added: the file is empty.' },
    })
    expect(audited).toEqual([])
  })

  test.each([
    [{}, [file('a.md')], { audience: 'Choose one of the options.' }],
    [{ audience: 'world' }, [file('a.md')], { audience: 'Choose one of the options.' }],
    [{ audience: 'everyone' }, [], { file: 'Choose a file.' }],
    [{ audience: 'everyone' }, Array(11).fill(file('a.md')), { file: 'Choose at most 10 files at once.' }],
  ])('the form refuses %j', async (values, files, errors) => {
    const { screens, actor, added } = await aWorld()
    const outcome = await screens.submit('add_document', actor('admin'), '', filled(values, files))
    expect(outcome).toEqual({ show: 'errors', errors })
    expect(added).toEqual([])
  })

  test('an admin removes one, and learns that it can be added again', async () => {
    const { screens, actor, documents, addPlan, audited } = await aWorld()
    const admin = actor('admin')
    addPlan('executives')
    const card = (await screens.home(admin)).find(({ title }) => title === 'Plan')
    expect(card?.text).toBe('For executives and admins.')
    const [button] = card?.buttons ?? []
    expect(button).toMatchObject({
      style: 'danger',
      confirm: { text: expect.stringMatching(/can be added again/) },
    })
    const remove = () => screens.act(button?.action ?? '', admin, button?.value ?? '')
    expect(await remove()).toEqual({
      show: 'home',
      note: 'Removed Plan. Cairn kept no copy; it can be added again.',
    })
    expect(documents.map(({ origin }) => origin)).toEqual(['phases'])
    expect(audited).toEqual([
      { personId: admin.person.personId, action: 'document.removed', subject: 'chat:plan.md' },
    ])
    expect(await remove()).toMatchObject({ show: 'note' })
    expect(audited).toHaveLength(1)
  })

  test('a button tells no path, and nothing else names a document', async () => {
    const { screens, actor, documents } = await aWorld()
    const admin = actor('admin')
    documents.push(aDocument({ id: 'file:/home/ada/secret/plan.md', title: '<!here>' }))
    expect(JSON.stringify(await screens.home(admin))).not.toMatch(/secret|<!here>/)
    for (const value of ['', 'file:/home/ada/secret/plan.md', 'playbook:x', '__proto__'])
      expect(await screens.act('remove_document', admin, value)).toMatchObject({ show: 'note' })
    expect(documents).toHaveLength(2)
  })

  test('the shared knowledge is never removed', async () => {
    const { screens, actor, documents } = await aWorld()
    const admin = actor('admin')
    documents.push(aDocument({ id: 'playbook:x' }))
    const card = (await screens.home(admin)).find(({ title }) => title === 'Guide')
    documents.pop()
    expect(await screens.act('remove_document', admin, card?.buttons[0]?.value ?? '')).toMatchObject({
      show: 'note',
    })
    expect(documents).toHaveLength(1)
  })

  test.each([
    ['member', ['Open']],
    ['manager', ['Open', 'Teams']],
    ['executive', ['Open', 'Teams', 'Money']],
  ] as const)('a %s lists those that they may see: %j', async (role, titles) => {
    const { screens, actor, documents, added } = await aWorld()
    documents.push(
      aDocument({ id: 'file:a', title: 'Open', audience: 'everyone' }),
      aDocument({ id: 'file:b', title: 'Teams', audience: 'managers' }),
      aDocument({ id: 'file:c', title: 'Money', audience: 'executives' }),
    )
    const reader = actor(role)
    const { panel } = shown(await screens.command(reader, 'documents'), 'panel')
    expect(panel.cards.slice(1).map(({ title }) => title)).toEqual(titles)
    expect(panel.cards.flatMap(({ buttons }) => buttons)).toEqual([])

    // What an admin's button would have carried.
    const key = panel.cards[1]?.id.replace('document:', '') ?? ''
    expect(await screens.act('remove_document', reader, key)).toMatchObject({ show: 'note' })
    expect(await screens.act('add_document', reader, '')).toMatchObject({ show: 'note' })
    const given = filled({ audience: 'everyone' }, [file('a.md')])
    expect(await screens.submit('add_document', reader, '', given)).toMatchObject({ show: 'note' })
    expect(documents).toHaveLength(4)
    expect(added).toEqual([])
    expect((await screens.home(reader)).map(({ id }) => id)).not.toContain('documents')
  })

  test('where guests read along, whoever may be one of them sees none', async () => {
    const { screens, actor, addPlan } = await aWorld()
    addPlan('everyone')
    const guest = actor('member', { room: 'outsiders' })
    expect(shown(await screens.command(guest, 'documents'), 'note').buttons).toBeUndefined()
  })

  test('long lists have pages', async () => {
    const { screens, actor, documents } = await aWorld()
    const admin = actor('admin')
    expect(shown(await screens.command(admin, 'documents'), 'note').buttons).toMatchObject([
      { action: 'add_document' },
    ])
    for (let n = 0; n < 45; n++) documents.push(aDocument({ id: `file:${n}`, title: `Document ${n}` }))
    const page = async (value: string) =>
      shown(await screens.act('documents', admin, value), 'panel').panel.cards
    const texts = async (value: string) => {
      const [head, ...cards] = await page(value)
      const moves = head?.buttons.filter(({ action }) => action === 'documents').map(({ value }) => value)
      return [head?.text, cards.length, moves]
    }
    expect(await texts('0')).toEqual(['1 to 20 of 45', 20, ['1']])
    expect(await texts('1')).toEqual(['21 to 40 of 45', 20, ['0', '2']])
    expect(await texts('2')).toEqual(['41 to 45 of 45', 5, ['1']])
    for (const forged of ['99', '-1', '1e9', 'x', '']) expect((await texts(forged))[0]).toMatch(/of 45$/)
    const home = await screens.home(admin)
    expect(home.filter(({ id }) => id.startsWith('document:'))).toHaveLength(5)
    expect(home.find(({ id }) => id === 'documents')?.buttons.map(({ label }) => label)).toContain('Show all')
  })
})
