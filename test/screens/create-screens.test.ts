import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { createScreens } from '../../src/screens/create-screens.ts'
import { nearestNames } from '../../src/screens/nearest-names.ts'
import type { Feature } from '../../src/screens/screens.ts'
import { aWorld, filled, shown } from '../support/screens.ts'

const note = async () => ({ show: 'note' as const, text: 'Done.' })
const subcommand = (name: string) => ({ name, arguments: '', description: 'does something', run: note })
const { actor, screens: own } = await aWorld()
const someone = actor('member')

describe('the registry', () => {
  test.each<[string, Feature]>([
    ['an action "x"', { actions: { x: note } }],
    ['a submission "x"', { submissions: { x: note } }],
    ['a subcommand "x"', { subcommands: [subcommand('x')] }],
  ])('two features may not both have %s', (what, feature) => {
    expect(() => createScreens([feature, feature])).toThrow(`Two features have ${what}; rename one of them.`)
  })

  test('an action and a submission may share a name; the help is taken', () => {
    expect(() => createScreens([{ actions: { x: note }, submissions: { x: note } }])).not.toThrow()
    expect(() => createScreens([{ subcommands: [subcommand('help')] }])).toThrow(/"help"/)
  })

  test('cards stand in the order of the features', async () => {
    const card = (id: string) => ({ id, title: id, text: '', buttons: [] })
    const { home } = createScreens([
      { cards: async () => [card('a'), card('b')] },
      {},
      { cards: async () => [card('c')] },
    ])
    expect((await home(someone)).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  test.each(['gone', '', '__proto__', 'constructor', 'toString'])(
    'the action %j, which does not exist, is a note',
    async (name) => {
      expect(await own.act(name, someone, '')).toMatchObject({ show: 'note' })
      expect(await own.submit(name, someone, '', filled({}))).toMatchObject({ show: 'note' })
    },
  )
})

describe('what goes wrong', () => {
  const failing = (error: Error): Feature => {
    const fail = async () => {
      throw error
    }
    return {
      actions: { x: fail },
      submissions: { x: fail },
      subcommands: [{ ...subcommand('x'), run: fail }],
    }
  }
  const attempts = (error: Error) => {
    const { act, submit, command } = createScreens([failing(error)])
    return [
      () => act('x', someone, ''),
      () => submit('x', someone, '', filled({})),
      () => command(someone, 'x'),
    ]
  }

  test.each(['bad_input', 'not_found'] as const)(
    'is told when the person can put it right: %s',
    async (code) => {
      for (const attempt of attempts(new AppError(code, 'Choose another.')))
        expect(await attempt()).toEqual({ show: 'note', text: 'Choose another.' })
    },
  )

  test.each([new AppError('store_unreachable', 'The database does not answer.'), new Error('boom')])(
    'is thrown on when it is for the operator: %s',
    async (error) => {
      for (const attempt of attempts(error)) await expect(attempt()).rejects.toBe(error)
    },
  )
})

describe('the command', () => {
  const said = async (text: string) => shown(await own.command(someone, text), 'note').text

  test.each(['', '  ', 'help', 'HELP', '\u200bhelp '])(
    '%j shows every subcommand and the ways to talk',
    async (text) => {
      const help = await said(text)
      for (const { name } of own.subcommands) expect(help).toContain(`\`${name}`)
      expect(help).toMatch(/Mention it[\s\S]*direct message[\s\S]*Ask Cairn about this/)
    },
  )

  test.each([
    ['stag', 'stage'],
    ['setings', 'settings'],
    ['aks', 'ask'],
    ['doc', 'documents'],
    ['chanel', 'channel'],
  ])('%s suggests %s', async (typed, meant) => {
    expect(await said(`${typed} and more`)).toContain(`Did you mean \`${meant}\``)
  })

  test('a question without `ask` is told how to ask', async () => {
    expect(await said('unquestionably we should grow?')).toMatch(/type `ask` in front/)
  })

  test('nothing of an unknown word is repeated, however long', async () => {
    const text = await said(`<!channel>${'x'.repeat(100_000)}`)
    expect(text.length).toBeLessThan(300)
    expect(text).not.toContain('channel>')
  })

  test('names far from everything suggest nothing', () => {
    expect(nearestNames('zebra', ['ask', 'stage'])).toEqual([])
  })
})
