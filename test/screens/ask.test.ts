import { describe, expect, test } from 'vitest'
import { LONGEST_QUESTION } from '../../src/advisor/turn.ts'
import { askAboutForm } from '../../src/screens/ask.ts'
import { aWorld, filled, shown } from '../support/screens.ts'

const { screens, actor, policies } = await aWorld()
policies.push({ platform: 'web', conversationId: 'quiet', policy: 'off' })
const someone = actor('member')
const inQuiet = actor('member', { conversationId: 'quiet' })

describe('asking by a command', () => {
  test.each([
    ['ask what are squads?', 'what are squads?', 'private'],
    ['ASK  what are\nsquads? ', 'what are\nsquads?', 'private'],
    ['ask --share what are squads?', 'what are squads?', 'channel'],
    ['ask what are squads? --share', 'what are squads?', 'channel'],
    ['ask what are squads? —share', 'what are squads?', 'channel'],
    ['ask what does --shared mean?', 'what does --shared mean?', 'private'],
    ['ask why share?', 'why share?', 'private'],
  ])('%j', async (text, question, where) => {
    expect(await screens.command(someone, text)).toEqual({ show: 'ask', question, where })
  })

  test.each(['ask', 'ask  ', 'ask --share', 'ask \u200b'])('%j is told what to type', async (text) => {
    expect(shown(await screens.command(someone, text), 'note').text).toMatch(/Type it like this: `ask /)
  })

  test('what is too long is told so', async () => {
    const text = 'x'.repeat(LONGEST_QUESTION + 1)
    expect(shown(await screens.command(someone, `ask ${text}`), 'note').text).toMatch(/longer than the 4,000/)
    expect(await screens.command(someone, `ask ${text.slice(1)}`)).toMatchObject({ show: 'ask' })
  })

  test('Cairn stays silent for others where it is switched off', async () => {
    expect(await screens.command(inQuiet, 'ask --share why?')).toMatchObject({ show: 'note' })
    expect(await screens.act('choose', inQuiet, 'why?')).toMatchObject({ show: 'note' })
    expect(await screens.command(inQuiet, 'ask why?')).toMatchObject({ show: 'ask', where: 'private' })
  })
})

test('a suggested question goes on in its thread', async () => {
  expect(await screens.act('choose', someone, 'And then?')).toEqual({
    show: 'ask',
    question: 'And then?',
    where: 'thread',
  })
  expect(await screens.act('choose', someone, '')).toMatchObject({ show: 'note' })
})

describe('asking about a message', () => {
  const submit = (values: Record<string, string>, by = someone) => {
    const { action, value } = askAboutForm('We are 23 devs.')
    return screens.submit(action, by, value, filled(values))
  }

  test('the form holds the message, and where it stands', () => {
    const form = askAboutForm('We are\u200b 23 devs.')
    expect(form.value).toBe('')
    expect(form.fields[0]).toMatchObject({ initial: 'We are 23 devs.', maxLength: LONGEST_QUESTION })
  })

  test.each([LONGEST_QUESTION, LONGEST_QUESTION + 1, 100_000])(
    'a message of %i characters fits',
    (length) => {
      const [field] = askAboutForm('😀'.repeat(length / 2 + 1).slice(0, length)).fields
      const initial = field?.kind === 'text' ? (field.initial ?? '') : ''
      expect(initial.length).toBeLessThanOrEqual(LONGEST_QUESTION)
      expect(initial.length).toBeGreaterThan(LONGEST_QUESTION - 3)
      expect(initial.replace(/[\ud800-\udbff]$/, '').isWellFormed()).toBe(true)
    },
  )

  test.each(['private', 'thread'])('asks, to be answered %s', async (where) => {
    expect(await submit({ question: 'Which stage is that?', where })).toEqual({
      show: 'ask',
      question: 'Which stage is that?',
      where,
    })
  })

  test('what is missing or forged is said field by field', async () => {
    expect(shown(await submit({}), 'errors').errors).toEqual({
      question: 'Write the question that I am to answer.',
      where: 'Choose one of the options.',
    })
    expect(await submit({ question: 'x', where: 'channel' })).toMatchObject({ show: 'errors' })
    expect(await submit({ question: 'x'.repeat(5_000), where: 'private' })).toMatchObject({ show: 'errors' })
  })

  test('not in the open where Cairn is switched off', async () => {
    expect(await submit({ question: 'x', where: 'thread' }, inQuiet)).toMatchObject({ show: 'note' })
  })
})
