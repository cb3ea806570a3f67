import type { Claim, Emit } from '../ports/composer.ts'

const KIND_LINE = /^\s*[`*"]*(answer|unanswerable|declined|clarify)[`*"]*\s*[.:]?\s*(?:\n\s*|$)/i

/**
 * Reads the first line of a model's text, which says what kind of reply it is, and passes on what follows. What a
 * model says before it, such as what it is going to look up, is no part of the reply.
 */
export const createKindReader = (emit: Emit) => {
  let isOpen = false
  let before: Claim[] = []
  const open = (claim: Claim) => {
    isOpen = true
    before = []
    if (claim.text !== '') emit({ type: 'claim', ...claim })
  }
  return {
    claim: (claim: Claim): void => {
      if (isOpen) {
        emit({ type: 'claim', ...claim })
        return
      }
      const line = KIND_LINE.exec(claim.text)
      if (!line) {
        before.push(claim)
        return
      }
      emit({ type: 'kind', kind: (line[1] as string).toLowerCase() as 'answer' })
      open({ ...claim, text: claim.text.slice(line[0].length) })
    },
    /** Tools are called: what was said before was no reply. */
    drop: (): void => {
      if (!isOpen) before = []
    },
    /** The text has ended; without a first line of its own, all of it is the reply. */
    end: (): void => {
      for (const claim of before) emit({ type: 'claim', ...claim })
      before = []
    },
  }
}
