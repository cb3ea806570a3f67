/** Characters that show nothing or reorder what is shown. Emoji are joined by two of them. */
const INVISIBLE =
  /(?![\u200d\ufe0f])\p{Default_Ignorable_Code_Point}|(?<!\p{Emoji})[\u200d\ufe0f]|[\ufff9-\ufffb]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Text from outside without what shows nothing, with line breaks as \n. */
export const clean = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(CONTROL, ' ')
    .replace(INVISIBLE, '')

/** Longer than what joined emoji take, so that one at the limit is seen whole. */
const LONGEST_GRAPHEME = 64

/** The start of a text, never half a character. */
const head = (text: string, limit: number): string => {
  let end = 0
  for (const { index, segment } of graphemes.segment(text.slice(0, limit + LONGEST_GRAPHEME))) {
    if (index + segment.length > limit) break
    end = index + segment.length
  }
  // One grapheme may be longer than the whole limit; then it is cut between code points.
  return end > 0
    ? text.slice(0, end)
    : text
        .slice(0, limit)
        .toWellFormed()
        .replace(/\ufffd$/, '')
}

/** Cuts a text to so many characters and says so with an ellipsis. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${head(text, limit - 1).trimEnd()}…`

/** Text from outside on one line, for labels, titles and cells. */
export const oneLine = (text: string, limit: number): string =>
  cut(clean(text).replace(/\s+/g, ' ').trim(), limit)
