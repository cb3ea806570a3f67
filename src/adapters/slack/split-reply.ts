import type { Citation, Reply } from '../../conversation/reply.ts'
import { toMarkdown } from './escape.ts'
import type { Placement } from './footer.ts'
import { LIMITS } from './limits.ts'
import { renderReply } from './render-reply.ts'
import { sizeOf } from './size.ts'
import { splitMarkdown } from './split-markdown.ts'
import { spokenTable } from './table-text.ts'

/** Text of one message, as it is sent: what else a message holds stands under it. */
const LONGEST_TEXT = 11_000
/** So much of the text is in every message, however much stands under it. */
const LEAST_TEXT = 2_000
/** Kept free for a table, which is cut where it is longer. */
const MOST_FOR_TABLE = 4_000
/** More messages than anyone reads in a row; the whole is better read as a file. */
const MOST_MESSAGES = 4

const IN_FILE = '*The whole answer is in the file.*'

/** As much as may be pressed under a reply. */
const FULLEST: Placement = {
  turnId: 'x'.repeat(36),
  userId: 'x'.repeat(12),
  isPrivate: true,
  mayShare: true,
}

const marksIn = (text: string): Set<number> =>
  new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n)))

/** What the text of one message may take, with everything else under it. */
const roomForText = ({ table, ...rest }: Reply): number => {
  const others = sizeOf(renderReply({ ...rest, text: '' }, FULLEST).blocks)
  const rows = table ? Math.min(spokenTable(table).length, MOST_FOR_TABLE) : 0
  const room = LIMITS.message.text - LIMITS.message.perBlock - others - rows
  return Math.max(LEAST_TEXT, Math.min(LONGEST_TEXT, room))
}

/** Every part has the sources that it cites; those that no part cites, and all else, stand under the last one. */
const inParts = (reply: Reply): Reply[] => {
  const room = roomForText(reply)
  if (toMarkdown(reply.text).length <= room) return [reply]
  const texts = splitMarkdown(reply.text, room)
  const marks = texts.map(marksIn)
  const isCited = ({ n }: Citation) => marks.some((own) => own.has(n))
  return texts.map((text, at): Reply => {
    const isLast = at === texts.length - 1
    const citations = reply.citations.filter((one) => marks[at]?.has(one.n) || (isLast && !isCited(one)))
    return isLast ? { ...reply, text, citations } : { kind: reply.kind, text, citations, caveats: [] }
  })
}

/** Whether a reply takes more messages than are posted: its beginning is, with the whole of it as a file. */
export const tooLongForMessages = (reply: Reply): boolean => inParts(reply).length > MOST_MESSAGES

/**
 * A reply as the messages that it takes, in order, cut between paragraphs. All but the last are rendered with
 * `continues`. One that is too long for messages is its beginning, with everything that stands under the text.
 */
export const splitReply = (reply: Reply): Reply[] => {
  const parts = inParts(reply)
  const [first] = parts
  if (!first || parts.length <= MOST_MESSAGES) return parts
  const [text] = splitMarkdown(first.text, roomForText(reply) - IN_FILE.length - 2)
  const { citations } = first
  return [{ ...reply, text: `${text}\n\n${IN_FILE}`, citations }]
}
