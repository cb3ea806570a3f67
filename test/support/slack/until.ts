const PAUSE_MS = 15
const SHOWN = 2_000

/** What is looked at, as a message of failure tells it. */
const describeLast = (last: unknown): string =>
  (JSON.stringify(last, undefined, 1) ?? 'nothing').slice(0, SHOWN)

/**
 * Looks again and again until what is seen is as wished, and gives it.
 * @throws naming what was waited for, and what was seen last.
 */
export const until = async <T>(
  look: () => T | Promise<T>,
  isThere: (seen: T) => boolean,
  what: string,
  timeoutMs = 10_000,
): Promise<T> => {
  const end = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (isThere(seen)) return seen
    if (performance.now() > end)
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}; seen last: ${describeLast(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
