import { describe, expect, test } from 'vitest'
import { ROLES, type Role } from '../../src/conversation/people.ts'
import { tableSchema } from '../../src/conversation/table.ts'
import { ownFeatures } from '../../src/screens/own-features.ts'
import type { Actor, Outcome } from '../../src/screens/screens.ts'
import { aTurn, aWorld, filled } from '../support/screens.ts'

const LONGEST_TITLE = 24
/** What the platforms take at most on a button, and for an option. */
const LONGEST_LABEL = 75
const HOSTILE = [
  '',
  '0',
  ':',
  '__proto__',
  'constructor',
  '{"group":"model","shown":{}}',
  "'; drop table turns; --",
  '<!channel> @everyone',
  '\0\u202e\ud800',
  'x'.repeat(10_000),
]

const populated = async () => {
  const world = await aWorld()
  world.actor('admin', {}, 'The last admin')
  world.addPlan('executives')
  world.policies.push({ platform: 'web', conversationId: 'C1', policy: 'auto' })
  const everyone = ROLES.map((role) => world.actor(role))
  for (const { person } of everyone) world.turns.push(aTurn({ personId: person.personId }))
  return { ...world, everyone }
}

const { options, screens, everyone, ...world } = await populated()
const features = ownFeatures(options)
const actions = features.flatMap((feature) => Object.keys(feature.actions ?? {}))
const submissions = features.flatMap((feature) => Object.keys(feature.submissions ?? {}))

/** Follows every button of an outcome and of what comes of it. */
const explore = async (actor: Actor, given: Outcome, seen: Set<string>): Promise<Outcome[]> => {
  const cards = given.show === 'panel' ? given.panel.cards : []
  const buttons = [
    ...cards.flatMap((card) => card.buttons),
    ...(given.show === 'note' ? (given.buttons ?? []) : []),
  ]
  const found = [given]
  for (const { action, value, style } of buttons) {
    if (style === 'danger' || seen.has(`${action} ${value}`)) continue
    seen.add(`${action} ${value}`)
    found.push(...(await explore(actor, await screens.act(action, actor, value), seen)))
  }
  return found
}

describe.each(ROLES)('everything that a %s can reach', (role: Role) => {
  test('fits its screen and leads somewhere', async () => {
    const actor = everyone[ROLES.indexOf(role)] as Actor
    const home = await screens.home(actor)
    const start: Outcome = { show: 'panel', panel: { title: 'Home', cards: home } }
    const commands = await Promise.all(screens.subcommands.map(({ name }) => screens.command(actor, name)))
    const seen = new Set<string>()
    const outcomes: Outcome[] = []
    for (const outcome of [start, ...commands]) outcomes.push(...(await explore(actor, outcome, seen)))
    expect(outcomes.length).toBeGreaterThan(10)
    for (const outcome of outcomes) {
      const cards = outcome.show === 'panel' ? outcome.panel.cards : []
      expect(new Set(cards.map(({ id }) => id)).size).toBe(cards.length)
      for (const { title, buttons, table } of cards) {
        expect(title).not.toBe('')
        if (table) expect(tableSchema.safeParse(table).success).toBe(true)
        for (const { action, label, confirm } of buttons) {
          expect(actions).toContain(action)
          expect(label.length).toBeLessThanOrEqual(LONGEST_LABEL)
          expect(confirm?.text.length ?? 0).toBeLessThanOrEqual(300)
        }
      }
      if (outcome.show === 'panel') expect(outcome.panel.title.length).toBeLessThanOrEqual(LONGEST_TITLE)
      if (outcome.show === 'form') {
        expect(submissions).toContain(outcome.form.action)
        expect(outcome.form.title.length).toBeLessThanOrEqual(LONGEST_TITLE)
        expect(outcome.form.submit.length).toBeLessThanOrEqual(LONGEST_TITLE)
        for (const field of outcome.form.fields)
          for (const { label } of field.kind === 'choice' ? field.options : [])
            expect(label.length).toBeLessThanOrEqual(LONGEST_LABEL)
      }
      if (outcome.show === 'note') expect(outcome.text).not.toMatch(/undefined|null|Error|not work any more/)
    }
  })

  test('hostile values do nothing and say something', async () => {
    const actor = { ...(everyone[ROLES.indexOf(role)] as Actor), conversationId: 'elsewhere' }
    const before = JSON.stringify(world)
    for (const value of HOSTILE) {
      for (const action of actions) {
        // To ask anything is what these are for.
        if (action === 'ask' || action === 'choose') continue
        const { show } = await screens.act(action, actor, value)
        expect(['note', 'form', 'panel']).toContain(show)
      }
      for (const action of submissions) {
        const values = Object.fromEntries(
          [
            'reason',
            'question',
            'where',
            'channel',
            'person',
            'role',
            'audience',
            'developers',
            'arr',
            'month',
          ].map((name) => [name, value]),
        )
        const { show } = await screens.submit(action, actor, value, filled({ ...values, policy: value }))
        expect(['note', 'errors']).toContain(show)
      }
      expect(['note', 'form', 'panel']).toContain((await screens.command(actor, value)).show)
    }
    expect(JSON.stringify(world)).toBe(before)
  })
})
