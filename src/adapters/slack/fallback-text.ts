import { describeChart } from '../../conversation/chart.ts'
import type { Reply } from '../../conversation/reply.ts'
import { escapeText, withoutMarkers } from './escape.ts'
import { LIMITS } from './limits.ts'
import { quotedSource } from './sources.ts'
import { spokenTable } from './table-text.ts'
import { cut, oneLine } from './text.ts'

/** Escaped text of at most so many characters; escaping makes some of them several. */
export const fallback = (text: string, limit: number = LIMITS.message.fallback): string => {
  let shown = cut(text, limit)
  let escaped = escapeText(shown)
  while (escaped.length > limit) {
    shown = cut(shown, Math.floor(shown.length * 0.9))
    escaped = escapeText(shown)
  }
  return escaped.trim() || '–'
}

/** The whole reply in words: for notifications, for whoever hears it, and where blocks are not shown. */
export const fallbackText = ({ text, table, chart, caveats, citations }: Reply): string =>
  fallback(
    [
      withoutMarkers(text),
      caveats.map((caveat) => `⚠️ ${oneLine(caveat, LIMITS.text)}`).join('\n'),
      citations.length > 0 && ['Sources', ...citations.map(quotedSource)].join('\n'),
      chart && describeChart(chart),
      table && spokenTable(table),
    ]
      .filter(Boolean)
      .join('\n\n'),
  )
