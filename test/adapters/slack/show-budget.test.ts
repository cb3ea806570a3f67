import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createShowBudget } from '../../../src/adapters/slack/show-budget.ts'

const MINUTE_MS = 60_000

const setUp = () => {
  let now = 0
  const mayShow = createShowBudget(() => now)
  return {
    mayShow,
    pass: (ms: number) => {
      now += ms
    },
  }
}
const shown = (mayShow: (id: string) => boolean, tries: number, id = 'T1') =>
  Array.from({ length: tries }, () => mayShow(id)).filter(Boolean).length

test('twenty at once, then one every three seconds; each workspace by itself', () => {
  const { mayShow, pass } = setUp()
  expect(shown(mayShow, 30)).toBe(20)
  expect(shown(mayShow, 30, 'T2')).toBe(20)
  pass(2_990)
  expect(shown(mayShow, 5)).toBe(0)
  pass(20)
  expect(shown(mayShow, 5)).toBe(1)
  pass(MINUTE_MS)
  expect(shown(mayShow, 30)).toBe(20)
})

test('a quiet hour saves up no more than twenty', () => {
  const { mayShow, pass } = setUp()
  mayShow('T1')
  pass(60 * MINUTE_MS)
  expect(shown(mayShow, 100)).toBe(20)
})

test('in no minute are there more than forty, however they come, and none is refused that there is room for', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { maxLength: 300 }), (pauses) => {
      const { mayShow, pass } = setUp()
      let now = 0
      const taken: number[] = []
      for (const ms of pauses) {
        pass(ms)
        now += ms
        const recent = taken.filter((at) => at > now - MINUTE_MS).length
        if (mayShow('T1')) taken.push(now)
        else expect(recent).toBeGreaterThanOrEqual(20)
      }
      for (const at of taken)
        expect(taken.filter((other) => other >= at && other < at + MINUTE_MS).length).toBeLessThanOrEqual(40)
    }),
  ))
