import { describe, expect, test } from 'vitest'
import { phaseOfArr, phaseOfMonth, stageOf } from '../../src/strategy/stage.ts'
import { projectPlaybook } from '../support/playbook.ts'

const { axes } = await projectPlaybook()

describe('stage of a developer count', () => {
  test.each([
    [1, 'individual'],
    [2, 'small_team'],
    [8, 'small_team'],
    [9, 'medium_team'],
    [25, 'medium_team'],
    [26, 'large_team'],
    [75, 'large_team'],
    [76, 'enterprise'],
    [4000, 'enterprise'],
  ])('%i developers is %s: a boundary value ends the lower stage', (developers, stage) => {
    expect(stageOf(developers, axes)?.stage.id).toBe(stage)
  })

  test.each([0, -3, Number.NaN])('%d developers has no stage', (developers) => {
    expect(stageOf(developers, axes)).toBeUndefined()
  })

  // 10 % of 8 is below one person, so the zone is 7-9; of 25 it is 2.5, so 23-27; of 75 it is 7.5, so 68-82.
  test.each([
    [1, undefined],
    [2, undefined],
    [6, undefined],
    [7, 'medium_team'],
    [8, 'medium_team'],
    [9, 'small_team'],
    [10, undefined],
    [22, undefined],
    [23, 'large_team'],
    [27, 'medium_team'],
    [28, undefined],
    [67, undefined],
    [68, 'enterprise'],
    [82, 'large_team'],
    [83, undefined],
  ])('%i developers is in the transition zone to %s', (developers, toward) => {
    expect(stageOf(developers, axes)?.zone?.toward.id).toBe(toward)
  })
})

describe('phase', () => {
  test.each([
    [0, 'foundation'],
    [5e6, 'foundation'],
    [5_000_001, 'growth'],
    [25e6, 'growth'],
    [50e6, 'scale'],
    [51e6, 'market_leadership'],
  ])('of an ARR of %d dollars is %s', (arr, phase) => {
    expect(phaseOfArr(arr, axes)?.id).toBe(phase)
  })

  test.each([
    [1, 'foundation'],
    [18, 'foundation'],
    [19, 'growth'],
    [36, 'growth'],
    [54, 'scale'],
    [55, 'market_leadership'],
    [400, 'market_leadership'],
  ])('scheduled for month %i is %s', (month, phase) => {
    expect(phaseOfMonth(month, axes)?.id).toBe(phase)
  })

  test('needs a figure that can be', () => {
    expect(phaseOfArr(-1, axes)).toBeUndefined()
    expect(phaseOfMonth(0, axes)).toBeUndefined()
  })
})
