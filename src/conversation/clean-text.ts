/** Characters that show nothing, or reorder what is shown: zero-width, bidirectional, soft hyphen, tags, controls. */
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** Text from outside as it is read: one Unicode form, nothing invisible, line breaks as \n. */
export const cleanText = (text: string): string =>
  text.normalize('NFKC').replace(/\r\n?/g, '\n').replace(INVISIBLE, '').replace(CONTROL, ' ').replace(/[^\S\n]+/g, ' ').trim()
