import type { ReplyKind } from '../conversation/reply.ts'
import type { Claim, Emit } from '../ports/composer.ts'

const KIND_LINE =
  /(?:^|\n)[\s`*"#]*(answer|unanswerable|declined|clarify)[`*"]*[^\S\n]*[.:]?[`*"]*[^\S\n]*(?:\n\s*|$)/i
/** The same in another language: one word by itself is no sentence of a reply. */
const LONE_WORD = /^\s*[`*"#]*\p{L}+[`*"]*[^\S\n]*:?[`*"]*[^\S\n]*(?:\n\s*|$)/u
const NEEDS_NO_SPACE = /^[\s,.;:!?)]/

/**
 * Reads the first line of a model's text, which says what kind of reply it is, and passes on what follows. What a
 * model says before it, such as what it is going to look up, is no part of the reply. Text that cites nothing waits
 * for the first that does: nobody is shown it until then, and it may turn out to be a preamble.
 */
export const createKindReader = (emit: Emit) => {
  let kind: ReplyKind | undefined
  let held: Claim[] = []
  /** The last text that was passed on. */
  let passed = ''
  /** The model writes on behind what was passed on. */
  let isAgain = false

  const pass = (claim: Claim) => {
    if (claim.text === '') return
    passed = claim.text
    emit({ type: 'claim', ...claim })
  }
  const passHeld = () => {
    const [first, ...rest] = held
    held = []
    if (!first) return
    if (kind) emit({ type: 'kind', kind })
    const bare = kind ? first.text : first.text.replace(LONE_WORD, '')
    pass({ ...first, text: bare === '' && rest.length === 0 ? first.text : bare })
    rest.forEach(pass)
  }

  return {
    claim: (claim: Claim): void => {
      const line = isAgain || (passed === '' && !kind) ? KIND_LINE.exec(claim.text) : null
      const text = line ? claim.text.slice(line.index + line[0].length) : claim.text
      if (passed === '') {
        if (line) {
          kind = (line[1] as string).toLowerCase() as ReplyKind
          held = []
        }
        held.push({ ...claim, text })
        if (claim.cites.length > 0) passHeld()
      } else if (!isAgain) pass(claim)
      else if (text.trim() !== '') {
        isAgain = false
        pass({ ...claim, text: /\s$/.test(passed) || NEEDS_NO_SPACE.test(text) ? text : ` ${text}` })
      }
    },
    /** The model is called again: what it said and was not passed on was no reply. */
    restart: (): void => {
      held = []
      if (passed === '') kind = undefined
      else isAgain = true
    },
    /** The text has ended; without a first line of its own, all of it is the reply. */
    end: passHeld,
  }
}
