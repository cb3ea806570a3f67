import { slackifyMarkdown } from 'slackify-markdown'
import { piecesOf, spansOf } from './markdown-pieces.ts'
import { clean } from './text.ts'

/** Shows nothing, breaks no line, and keeps what stands around it from being read as one word. */
const JOINER = '\u2060'

/** What Slack, or Markdown, would make a mention or a link of. A link's address is to be seen, not hidden by words. */
const holdLinks = (text: string): string => text.replace(/\](?=[(:])/g, `]${JOINER}`)
/** Names at the start of a word, and those that call everyone wherever they stand. */
const holdNames = (text: string): string =>
  text.replace(
    /(?<![\p{L}\p{N}])[@#](?=[\p{L}\p{N}_])|@(?=(?:channel|here|everyone|group)\b)/giu,
    `$&${JOINER}`,
  )
/** In code an entity might be shown as it stands, so a token is broken up instead. */
const holdTokens = (code: string): string =>
  code.replace(/<(?=[@!#]|\w+:)|@(?=(?:channel|here|everyone|group)\b)/gi, `$&${JOINER}`)

/**
 * Markdown for a `markdown` block. Slack reads its own `<…>` tokens there as well, mentions included; an escaped
 * angle bracket is shown as such and never read again (measured by PostHog/posthog#95054). A lone ampersand is left,
 * since it would be escaped within addresses too.
 */
export const toMarkdown = (text: string): string =>
  piecesOf(clean(text))
    .map((piece) => {
      if (piece.kind === 'code') return holdLinks(holdTokens(piece.text))
      const spans = spansOf(piece.text).map((span) =>
        span.isCode
          ? holdTokens(span.text)
          : holdNames(span.text.replace(/&(?=#?\w+;)/g, '&amp;').replace(/</g, '&lt;')),
      )
      return holdLinks(spans.join(''))
    })
    .join('\n\n')

/**
 * Markdown as mrkdwn, for text objects; send it `verbatim`. The converter lets tokens, HTML and whatever stands in
 * code through, and reads entities before it escapes: nothing of all that is left for it to find.
 */
export const toMrkdwn = (markdown: string): string => {
  const held = holdLinks(clean(markdown))
    // The converter writes a hard break as a backslash, which Slack shows.
    .replace(/ {2,}\n/g, '\n')
    .replace(/&/g, '&amp;')
    .replace(/</g, `<${JOINER}`)
    .replace(/:(?=\/\/)|www(?=\.)|@/gi, `$&${JOINER}`)
  const converted = slackifyMarkdown(held)
    .replaceAll(JOINER, '')
    .replace(/</g, '&lt;')
    .replace(/\n\n(?=(?:•|\d+\.) )/g, '\n')
  return holdNames(converted).trim()
}

/** Plain text for a mrkdwn text object, which shows it as it stands but for `*`, `_`, `~` and backticks. */
export const escapeText = (text: string): string =>
  holdNames(clean(text)).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** A Markdown text without its markers, for whoever hears it or reads it in a notification. */
export const withoutMarkers = (markdown: string): string =>
  markdown
    .replace(/^ {0,3}(?:`{3,}|~{3,}).*$/gm, '')
    .replace(/^ {0,3}#{1,6} +/gm, '')
    .replace(/\*\*([^*\n]+)\*\*/g, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
