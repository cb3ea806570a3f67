import type { Button } from '../../conversation/card.ts'
import { buttonRows } from './elements.ts'
import { withoutMarkers } from './escape.ts'
import { fallback } from './fallback-text.ts'
import { LIMITS } from './limits.ts'
import type { Message } from './render-reply.ts'
import { renderText } from './render-text.ts'

const MOST_SECTIONS = 3

/** A notice in Markdown as a message, with what can be done about it. */
export const renderNotice = (text: string, buttons: Button[] = []): Message => ({
  text: fallback(withoutMarkers(text)),
  blocks: [
    ...renderText(text, MOST_SECTIONS),
    ...buttonRows(buttons.slice(0, LIMITS.actions.elements).map((button, place) => ({ ...button, place }))),
  ],
})
