import { cutSentences } from '../../advisor/sentences.ts'
import type { Cite, Claim } from '../../ports/composer.ts'

/** A mark, whether it names anything or not; figures in brackets would be taken for Cairn's own citations. */
const MARK = /\[\s*P?\d[^\]\n]{0,100}\]/i
const MARK_NEXT = new RegExp(`^\\s*${MARK.source}`, 'i')
/** What may yet become a mark. */
const MARK_BEGUN = /\[\s*(?:P(?:\d[^\]\n]{0,100})?|\d[^\]\n]{0,100})?$/i
/** The end of a sentence behind its mark, and what may yet become it. */
const STOP = /^["'”’)*_]*[.!?…]+["'”’)*_]*/
const STOP_BEGUN = /^\s*["'”’)*_]*$/
const STOPPED = /[.!?…]["'”’)*_]*$/
const LETTER = /\p{L}/u

/**
 * Reads a text with marks as it streams in. A sentence becomes a claim as soon as it is known that it is over and
 * whether a mark follows it, before its full stop or behind it. The marks themselves never get into the text.
 */
export const createMarkReader = (citesOf: (mark: string) => Cite[], emit: (claim: Claim) => void) => {
  let rest = ''
  /** A claim whose mark was read; further marks and its full stop may follow. */
  let marked: Claim | undefined

  const flush = () => {
    if (marked) emit(marked)
    marked = undefined
  }

  /** Gives the marked claim what belongs to it, and passes it on once something else follows. */
  const complete = (isEnd: boolean): void => {
    while (marked) {
      const again = MARK_NEXT.exec(rest)?.[0]
      const stop = STOP.exec(rest)?.[0]
      // More of the same may follow.
      if (stop === rest && !isEnd) return
      if (again) marked = { ...marked, cites: [...marked.cites, ...citesOf(again)] }
      else if (stop && !STOPPED.test(marked.text)) marked = { ...marked, text: marked.text + stop }
      else if (!stop) {
        const begun = MARK_BEGUN.exec(rest)
        const isOpen = STOP_BEGUN.test(rest) || (begun && rest.slice(0, begun.index).trim() === '')
        if (isOpen && !isEnd) return
        flush()
        return
      }
      rest = rest.slice((again ?? stop ?? '').length)
    }
  }

  const read = (isEnd: boolean): void => {
    complete(isEnd)
    for (let mark = MARK.exec(rest); mark && !marked; mark = MARK.exec(rest)) {
      const before = cutSentences(rest.slice(0, mark.index))
      const text = before.pop()?.trimEnd() ?? ''
      for (const sentence of before) emit({ text: sentence, cites: [] })
      rest = rest.slice(mark.index + mark[0].length)
      // A mark with nothing before it marks nothing.
      if (text !== '') marked = { text, cites: citesOf(mark[0]) }
      complete(isEnd)
    }
    if (marked) return
    const begun = MARK_BEGUN.exec(rest)
    const readable = begun ? rest.slice(0, begun.index) : rest
    const sentences = cutSentences(readable)
    // Only the next sentence's first letter tells that this one is over.
    const last = isEnd ? '' : (sentences.pop() ?? '')
    if (!isEnd && !LETTER.test(last)) return
    for (const sentence of sentences) emit({ text: sentence, cites: [] })
    rest = isEnd ? '' : last + rest.slice(readable.length)
  }

  return {
    write: (text: string): void => {
      rest += text
      read(false)
    },
    /** The text is over; a mark that was only begun is left out. */
    end: (): void => read(true),
    /** The text broke off: the sentence that it broke in is left out, and returned. */
    breakOff: (): string => {
      flush()
      const unfinished = rest
      rest = ''
      return unfinished
    },
  }
}
