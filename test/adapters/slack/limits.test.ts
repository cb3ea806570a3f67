import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderHome, renderPanel } from '../../../src/adapters/slack/render-cards.ts'
import { renderForm } from '../../../src/adapters/slack/render-form.ts'
import { renderNotice } from '../../../src/adapters/slack/render-notice.ts'
import { renderReply } from '../../../src/adapters/slack/render-reply.ts'
import { splitReply } from '../../../src/adapters/slack/split-reply.ts'
import { anyButtons, anyCards, anyForm, anyPanel, anyReply } from '../../support/slack/arbitraries.ts'
import { hostileText } from '../../support/slack/hostile-text.ts'
import { liveMarkup } from '../../support/slack/live-markup.ts'
import { validateMessage, validateView } from '../../support/slack/validate-blocks.ts'

const placement = fc.record(
  {
    turnId: fc.uuid(),
    userId: fc.constant('U123ABC'),
    isPrivate: fc.boolean(),
    mayShare: fc.boolean(),
    continues: fc.boolean(),
    isBasic: fc.boolean(),
  },
  { requiredKeys: ['isPrivate', 'mayShare'] },
)

describe('whatever is given stays within what Slack takes, and mentions and links nobody', () => {
  test('replies', () => {
    fc.assert(
      fc.property(anyReply, placement, (reply, where) => {
        const message = renderReply(reply, where)
        expect(validateMessage(message)).toEqual([])
        expect(liveMarkup(message)).toEqual([])
      }),
      { numRuns: 120 },
    )
  })

  test('replies in parts', () => {
    fc.assert(
      fc.property(anyReply, placement, (reply, where) => {
        for (const part of splitReply(reply)) expect(validateMessage(renderReply(part, where))).toEqual([])
      }),
      { numRuns: 80 },
    )
  })

  test('notices', () => {
    fc.assert(
      fc.property(hostileText(40), anyButtons, (text, buttons) => {
        const message = renderNotice(text, buttons)
        expect(validateMessage(message)).toEqual([])
        expect(liveMarkup(message)).toEqual([])
      }),
      { numRuns: 120 },
    )
  })

  test('home screens', () => {
    fc.assert(
      fc.property(anyCards, (cards) => {
        const view = renderHome(cards)
        expect(validateView(view)).toEqual([])
        expect(liveMarkup(view)).toEqual([])
      }),
      { numRuns: 15 },
    )
  })

  test('panels', () => {
    fc.assert(
      fc.property(anyPanel, (panel) => {
        const view = renderPanel(panel)
        expect(validateView(view)).toEqual([])
        expect(liveMarkup(view)).toEqual([])
      }),
      { numRuns: 15 },
    )
  })

  test('forms', () => {
    fc.assert(
      fc.property(anyForm, hostileText(4), (form, error) => {
        const errors = Object.fromEntries(form.fields.slice(0, 3).map(({ name }) => [name, error]))
        const view = renderForm(form, { privateMetadata: 'x', errors })
        expect(validateView(view)).toEqual([])
        expect(liveMarkup(view)).toEqual([])
      }),
      { numRuns: 120 },
    )
  })
})
