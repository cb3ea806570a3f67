/** Slack's own tokens, and the names that call everyone. */
const TOKENS = [/<[@!#]/, /<\w+:/, /@(?:channel|here|everyone|group)\b/i]
/** Links that show other words than their address, and definitions that make such links elsewhere. */
const MARKDOWN_LINKS = [/\]\(/, /^\s*(?:[-*+>]\s*)*\[[^\]]+\]:/m]

const parsedTexts = (node: unknown): { text: string; live: RegExp[] }[] => {
  if (Array.isArray(node)) return node.flatMap(parsedTexts)
  if (typeof node !== 'object' || node === null) return []
  const { type, text } = node as { type?: unknown; text?: unknown }
  const live = type === 'markdown' ? [...TOKENS, ...MARKDOWN_LINKS] : type === 'mrkdwn' ? TOKENS : undefined
  const own = live && typeof text === 'string' ? [{ text, live }] : []
  return [...own, ...Object.values(node).flatMap(parsedTexts)]
}

/** Markup in a message or view that would do something; plain text, which Slack never parses, is not looked at. */
export const liveMarkup = (payload: { text?: string; blocks: readonly unknown[] }): string[] =>
  [
    ...(payload.text === undefined ? [] : [{ text: payload.text, live: TOKENS }]),
    ...parsedTexts(payload.blocks),
  ].flatMap(({ text, live }) => live.flatMap((one) => one.exec(text)?.[0] ?? []))
