import type { AnyBlock } from '@slack/types'
import { LIMITS } from './limits.ts'

/** The keys whose strings are shown. */
const SHOWN = new Set(['text', 'title', 'caption', 'name', 'label', 'y_label', 'alt_text', 'categories'])

const charactersOf = (node: unknown, isShown = false): number => {
  if (typeof node === 'string') return isShown ? node.length : 0
  if (Array.isArray(node)) return node.reduce((sum: number, one) => sum + charactersOf(one, isShown), 0)
  if (typeof node !== 'object' || node === null) return 0
  return Object.entries(node).reduce((sum, [key, value]) => sum + charactersOf(value, SHOWN.has(key)), 0)
}

/** What blocks take of the text that one message may hold. */
export const sizeOf = (blocks: AnyBlock[]): number =>
  charactersOf(blocks) + blocks.length * LIMITS.message.perBlock
