import { createHash } from 'node:crypto'
import { blocksOf, deep, type RequestBody } from './request.ts'

export interface Tokens {
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
}

/** A token is taken for four characters. */
export const tokensOf = (characters: number): number => Math.ceil(characters / 4)

/** Tools, system and messages in the order in which the cache sees them, and whether a breakpoint ends each part. */
const partsOf = (body: RequestBody) => {
  const parts = [
    ...(body.tools ?? []).map((tool) => ({ part: tool as object, blocks: [tool] })),
    ...blocksOf(body.system).map((block) => ({ part: block as object, blocks: deep(block) })),
    ...body.messages.flatMap(({ role, content }) =>
      blocksOf(content).map((block) => ({ part: { role, block }, blocks: deep(block) })),
    ),
  ]
  return parts.map(({ part, blocks }, index) => ({
    text: JSON.stringify(part, (key, value) => (key === 'cache_control' ? undefined : value)),
    isBreakpoint:
      blocks.some(({ cache_control }) => cache_control) ||
      (index === parts.length - 1 && body.cache_control != null),
  }))
}

/**
 * The prompt cache, without its least size and its end of life. What stands before a breakpoint is written; the
 * longest prefix that was written before is read.
 */
export const createPromptCache = (): ((body: RequestBody) => Omit<Tokens, 'output'>) => {
  const written = new Set<string>()
  return (body) => {
    let [key, size, known, cacheRead, cacheable] = [body.model, 0, 0, 0, 0]
    const keys: string[] = []
    for (const { text, isBreakpoint } of partsOf(body)) {
      key = createHash('sha256').update(key).update(text).digest('base64')
      size += text.length
      if (written.has(key)) known = size
      if (!isBreakpoint) continue
      cacheRead = tokensOf(known)
      cacheable = tokensOf(size)
      keys.push(key)
    }
    for (const one of keys) written.add(one)
    return { input: tokensOf(size) - cacheable, cacheRead, cacheWrite: cacheable - cacheRead }
  }
}
