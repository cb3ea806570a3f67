import { expect } from 'vitest'
import type { Chat, ChatPerson, Screen } from '../support/chat-driver.ts'
import { onEveryPlatform } from '../support/chat-stories.ts'
import { PHASE_2 } from './questions.ts'

const ABROAD = 'How many days a year may we work from abroad?'

const handbook = {
  name: 'handbook.md',
  bytes: Buffer.from(
    '# Handbook\n\n## Working from abroad\n\nEveryone may work from abroad for 45 days a year, after telling their lead two weeks ahead.\n',
  ),
}

/** Ana adds a document; gives what she is told in the end. */
const add = async (chat: Chat, file: typeof handbook, audience: string): Promise<Screen> => {
  const ana = chat.person('ana')
  await ana.presses('Add a document', await ana.opensHome())
  await ana.fillsIn(await ana.dialog('Add a document'), { file, audience })
  return ana.dialog(({ fields, text }) => Object.keys(fields).length === 0 && !/^Reading/.test(text))
}

const answersAbout = async (person: ChatPerson): Promise<string> =>
  (await person.reads(await person.directs(ABROAD))).text

onEveryPlatform('the home screen', (all) => {
  const story = all.needing('home screen')

  story('whoever administers the workspace finds what is left to set up', async (chat) => {
    const { text, buttons } = await chat.person('ana').opensHome()
    expect(text).toMatch(/Finish setting up/)
    expect(text).toMatch(/⬜ Add a document of your own/)
    expect(text).toMatch(/⬜ Let others ask/)
    expect(text).toMatch(/⬜ Configure a language model/)
    expect(buttons).toEqual(
      expect.arrayContaining(['Add a document', 'Choose for a channel', 'Change a role']),
    )
  })

  story('a member finds how to begin, and begins', async (chat) => {
    const ben = chat.person('ben')
    const home = await ben.opensHome()
    expect(home.text).toMatch(/Your answers will stand here/)
    expect(home.text).not.toMatch(/Finish setting up|Settings|People and roles/)
    const example = 'What does phase 2 cost in infrastructure?'
    await ben.presses(example, home)
    expect((await ben.dialog()).text).toMatch(/Messages/)
    const head = await ben.reads(await ben.withCairn(), /You asked/)
    expect(head.text).toContain(example)
    await ben.reads({ conversation: head.conversation, thread: head.id }, PHASE_2)
  })

  story('then their answers stand there, and nobody else’s', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    await ben.reads(await ben.mentions('which KPIs should a team of 8 to 25 developers watch?'))
    const { text } = await ben.opensHome()
    expect(text).toMatch(/Your last answers.*which KPIs.*What does phase 2 cost/s)
    expect((await cleo.opensHome()).text).not.toMatch(/which KPIs/)
    expect((await chat.person('ana').opensHome()).text).toMatch(/✅ Let others ask/)
  })

  story('an admin changes a role', async (chat) => {
    const [ana, cleo] = [chat.person('ana'), chat.person('cleo')]
    await ana.presses('Change a role', await ana.opensHome())
    const form = await ana.dialog('Change a role')
    expect(form.fields.role?.options).toEqual(['admin', 'executive', 'manager', 'member'])
    await ana.fillsIn(form, { person: cleo.id, role: 'manager' })
    expect((await ana.dialog(({ text }) => / is /.test(text))).text).toMatch(/Cleo Clark is manager now/)
    expect((await ana.opensHome()).text).toMatch(/Cleo Clark +manager/)
  })

  story('somebody whom Cairn never met gets theirs by name', async (chat) => {
    const [ana, gus] = [chat.person('ana'), chat.person('gus')]
    await ana.presses('Change a role', await ana.opensHome())
    await ana.fillsIn(await ana.dialog('Change a role'), { person: gus.id, role: 'member' })
    expect((await ana.dialog(({ text }) => / is /.test(text))).text).toMatch(/Gus Guest is member now/)
  })

  story('the last admin cannot resign', async (chat) => {
    const ana = chat.person('ana')
    await ana.presses('Change a role', await ana.opensHome())
    await ana.fillsIn(await ana.dialog('Change a role'), { person: ana.id, role: 'member' })
    const again = await ana.dialog(({ errors }) => errors.role !== undefined)
    expect(again.errors.role).toMatch(/admin/)
  })

  story('an admin changes how long things are kept', async (chat) => {
    const ana = chat.person('ana')
    await ana.presses('Retention', await ana.opensHome())
    const form = await ana.dialog('Retention')
    const [name] = Object.keys(form.fields)
    await ana.fillsIn(form, { [String(name)]: '30' })
    expect((await ana.dialog(({ text }) => /Saved/.test(text))).text).toMatch(/is 30 days/)
    expect((await ana.opensHome()).text).toMatch(/30 days/)
    expect(await chat.app.settings.all(chat.tenantId)).toMatchObject({ [String(name)]: 30 })
  })

  story('what makes no sense is told at its field', async (chat) => {
    const ana = chat.person('ana')
    await ana.presses('Budgets', await ana.opensHome())
    const form = await ana.dialog('Budgets')
    await ana.fillsIn(form, { 'budget.usd_per_day': '-3' })
    const again = await ana.dialog(({ errors }) => Object.keys(errors).length > 0)
    expect(again.errors['budget.usd_per_day']).toMatch(/found "-3"/)
    await ana.fillsIn(again, { 'budget.usd_per_day': '25' })
    await ana.dialog(({ text }) => /25 US dollars/.test(text))
  })

  story('an admin decides what a model may read, and everyone may know', async (chat) => {
    const [ana, ben] = [chat.person('ana'), chat.person('ben')]
    await ana.presses('Model and disclosure', await ana.opensHome())
    await ana.fillsIn(await ana.dialog('Model and disclosure'), { 'model.share_documents': false })
    await ana.dialog(({ text }) => /model\.share_documents is off/.test(text))
    await ben.presses('Show', await ben.opensHome())
    expect((await ben.dialog('Your data')).text).toMatch(/nothing leaves/i)
  })

  story('a document is added from a file, then cited, and removed', async (chat) => {
    const [ana, ben] = [chat.person('ana'), chat.person('ben')]
    expect(await answersAbout(ben)).not.toMatch(/45 days/)
    expect((await add(chat, handbook, 'everyone')).text).toMatch(
      /Added handbook\.md: \d+ passages?, for everyone/,
    )

    const cited = await ben.reads(await ben.directs(ABROAD), /45 days/)
    expect(cited.sources[0]).toMatch(/Handbook › .*Working from abroad/)
    await ben.presses(String(cited.sources[0]), cited)
    expect((await ben.dialog('Source')).text).toMatch(/your organization's own document/)

    const home = await ana.opensHome()
    expect(home.text).toMatch(/One document is cited/)
    expect(home.text).toMatch(/✅ Add a document of your own/)
    await ana.presses('Remove', home)
    expect((await ana.dialog()).text).toMatch(/Removed handbook/)
    await ana.home(/There are none yet/)
    expect(await answersAbout(ben)).not.toMatch(/45 days/)
  })

  story('a document for managers is theirs alone', async (chat) => {
    const [ben, cleo] = [chat.person('ben'), chat.person('cleo')]
    await add(chat, handbook, 'managers')
    expect(await answersAbout(cleo)).toMatch(/45 days/)
    expect(await answersAbout(ben)).not.toMatch(/45 days/)
  })

  story('what cannot be read says why', async (chat) => {
    const told = await add(chat, { name: 'empty.pdf', bytes: Buffer.from('no PDF') }, 'everyone')
    expect(told.text + JSON.stringify(told.errors)).toMatch(/empty\.pdf was not added: .*PDF/)
  })
})
